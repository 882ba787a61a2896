import assert from "node:assert/strict";
import test from "node:test";
import { gaussLegendre } from "../../src/numeric/gauss-legendre.ts";

test("m nodes integrate powers up to 2m - 1 exactly, and no higher even one", () => {
  for (const m of [1, 2, 3, 5, 20, 60]) {
    const { nodes, weights } = gaussLegendre(m);
    const integral = (power: number) => nodes.reduce((sum, t, i) => sum + weights[i] * t ** power, 0);
    for (let power = 0; power < 2 * m; power++) {
      const exact = power % 2 === 0 ? 2 / (power + 1) : 0;
      assert.ok(Math.abs(integral(power) - exact) <= 1e-14, `${m} ${power}: ${integral(power)}`);
    }
    if (m <= 5) assert.ok(Math.abs(integral(2 * m) - 2 / (2 * m + 1)) > 1e-5);
  }
});

test("the three nodes are those of the tables", () => {
  const { nodes, weights } = gaussLegendre(3);
  [Math.sqrt(3 / 5), 0, -Math.sqrt(3 / 5)].forEach((node, i) => {
    assert.ok(Math.abs(nodes[i] - node) <= 1e-15);
  });
  [5 / 9, 8 / 9, 5 / 9].forEach((weight, i) => {
    assert.ok(Math.abs(weights[i] - weight) <= 1e-15);
  });
});
