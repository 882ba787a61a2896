import assert from "node:assert/strict";
import test from "node:test";
import { groupedFit } from "../../src/numeric/grouped-fit.ts";
import { type PartialGroup, partialFit } from "../../src/numeric/partial-fit.ts";
import { stream } from "../../src/numeric/random.ts";

const random = stream(1, "partial-fit", "points");

/** Points of y = 2x − 3z + noise with an intercept of each group, z near x. */
function made(noise: number, near = 0.5): PartialGroup[] {
  return [5, -1].map((intercept) => {
    const x = Array.from({ length: 12 }, (_, i) => i / 3);
    const z = x.map((value) => near * value + random.gaussian());
    const y = x.map((value, i) => intercept + 2 * value - 3 * z[i] + noise * random.gaussian());
    return { x, y, z };
  });
}

test("it finds the slope at equal z exactly, where the slope alone is another", () => {
  const groups = made(0);
  const fit = partialFit(groups);
  assert.ok(fit && Math.abs(fit.slope - 2) < 1e-9 && fit.degreesOfFreedom === 20);
  assert.ok((groupedFit(groups)?.slope ?? 2) < 1.5);
});

test("its interval covers the slope about as often as it says", () => {
  let covered = 0;
  for (let draw = 0; draw < 400; draw++) {
    const [low, high] = partialFit(made(1), 0.9)?.slopeInterval ?? [0, 0];
    if (low <= 2 && high >= 2) covered++;
  }
  // 0.9 ± 3 deviations.
  assert.ok(covered / 400 > 0.855 && covered / 400 < 0.945, `${covered / 400}`);
});

test("what z says of x is told, and where nothing is left there is no slope", () => {
  const shared = (groups: PartialGroup[]) => partialFit(groups)?.shared ?? Number.NaN;
  assert.ok(shared(made(1, 0)) < 0.3 && shared(made(1, 20)) > 0.99);
  const same = made(1).map((group) => ({ ...group, z: group.x.map((value) => 1 - 2 * value) }));
  assert.equal(partialFit(same), undefined);
  assert.equal(partialFit(made(1).map((group) => ({ ...group, z: group.x.map(() => 1) }))), undefined);
  assert.equal(partialFit([{ x: [1, 2, 3], y: [1, 2, 4], z: [1, 0, 1] }]), undefined);
  assert.throws(() => partialFit([{ x: [1, 2], y: [1, 2], z: [1] }]), RangeError);
});
