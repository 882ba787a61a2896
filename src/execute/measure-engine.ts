/** The speed of an engine on this machine, measured in a process of its own. */
import type { EngineName } from "../train/engine.ts";
import { openPool } from "./pool.ts";

/** The shape of the measurement. */
export const measuredShape = { n: 500, d: 100, k: 500 } as const;

/**
 * Milliseconds of one Adam step, the median of some, or why the engine does not run.
 */
export async function measureEngine(
  engine: EngineName,
): Promise<{ millisecondsPerStep: number } | { available: false; whyNot: string }> {
  const pool = openPool();
  try {
    return { millisecondsPerStep: (await pool.exec("measure", [engine, measuredShape])) as number };
  } catch (error) {
    return { available: false, whyNot: (error as Error).message.split("\n")[0] };
  } finally {
    await pool.terminate(true);
  }
}
