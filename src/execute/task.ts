/** What crosses the border between the process that schedules and those that work. */
import path from "node:path";
import type { Trial } from "../experiment/plan.ts";
import type { Measure } from "../experiment/spec.ts";
import type { EngineName } from "../train/engine.ts";

/** The arrays a run can keep beside its tables. */
export const savable = ["networks", "data"] as const;
export type Savable = (typeof savable)[number];

/** Where a trial's saved arrays lie in the folder of its run. */
export function networkFile(directory: string, trialId: string): string {
  return path.join(directory, "networks", `${trialId}.safetensors`);
}

/** What holds for all trials of a run. */
export interface Job {
  readonly engine: EngineName;
  readonly measure: readonly Measure[];
  /** What is asked of each trial, as `parseLaw` reads it. */
  readonly laws: readonly string[];
  readonly save: readonly Savable[];
  /** The run's folder: the worker writes networks/<trial id>.safetensors there. */
  readonly directory: string;
}

/** Sent by a worker while it trains. */
export interface Progress {
  readonly steps: number;
  readonly loss: number;
}

export interface Task {
  readonly job: Job;
  readonly trial: Trial;
  /** Threads for an engine that can use them; they change no result. */
  readonly threads: number;
}
