/** d = 1: the crossings in order, exactly; the pattern of every interval between them. */

import { CellRecord, type Cells } from "./cell-record.ts";
import type { Gates } from "./gates.ts";
import { commonIntegers, signOf } from "./integers.ts";

/** @param radius only (−radius, radius) matters, and holds all crossings */
export function sweepLine(gates: Gates, radius = Number.POSITIVE_INFINITY): Cells {
  const { m, normals, offsets } = gates;
  const record = new CellRecord(gates);
  const positions = Float64Array.from({ length: m }, (_, i) => -offsets[i] / normals[i]);
  // Quotients are rounded monotonically: where they differ, so do the crossings, in the same order.
  const order = Array.from({ length: m }, (_, i) => i).sort(
    (i, j) => positions[i] - positions[j] || comparePositions(gates, i, j),
  );
  const z = new Int8Array(m + 1);
  z[0] = 1;
  for (let i = 0; i < m; i++) z[i + 1] = -Math.sign(normals[i]);
  record.start(z);
  for (let at = 0; at <= m; at++) {
    const left = at === 0 ? -radius : positions[order[at - 1]];
    const right = at === m ? radius : positions[order[at]];
    record.visit(() => Float64Array.of(middle(left, right)));
    if (at < m) record.flip(order[at] + 1);
  }
  return record.result();
}

function comparePositions({ normals, offsets }: Gates, i: number, j: number): number {
  const [wi, bi] = commonIntegers([normals[i], offsets[i]]);
  const [wj, bj] = commonIntegers([normals[j], offsets[j]]);
  // −bi/wi − (−bj/wj) has the sign of (bj wi − bi wj) wi wj.
  return signOf((bj * wi - bi * wj) * wi * wj);
}

/** A number between two, where an infinite one is far away. */
function middle(left: number, right: number): number {
  if (left === Number.NEGATIVE_INFINITY && right === Number.POSITIVE_INFINITY) return 0;
  if (left === Number.NEGATIVE_INFINITY) return right - 1 - Math.abs(right);
  if (right === Number.POSITIVE_INFINITY) return left + 1 + Math.abs(left);
  return left / 2 + right / 2;
}
