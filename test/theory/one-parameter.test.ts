import assert from "node:assert/strict";
import test from "node:test";
import { stream } from "../../src/numeric/random.ts";
import {
  inSlab,
  oneParameterLaw,
  shareAlone,
  slabHalfWidth,
  slabMeasure,
} from "../../src/theory/one-parameter.ts";
import { ask } from "./ask.ts";
import { closeTo } from "./fixture.ts";

test("a slab measures what the incomplete beta function says, and what is sampled", () => {
  assert.ok(closeTo(slabMeasure(10, slabHalfWidth(10)), 7.362444e-4));
  assert.ok(closeTo(slabMeasure(100, slabHalfWidth(100)), 7.918829e-5));
  // Archimedes: on the sphere of R³ a coordinate is uniform.
  for (const t of [0.01, 0.3, 0.9]) assert.ok(closeTo(slabMeasure(3, t), t, 1e-12));
  // On the circle the angle is.
  assert.ok(closeTo(slabMeasure(2, 0.5), 1 / 3, 1e-12));
  const random = stream(1, "slab", "points");
  const [draws, d, t] = [20_000, 8, 0.2];
  let hits = 0;
  for (let draw = 0; draw < draws; draw++) {
    const x = random.gaussians(d);
    const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    if (Math.abs(x[0]) <= t * length) hits++;
  }
  const measure = slabMeasure(d, t);
  assert.ok(Math.abs(hits / draws - measure) <= 3 * Math.sqrt(measure / draws));
});

test("nearly all of 2^d/100 points are alone in their cell", () => {
  for (const [d, least, mean] of [
    [12, 0.8, 0.97],
    [14, 0.9, 0.97],
    [16, 0.95, 0.97],
  ]) {
    const n = Math.floor(2 ** d / 100);
    const random = stream(1, "cells", `${d}`);
    const shares = Array.from({ length: 40 }, () => shareAlone({ n, d }, random));
    const average = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    assert.ok(Math.min(...shares) >= least && average >= mean && average <= 1, `${d}: ${average}`);
  }
});

test("with more points than cells none is alone, with one it nearly always is", () => {
  assert.equal(shareAlone({ n: 200, d: 2 }, stream(1, "cells", "crowd")), 0);
  assert.equal(shareAlone({ n: 1, d: 3 }, stream(1, "cells", "one")), 1);
  assert.ok(inSlab(Float64Array.of(1, 0), 0.1) && !inSlab(Float64Array.of(1, -0.2), 0.1));
});

test("asked, it gives the constant of the extension, and says where nothing contradicts the law", () => {
  const { bounds, warnings, details } = ask(oneParameterLaw, { numbers: { d: 10 } });
  assert.ok(closeTo(bounds[0].value, 3162.278));
  assert.ok(bounds[0].hypotheses.every(({ ok }) => ok) && bounds[0].vacuous);
  assert.ok(closeTo(Number(details?.slabs_together_at_most), 7.362444e-3));
  assert.match(warnings?.[0] ?? "", /nothing here contradicts/);
  const crowded = ask(oneParameterLaw, { numbers: { d: 8, n: 400 } }).bounds[0].hypotheses;
  assert.ok(!crowded[0].ok && crowded[1].ok && !crowded[2].ok);
  assert.throws(() => ask(oneParameterLaw, { numbers: { d: 3 } }), /d must lie in \{7, …, 60\}, got 3/);
});
