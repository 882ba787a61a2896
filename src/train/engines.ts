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

/** Work of one kind: so many Adam steps at one shape. */
export interface Work {
  readonly shape: Shape;
  readonly steps: number;
}

/**
 * Settles the engine of a run. `auto` takes the one that works here, fits, and is expected to finish the work first: a
 * rule of the work alone, never of a timing, so that the choice repeats.
 * @param fits whether the largest piece of the work fits into what an engine and the machine have
 * @throws EngineUnavailableError if the engine asked for does not work here
 */
export function chooseEngine(
  wanted: "auto" | EngineName,
  work: Iterable<Work> = [],
  fits: (name: EngineName) => boolean = () => true,
): EngineChoice {
  return wanted === "auto" ? fastestEngine(work, fits) : namedEngine(wanted, "asked for");
}

function fastestEngine(work: Iterable<Work>, fits: (name: EngineName) => boolean): EngineChoice {
  if (!describeEngines().every((engine) => engine.available)) {
    return namedEngine("wasm", "auto: embedded; tensorflow, faster on large networks, is not installed");
  }
  const seconds = { wasm: 0, tensorflow: 0 };
  for (const { shape, steps } of work) {
    for (const name of engineNames) seconds[name] += steps * expectedStepSeconds(name, shape);
  }
  const [first, second] =
    seconds.wasm <= seconds.tensorflow
      ? (["wasm", "tensorflow"] as const)
      : (["tensorflow", "wasm"] as const);
  if (!fits(first) && fits(second)) return namedEngine(second, `auto: the sizes do not fit into ${first}`);
  const times = (seconds[second] / seconds[first]).toPrecision(2);
  return namedEngine(first, `auto: expected to be ${times} times faster than ${second} on these sizes`);
}

/**
 * Expected seconds of a step, for choosing: four multiply-adds for each of n·d·k at the rate of the engine's products,
 * after what a step costs however small. Measured on one core of a machine with AVX-512.
 */
function expectedStepSeconds(name: EngineName, { n, d, k }: Shape): number {
  const { rate, overhead } = {
    wasm: { rate: 55e9, overhead: 0 },
    tensorflow: { rate: 150e9, overhead: 3.5e-4 },
  }[name];
  return overhead + (4 * n * d * k) / rate;
}

function namedEngine(name: EngineName, reason: string): EngineChoice {
  const found = describeEngines().find((engine) => engine.name === name);
  if (!found?.available) {
    throw new EngineUnavailableError(
      `the engine ${name} does not work here: ${found?.whyNot}`,
      found?.remedy ?? "take another engine",
    );
  }
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
