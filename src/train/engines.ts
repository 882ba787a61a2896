/** The engines by name: which there are, which work here, and which one `auto` takes. */

import { EngineUnavailableError } from "../native/errors.ts";
import { describeTensorflow, loadTensorflow } from "../native/tensorflow.ts";
import { MEMORY_LIMIT } from "../numeric/kernels/kernels.ts";
import type { Engine, EngineName, Shape } from "./engine.ts";
import { wasmEngine } from "./fused/engine.ts";
import { createTensorflowEngine, tensorflowMemory } from "./tensorflow/engine.ts";

export const engineNames = ["wasm", "tensorflow"] as const satisfies readonly EngineName[];

export interface EngineDescription {
  readonly name: EngineName;
  readonly available: boolean;
  readonly version?: string;
  readonly where?: string;
  readonly whyNot?: string;
  readonly remedy?: string;
}

/** The engine of a run, and why it was taken. */
export interface EngineChoice {
  readonly name: EngineName;
  readonly version: string;
  readonly reason: string;
}

/** All engines, whether they work here or not. Looks at files only. */
export function describeEngines(): EngineDescription[] {
  const { version, ...tensorflow } = describeTensorflow();
  return [
    { name: "wasm", available: true, version: wasmEngine.version, where: "embedded" },
    { name: "tensorflow", ...tensorflow, ...(version !== undefined && { version: `tensorflow ${version}` }) },
  ];
}

/**
 * Settles the engine of a run. `auto` is the embedded one: its results are the same bytes on every machine, whatever
 * else is installed there.
 * @throws EngineUnavailableError if the engine asked for does not work here
 */
export function chooseEngine(wanted: "auto" | EngineName): EngineChoice {
  const name = wanted === "auto" ? "wasm" : wanted;
  const found = describeEngines().find((engine) => engine.name === name);
  if (!found?.available) {
    throw new EngineUnavailableError(
      `the engine ${name} does not work here: ${found?.whyNot}`,
      found?.remedy ?? "take another engine",
    );
  }
  const reason = wanted === "auto" ? "auto: embedded, the same bytes on every machine" : "asked for";
  return { name, version: found.version ?? name, reason };
}

/** Loads an engine into this process. @throws EngineUnavailableError if it does not load */
export async function loadEngine(name: EngineName): Promise<Engine> {
  return name === "wasm" ? wasmEngine : createTensorflowEngine(loadTensorflow());
}

/** Peak bytes of a session, beside the data set. Known without loading the engine. */
export function engineMemory(name: EngineName, shape: Shape): number {
  return name === "wasm" ? wasmEngine.memory(shape) : tensorflowMemory(shape);
}

/** Bytes that the engine can address at all. */
export function engineLimit(name: EngineName): number {
  return name === "wasm" ? MEMORY_LIMIT : Number.POSITIVE_INFINITY;
}
