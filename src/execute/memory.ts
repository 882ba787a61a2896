/** What a trial needs of memory, and what the machine has. */
import { readFileSync } from "node:fs";
import os from "node:os";
import { mostTogether } from "../experiment/measure-deep.ts";
import { shapeOf, type Trial } from "../experiment/plan.ts";
import type { EngineName, Shape } from "../train/engine.ts";
import { engineMemory } from "../train/engines.ts";

/** A Node process with its code and stack, before any array. */
const processBytes = { wasm: 110e6, blas: 120e6, tensorflow: 500e6 } as const satisfies Record<
  EngineName,
  number
>;

/** Share of the machine's memory that a run may take. */
const share = 0.8;

/** What garbage and allocators add. */
const overhead = 1.1;

/** Points up to which laws form n × n matrices; a matching, kernels and tensors have limits of their own below it. */
const mostPairedPoints = 8192;

/** Peak bytes of one worker while it runs a trial, and perhaps asks laws, which keep the points. */
export function trialMemory(trial: Trial, engine: EngineName, asksLaws = false): number {
  const { n, d, k } = trial;
  const [points, weights] = [8 * n * d, 8 * k * d];
  const asked = asksLaws ? points + 32 * Math.min(n, mostPairedPoints) ** 2 : 0;
  const shape = shapeOf(trial);
  if (!shape) {
    // Some square matrices of size n, beside points and network.
    const own = trial.method === "data" ? 0 : 32 * n * n;
    return (
      processBytes[engine] + overhead * (2 * points + Math.max(own, asked) + weights + bracketMemory(trial))
    );
  }
  // A session holds a copy of its weights. Its memory stays while the network is measured, the points do not.
  const session = engineMemory(engine, shape);
  if (shape.depth > 2) {
    const all = weights + 8 * (shape.depth - 2) * k * k;
    // Values of a layer before and after its normalisation, beside the weights and what they were before folding.
    const folding = points + 2 * all + 24 * n * k;
    const arrays = session + Math.max(folding, all + deepBracketMemory(shape) + asked);
    return processBytes[engine] + overhead * (arrays + 4096 * (k + d));
  }
  const measuring = weights + bracketMemory(trial) + asked;
  const arrays = Math.max(points + session, weights + session, measuring);
  return processBytes[engine] + overhead * (arrays + 4096 * (k + d));
}

/** The gate form in f64 and f32, the Gram matrix and its factor; W twice in f32 for the proxy, later once for the ascent. */
function bracketMemory({ d, k }: Pick<Shape, "d" | "k">): number {
  return 12 * (k + 1) * d + 16 * Math.min(k + 1, d) ** 2 + 8 * k * d;
}

/** The gate form of the last hidden layer as above, and some fifteen matrices of the programme over all layers. */
function deepBracketMemory({ d, k, depth }: Required<Shape>): number {
  const together = (depth - 1) * k;
  const programme = together <= mostTogether ? 120 * (together + 1) ** 2 : 0;
  return bracketMemory({ d: k, k }) + 24 * k * Math.max(d, k) + programme;
}

/** Bytes a run may take on this machine: a share of what the machine or its control group allows. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  // Without a limit, Node reports 0 or a number beyond any machine.
  const limit = constrained > 0 && constrained < os.totalmem() ? constrained : os.totalmem();
  return share * limit;
}

/** How many workers can be at work at once: with the trials that need least. @returns at most `wanted` */
export function admittedWorkers(needs: readonly number[], wanted: number, memory: number): number {
  const least = needs.toSorted((p, q) => p - q);
  let sum = 0;
  let workers = 0;
  while (workers < Math.min(wanted, least.length) && sum + least[workers] <= memory) sum += least[workers++];
  return workers;
}

/** Processes that the kernel has killed since the machine started because memory ran out; 0 where it does not tell. */
export function outOfMemoryKills(file = "/proc/vmstat"): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
