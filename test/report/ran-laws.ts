/** Both tables of a plan that is run, without columns that no law experiment reads. */
import { planTrials } from "../../src/experiment/plan.ts";
import { checkSpec, completeSpec, partialSpecSchema } from "../../src/experiment/spec.ts";
import { runTrial } from "../../src/experiment/trial.ts";
import type { Row } from "../../src/record/columns.ts";
import { cells, lawColumns } from "../../src/record/columns.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

export async function ranTables(flags: object): Promise<{ rows: Row[]; laws: Row[] }> {
  const { trials, measure, laws } = planTrials(
    completeSpec({}, undefined, checkSpec(partialSpecSchema, flags, "test"), "test"),
  );
  const rows: Row[] = [];
  const lines: Row[] = [];
  for (const trial of trials) {
    const { result } = await runTrial(trial, wasmEngine, { measure, laws });
    const { id: trial_id, n, d, k, data, method } = trial;
    rows.push({ trial_id, n, d, k, data, method, neurons: result.neurons ?? null, outcome: result.outcome });
    result.laws?.forEach((answer, i) => {
      const values = cells(lawColumns, { trialId: trial_id, place: i + 1, answer });
      lines.push(Object.fromEntries(lawColumns.map(({ name }, at) => [name, values[at]])));
    });
  }
  return { rows, laws: lines };
}
