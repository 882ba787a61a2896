/** The engines by name: which there are, which work here, and which one `auto` takes. */

import { describeBlas, loadBlas } from "../native/blas.ts";
import { EngineUnavailableError } from "../native/errors.ts";
import { describeTensorflow, loadTensorflow } from "../native/tensorflow.ts";
import { MEMORY_LIMIT } from "../numeric/kernels/kernels.ts";
import type { Engine, EngineName, Shape } from "./engine.ts";
import { blasArrangement, blasEngine, usesAvx512 } from "./fused/blas.ts";
import { fusedMemory, wasmEngine } from "./fused/engine.ts";
import { openTeam } from "./fused/team.ts";
import { createTensorflowEngine, tensorflowMemory } from "./tensorflow/engine.ts";

export const engineNames = ["wasm", "blas", "tensorflow"] as const satisfies readonly EngineName[];

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

/** All engines, whether they work here or not. Loads the BLAS library: only then it says its version. */
export function describeEngines(): EngineDescription[] {
  return engineNames.map(describeEngine);
}

function describeEngine(name: EngineName): EngineDescription {
  if (name === "wasm") return { name, available: true, version: wasmEngine.version, where: "embedded" };
  const { version, ...found } = name === "blas" ? describeBlas() : describeTensorflow();
  return { name, ...found, ...(version !== undefined && { version: `${name} ${version}` }) };
}

/** Work of one kind: so many Adam steps at one shape. */
export interface Work {
  readonly shape: Shape;
  readonly steps: number;
}

/**
 * Settles the engine of a run. `auto` takes the one that works here, fits, and is expected to finish the work first: a
 * rule of the work and of what is installed, never of a timing, so that the choice repeats.
 * @param fits whether the largest piece of the work fits into what an engine and the machine have
 * @throws EngineUnavailableError if the engine asked for does not work here
 */
export function chooseEngine(
  wanted: "auto" | EngineName,
  work: Iterable<Work> = [],
  fits: (name: EngineName) => boolean = () => true,
): EngineChoice {
  return wanted === "auto"
    ? fastestEngine(describeEngines(), [...work], fits)
    : namedEngine(wanted, "asked for");
}

/** The choice of `auto` among engines: those that do not work here are told where they would be worth it. */
export function fastestEngine(
  engines: readonly EngineDescription[],
  work: readonly Work[],
  fits: (name: EngineName) => boolean,
): EngineChoice {
  const seconds = (engine: EngineDescription) =>
    work.reduce((sum, { shape, steps }) => sum + steps * expectedStepSeconds(engine, shape), 0);
  const here = engines
    .filter((engine) => engine.available)
    .map((engine) => ({ ...engine, seconds: seconds(engine) }))
    .sort((p, q) => p.seconds - q.seconds);
  const chosen = here.find(({ name }) => fits(name)) ?? here[0];
  const { name, version = name } = chosen;
  let reason = "auto: embedded";
  if (chosen !== here[0]) reason = `auto: the sizes do not fit into ${here[0].name}`;
  else if (here.length > 1) {
    reason = `auto: expected to be ${ratio(here[1].seconds / chosen.seconds)} times as fast as ${here[1].name} on these sizes`;
  }
  const blas = engines.find((engine) => engine.name === "blas" && !engine.available);
  const gain = blas ? chosen.seconds / seconds(blas) : 1;
  // A library that was named and does not work is always worth a word.
  if (blas && (gain >= 1.1 || blas.whyNot?.startsWith("LAWROB_BLAS"))) {
    reason += `; blas would be about ${ratio(gain)} times as fast, but ${blas.whyNot}; ${blas.remedy}`;
  }
  return { name, version, reason };
}

/** Two digits, or all before the point. */
function ratio(value: number): string {
  return value < 10 ? value.toPrecision(2) : value.toFixed(0);
}

/**
 * Expected seconds of a step, for choosing: four multiply-adds for each of n·d·k at the rate of the engine's products,
 * after what a step costs however small. Measured on one core of a machine with AVX-512; without it, or before it is
 * known, BLAS has about half of its speed there, measured with OPENBLAS_CORETYPE=Haswell.
 */
function expectedStepSeconds({ name, version }: EngineDescription, { n, d, k }: Shape): number {
  const { rate, overhead } = {
    wasm: { rate: 55e9, overhead: 5e-7 },
    blas: { rate: usesAvx512(version ?? "") ? 200e9 : 115e9, overhead: 1.5e-6 },
    tensorflow: { rate: 150e9, overhead: 3.5e-4 },
  }[name];
  return overhead + (4 * n * d * k) / rate;
}

/** The one engine that trains more than two layers, or why it does not work here. Errors as `chooseEngine`. */
export function deepEngine(): EngineChoice {
  return namedEngine("tensorflow", "auto: alone trains more than two layers");
}

function namedEngine(name: EngineName, reason: string): EngineChoice {
  // The one asked for alone: whatever is wrong with another does not matter.
  const { available, version = name, whyNot, remedy } = describeEngine(name);
  if (!available) {
    throw new EngineUnavailableError(
      `the engine ${name} does not work here: ${whyNot}`,
      remedy ?? "take another engine",
    );
  }
  return { name, version, reason };
}

/**
 * Loads an engine into this process.
 * @param threads threads that share a large product of the blas engine; its results are the same for any number
 * @throws EngineUnavailableError if it does not load
 */
export async function loadEngine(name: EngineName, threads = 1): Promise<Engine> {
  switch (name) {
    case "wasm":
      return wasmEngine;
    case "blas": {
      const blas = loadBlas();
      return blasEngine(blas, threads > 1 ? await openTeam(threads - 1, blas.description) : undefined);
    }
    case "tensorflow":
      return createTensorflowEngine(loadTensorflow());
  }
}

/** Peak bytes of a session, beside the data set. Known without loading the engine. */
export function engineMemory(name: EngineName, shape: Shape): number {
  switch (name) {
    case "wasm":
      return wasmEngine.memory(shape);
    case "blas":
      return fusedMemory(shape, blasArrangement);
    case "tensorflow":
      return tensorflowMemory(shape);
  }
}

/** Bytes that the engine can address at all: the fused engines compute in a WebAssembly memory. */
export function engineLimit(name: EngineName): number {
  return name === "tensorflow" ? Number.POSITIVE_INFINITY : MEMORY_LIMIT;
}
