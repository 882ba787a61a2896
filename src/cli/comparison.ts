/** The part of a plan that another engine trains as well, in a folder beside the run's own tables. */
import path from "node:path";
import { type Plan, subsetOf } from "../experiment/plan.ts";
import type { Row } from "../record/columns.ts";
import { openStore } from "../record/store.ts";
import type { EngineName } from "../train/engine.ts";
import { engineNames } from "../train/engines.ts";
import { contentsOf } from "./folder.ts";

/** Trials that another engine trains as well, at the most. */
const mostCompared = 60;

/** The trials for the other engine. */
export function comparedPlan(plan: Plan): Plan {
  return subsetOf(plan, mostCompared);
}

export function comparisonFolder(directory: string, engine: EngineName): string {
  return path.join(directory, `compared-with-${engine}`);
}

/**
 * The rows of a comparison that is finished: it stays in the verdict when the run goes on without it, and needs no engine.
 * @param engine which; the first that there is unless given
 * @throws TableError if its table cannot be read
 */
export function finishedComparison(
  directory: string,
  plan: Plan,
  engine: EngineName | undefined,
): readonly Row[] | undefined {
  const { trials, hash } = comparedPlan(plan);
  for (const name of engine ? [engine] : engineNames) {
    const folder = comparisonFolder(directory, name);
    const found = contentsOf(folder);
    if (found.kind !== "run" || found.manifest.plan_hash !== hash) continue;
    const { rows } = openStore(folder);
    const finished = trials.map(({ id }) => rows.get(id)).filter((row) => row !== undefined);
    if (finished.length === trials.length) return finished;
  }
  return undefined;
}
