/**
 * What it takes to record a trial so that it survives the loss of power: the store's append (a line in timings.csv and in
 * trials.csv, each synced) beside the same lines without a sync.
 *
 *     node --import tsx bench/store/append.ts [FOLDER]
 */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { timingColumns, trialColumns } from "../../src/record/columns.ts";
import { openStore } from "../../src/record/store.ts";
import { line } from "../../src/record/table.ts";

const [parent = "."] = process.argv.slice(2);
const folder = mkdtempSync(path.join(parent, "append-"));
const count = 1000;
const cells = (columns: readonly unknown[], id: string) => [id, ...columns.slice(1).map((_, i) => i / 7)];

function milliseconds(record: (id: string) => void): string {
  const times = Array.from({ length: count }, (_, i) => {
    const start = performance.now();
    record(`trial-${i}`);
    return performance.now() - start;
  }).sort((p, q) => p - q);
  const at = (share: number) => times[Math.floor(share * (count - 1))].toFixed(3);
  return `median ${at(0.5)} ms, 99% ${at(0.99)} ms, worst ${at(1)} ms`;
}

try {
  const store = openStore(folder);
  const synced = milliseconds((id) =>
    store.append({ trial: cells(trialColumns, id), timing: cells(timingColumns, id) }),
  );
  const unsynced = milliseconds((id) => {
    appendFileSync(path.join(folder, "a.csv"), line(cells(timingColumns, id)));
    appendFileSync(path.join(folder, "b.csv"), line(cells(trialColumns, id)));
  });
  console.log(`${count} trials in ${parent}`);
  console.log(`with two syncs each: ${synced}`);
  console.log(`without:             ${unsynced}`);
} finally {
  rmSync(folder, { recursive: true });
}
