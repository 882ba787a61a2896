/** The universal law with its constants (A Universal Law of Robustness via Isoperimetry, Theorems 2 and 3). */
import { type Bound, type Hypothesis, type Law, MissingError, needed } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { isoperimetryHypotheses, ofFamily } from "./origin.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/**
 * Printed, or as the same proof gives them with its slips repaired (docs/corrections.md, entries 1 and 2). With s = W J/ε:
 * Lip(f) >= (ε/factor) √(nd/(c (p logNet(ln s) + ln(4/δ)))) where samples · K ln(8K/δ) <= n ε²; deviation is the constant
 * of Theorem 2.
 */
const constantSets = {
  printed: {
    factor: 2 ** 9,
    samples: 8 ** 4,
    deviation: 8 ** 4,
    logNet: (logScale: number) => Math.log(60) + logScale,
  },
  sharpened: {
    factor: 144,
    samples: 2048,
    deviation: 5184,
    // ln(1 + 16 s), whatever the size of s.
    logNet: (logScale: number) => {
      const log = Math.log(16) + logScale;
      return Math.max(log, 0) + Math.log1p(Math.exp(-Math.abs(log)));
    },
  },
} as const;

export type Constants = keyof typeof constantSets;

/** How the flag of every law that comes from Theorem 3 reads. */
export const constantsParameter = {
  kind: "choice",
  choices: ["printed", "sharpened"],
  default: "printed",
  description: "printed: those of the paper; sharpened: those that its proof gives, 3.6 times as strong",
} as const;

/** What Theorem 3 is asked about. */
export interface UniversalCase {
  /** Points. */
  readonly n: number;
  readonly d: number;
  /** Parameters of the class. */
  readonly p: number;
  /** How far below the noise level σ² the mean squared error is, in (0, 1). */
  readonly epsilon: number;
  readonly delta: number;
  /** The isoperimetry constant of each component (Definition 1.1); infinite where there is none, then nothing is said. */
  readonly c: number;
  /** W, the diameter of the set of parameters. */
  readonly diameter: number;
  /** ln J: |f_w(x) − f_w'(x)| <= J ‖w − w'‖. */
  readonly logJ: number;
  /** K, components of the mixture. */
  readonly components: number;
  readonly constants: Constants;
}

/**
 * With probability 1 − δ every f of the class whose mean squared error is at most σ² − ε has at least this Lipschitz constant
 * (Universal law, Theorem 3). All in logarithms: J may exceed every number.
 * @throws RangeError where a parameter lies outside its set, or the printed ln(60 W J/ε) is not positive
 */
export function universalLaw(of: UniversalCase): Bound {
  const { n, d, p, epsilon, delta, c, diameter, logJ, components: K, constants } = of;
  for (const [name, value] of Object.entries({ n, d, p, components: K })) checkWhole(name, value);
  checkInside("epsilon", epsilon, "(0, 1)");
  checkInside("delta", delta, "(0, 1)");
  checkInside("c", c, "(0, inf]");
  checkInside("diameter", diameter, "(0, inf)");
  checkInside("ln J", logJ, "(-inf, inf)");
  const { factor, samples, logNet } = constantSets[constants];
  const perParameter = logNet(Math.log(diameter) + logJ - Math.log(epsilon));
  if (!(perParameter > 0)) {
    const size = Math.exp(perParameter);
    throw new RangeError(
      `60 W J/epsilon must lie in (1, inf), got ${size}: the class is smaller than the scale of its net`,
    );
  }
  const value = (epsilon / factor) * Math.sqrt((n * d) / (c * (p * perParameter + Math.log(4 / delta))));
  return {
    kind: "lower",
    quantity: "Lip(f)",
    value,
    method: `Theorem 3, ${constants} constants, ln(net)/p = ${perParameter.toPrecision(4)}`,
    theorem:
      constants === "printed" ? "Universal law, Theorem 3" : "Universal law, Theorem 3, constants derived",
    probability: 1 - delta,
    hypotheses: [
      samplesHypothesis(
        `${samples} K ln(8K/delta) <= n epsilon^2`,
        of,
        samples * K * Math.log((8 * K) / delta),
      ),
    ],
    vacuous: !(value > neededConstant(undefined)),
  };
}

function samplesHypothesis(name: string, { n, epsilon }: UniversalCase, left: number): Hypothesis {
  const right = n * epsilon ** 2;
  return { name, ok: left <= right, left, right };
}

/**
 * The two terms of Theorem 2 for a class of |F| functions, in logarithms: the probability that some f with Lip(f) <= L has a
 * mean squared error of at most σ² − ε is at most e^centring + e^deviation.
 * @param of.logClassSize ln |F|, at least 0
 * @throws RangeError where a parameter lies outside its set
 */
export function universalFailureProbability(of: {
  readonly n: number;
  readonly d: number;
  readonly logClassSize: number;
  readonly epsilon: number;
  readonly c: number;
  readonly L: number;
  readonly components: number;
  readonly constants: Constants;
}): { readonly centring: number; readonly deviation: number } {
  const { n, d, logClassSize, epsilon, c, L, components: K, constants } = of;
  for (const [name, value] of Object.entries({ n, d, components: K })) checkWhole(name, value);
  checkInside("ln |F|", logClassSize, "[0, inf)");
  checkInside("epsilon", epsilon, "(0, 1)");
  checkInside("c", c, "(0, inf]");
  checkInside("lipschitz", L, "(0, inf)");
  const { deviation } = constantSets[constants];
  return {
    centring: Math.log(4 * K) - (n * epsilon ** 2) / (8 ** 3 * K),
    deviation: Math.LN2 + logClassSize - (epsilon ** 2 * n * d) / (deviation * c * L ** 2),
  };
}

/**
 * The least n for which Theorem 3 allows a mixture of K components.
 * @throws RangeError where a parameter lies outside its set
 */
export function mixtureMinSamples(of: {
  readonly components: number;
  readonly delta: number;
  readonly epsilon: number;
  readonly constants: Constants;
}): number {
  const { components: K, delta, epsilon, constants } = of;
  checkWhole("components", K);
  checkInside("delta", delta, "(0, 1)");
  checkInside("epsilon", epsilon, "(0, 1)");
  return Math.ceil((constantSets[constants].samples * K * Math.log((8 * K) / delta)) / epsilon ** 2);
}

export const universal: Law = {
  name: "universal",
  theorem: "Universal law, Theorems 1 to 3",
  summary: "the Lipschitz constant that p parameters need to fit below the noise level",
  parameters: {
    n: { kind: "number", description: "points" },
    d: { kind: "number", description: "dimensions" },
    p: { kind: "number", description: "parameters of the class" },
    epsilon: { kind: "number", default: 0.5, description: "how far below the noise level the error is" },
    delta: { kind: "number", default: 0.05, description: "probability that the bound may fail with" },
    c: { kind: "number", default: 1, description: `isoperimetry constant, 1 for N(0, I/d)${ofFamily}` },
    diameter: { kind: "number", default: 1, description: "W, the diameter of the set of parameters" },
    "parameter-lipschitz": {
      kind: "number",
      description: "J, by how much f moves at the most for a step of the parameters",
    },
    "log-parameter-lipschitz": { kind: "number", description: "ln J, in place of --parameter-lipschitz" },
    components: { kind: "number", default: 1, description: `components of the mixture of points${ofFamily}` },
    "log-class-size": {
      kind: "number",
      description: "ln |F| of a finite class, for Theorem 2 with --lipschitz",
    },
    lipschitz: { kind: "number", description: "L of Theorem 2" },
    constants: constantsParameter,
  },
  takes: ["data"],
  example: "--n 1000000 --d 1000 --p 10000 --diameter 10 --parameter-lipschitz 100",
  ask(question) {
    const { numbers, choices } = question;
    const constants = choices.constants as Constants;
    const { n, d, p, epsilon, delta, c, diameter, components } = needed(
      "universal",
      question,
      "n",
      "d",
      "p",
      "epsilon",
      "delta",
      "c",
      "diameter",
      "components",
    );
    const [J, given] = [numbers["parameter-lipschitz"], numbers["log-parameter-lipschitz"]];
    if ((J === undefined) === (given === undefined)) {
      throw new MissingError("universal: give --parameter-lipschitz or --log-parameter-lipschitz");
    }
    if (J !== undefined) checkInside("parameter-lipschitz", J, "(0, inf)");
    const logJ = given ?? Math.log(J as number);
    const bound = universalLaw({ n, d, p, epsilon, delta, c, diameter, logJ, components, constants });
    const rate = { kind: "rate", quantity: "Lip(f)", hypotheses: [], vacuous: false } as const;
    const [logClassSize, L] = [numbers["log-class-size"], numbers.lipschitz];
    if ((logClassSize === undefined) !== (L === undefined)) {
      throw new MissingError("universal: Theorem 2 needs --log-class-size and --lipschitz");
    }
    const terms =
      logClassSize === undefined || L === undefined
        ? undefined
        : universalFailureProbability({ n, d, logClassSize, epsilon, c, L, components, constants });
    return {
      bounds: [
        {
          ...bound,
          hypotheses: [...isoperimetryHypotheses(question, { c, components }), ...bound.hypotheses],
          vacuous: !(bound.value > neededConstant(question.data)),
        },
        { ...rate, value: Math.sqrt((n * d) / p), method: "sqrt(nd/p)", theorem: "Universal law, Theorem 1" },
        {
          ...rate,
          value: Math.min(Math.sqrt((n * d) / p), (n * Math.sqrt(d)) / p),
          method: "n sqrt(d)/p, where only a Poincare inequality holds; sqrt(nd/p) for p < n",
          theorem: "Universal law, section 1.2",
        },
      ],
      details: {
        least_n_for_the_mixture: mixtureMinSamples({ components, delta, epsilon, constants }),
        ...(terms && { theorem2_log_centring: terms.centring, theorem2_log_deviation: terms.deviation }),
      },
    };
  },
};
