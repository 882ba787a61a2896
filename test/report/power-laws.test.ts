import assert from "node:assert/strict";
import test from "node:test";
import { powerLaws, powerLawWords } from "../../src/report/power-laws.ts";
import type { Row } from "../../src/report/rows.ts";

/** Rows of a method at all sizes, with the columns that a function gives. */
function made(
  method: string,
  ks: readonly number[],
  columns: (n: number, d: number, k: number) => Partial<Row>,
) {
  return [100, 200, 400].flatMap((n) =>
    [20, 50].flatMap((d) =>
      ks.map((k) => ({ method, outcome: "kept", n, d, k, ...columns(n, d, k) }) as unknown as Row),
    ),
  );
}

test("exact powers of n, d and k are found with an interval of no width, method by method", () => {
  const rows = [
    ...made("construct:caps", [7], (n, d) => ({
      lipschitz_upper: 3 * n ** 0.75 * d ** -0.25,
      total_weight: n,
    })),
    ...made("construct:gauss-newton", [10, 20, 40], (n, d, k) => ({
      lipschitz_upper: (n / k) ** 0.5 * d ** 0.1,
    })),
  ];
  const found = powerLaws(rows);
  const exponent = (method: string, quantity: string, size: string) => {
    const law = found.find((one) => one.method === method && one.quantity === quantity && one.size === size);
    if (law) assert.ok(Math.abs(law.interval[1] - law.interval[0]) <= 1e-9);
    return law && Number(law.exponent.toFixed(9));
  };
  assert.equal(exponent("caps", "lipschitz_upper", "n"), 0.75);
  assert.equal(exponent("caps", "lipschitz_upper", "d"), -0.25);
  // One k at each (n, d): none that varies.
  assert.equal(exponent("caps", "lipschitz_upper", "k"), undefined);
  assert.equal(exponent("caps", "total_weight", "n"), 1);
  assert.equal(exponent("caps", "total_weight", "d"), 0);
  assert.equal(exponent("gauss-newton", "lipschitz_upper", "n"), 0.5);
  assert.equal(exponent("gauss-newton", "lipschitz_upper", "d"), 0.1);
  assert.equal(exponent("gauss-newton", "lipschitz_upper", "k"), -0.5);
  assert.ok(powerLawWords(found).includes("caps: the total weight goes as d^0 [0, 0] at fixed n."));
});

test("networks that were not kept, and sizes with nothing measured, count in no law", () => {
  const rows = made("construct:caps", [7], (n) => ({ sphere_gradient: n }));
  const spoilt = rows.map((row, i) =>
    i === 0 ? ({ ...row, outcome: "loss", sphere_gradient: 1e9 } as Row) : row,
  );
  const law = powerLaws(spoilt).find(({ size }) => size === "n");
  assert.ok(law && Math.abs(law.exponent - 1) <= 1e-9 && law.networks === 5);
  assert.deepEqual(powerLaws(made("construct:tensor", [7], () => ({ sphere_gradient: null }))), []);
  // Two points settle a line but no interval.
  assert.deepEqual(powerLaws(rows.slice(0, 2)), []);
});
