/** The Rademacher complexity of Lipschitz functions under isoperimetry, a by-product of the universal law's proof. */
import { type Law, needed } from "./law.ts";
import { isoperimetryHypotheses, ofFamily } from "./origin.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/**
 * E sup_f (1/n) Σ ε_i f(x_i) <= 1/√n + L √(2 c ln N/(nd)) + η for a class that has an η-net of N functions into [−1, 1], each
 * L-Lipschitz, and one c-isoperimetric measure. The mean E f costs 1/√n once; (1/n) Σ ε_i (f(x_i) − E f) is
 * c L²/(nd)-subgaussian, and the largest of N such means is below √(2 ln N) deviations.
 *
 * c in the sense E e^{t(f − Ef)} <= e^{t² c L²/(2d)}; four times as much under the tails of Definition 1.1.
 * @param of.logN ln N, at least 0
 * @param of.eta in the sup norm over the points, 0 where the class itself is finite
 * @throws RangeError where a parameter lies outside its set
 */
export function rademacherBound(of: {
  readonly n: number;
  readonly d: number;
  readonly L: number;
  readonly c: number;
  readonly logN: number;
  readonly eta: number;
}): number {
  const { n, d, L, c, logN, eta } = of;
  checkWhole("n", n);
  checkWhole("d", d);
  checkInside("lipschitz", L, "(0, inf)");
  checkInside("c", c, "(0, inf]");
  checkInside("log-size", logN, "[0, inf)");
  checkInside("eta", eta, "[0, 1)");
  return 1 / Math.sqrt(n) + L * Math.sqrt((2 * c * logN) / (n * d)) + eta;
}

export const rademacher: Law = {
  name: "rademacher",
  theorem: "Universal law, proof of Theorem 2; derived",
  summary: "how well a class of Lipschitz functions can follow random signs",
  parameters: {
    n: { kind: "number", description: "points" },
    d: { kind: "number", description: "dimensions" },
    lipschitz: { kind: "number", default: 1, description: "L, of each function" },
    c: { kind: "number", default: 1, description: `isoperimetry constant, 1 for N(0, I/d)${ofFamily}` },
    "log-size": { kind: "number", description: "ln N, the size of the class or of its net" },
    eta: { kind: "number", default: 0, description: "scale of the net, 0 for a finite class" },
  },
  takes: ["data"],
  example: "--n 1000 --d 100 --lipschitz 2 --log-size 1000",
  ask(question) {
    const of = needed("rademacher", question, "n", "d", "lipschitz", "c", "log-size", "eta");
    const value = rademacherBound({ ...of, L: of.lipschitz, logN: of["log-size"] });
    return {
      bounds: [
        {
          kind: "upper",
          quantity: "Rad_n(F)",
          value,
          method: "maximum of N subgaussian means",
          theorem: "Universal law, proof of Theorem 2; derived",
          hypotheses: isoperimetryHypotheses(question, { c: of.c, components: 1 }),
          vacuous: value >= 1,
        },
      ],
    };
  },
};
