/** What the universal law predicts for data sets that people train on, all constants set to 1 (Universal law, §1.1). */
import { estimateIsoperimetry } from "./isoperimetry.ts";
import { type Law, MissingError, needed, type Question } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { ofFamily } from "./origin.ts";
import { checkInside, checkWhole } from "./ranges.ts";
import { universalLaw } from "./universal.ts";

/** Sizes, pixels, and effective dimensions from a low guess to a high one. */
const presets = {
  mnist: { n: 60_000, pixels: 28 * 28, low: 15, high: 150 },
  // 10^10 to 10^11 parameters, divided by n: "a couple of orders of magnitude" below the number of pixels.
  imagenet: { n: 14_000_000, pixels: 200_000, low: 714, high: 7143 },
  // Not in the paper. The shares of MNIST's pixels, 15/784 and 150/784, of 32 · 32 · 3, to one digit.
  cifar10: { n: 50_000, pixels: 3072, low: 60, high: 600 },
} as const;

const heuristic = "heuristic: constants set to 1";

/**
 * n d_eff, the parameters that a robust fit is predicted to need (Universal law, §1.1); heuristic, constants set to 1.
 * @throws RangeError where a parameter lies outside its set
 */
export function predictSize({ n, dEffective }: { n: number; dEffective: number }): number {
  checkWhole("n", n);
  checkInside("effective-dimension", dEffective, "(0, inf)");
  return n * dEffective;
}

/**
 * √(n d_eff/p), the Lipschitz constant that p parameters are predicted to need (Universal law, §1.1); heuristic, constants
 * set to 1.
 * @throws RangeError where a parameter lies outside its set
 */
export function impliedFloor(of: { n: number; dEffective: number; p: number }): number {
  checkWhole("p", of.p);
  return Math.sqrt(predictSize(of) / of.p);
}

/** What is asked of Theorem 3 beside a prediction: close to the noise level's whole, and a class as small as can be. */
const theorem3 = {
  epsilon: 0.9,
  delta: 0.05,
  components: 1,
  diameter: 1,
  logJ: 0,
  constants: "printed",
} as const;

/** The same sizes in Theorem 3, which knows of d and c in d/c alone, as a sentence. */
function theorem3Words(n: number, dimensions: readonly number[], p: number | undefined): string {
  const answers = dimensions.map((dEffective) => {
    const parameters = p ?? Math.max(1, Math.round(predictSize({ n, dEffective })));
    return universalLaw({ ...theorem3, n, d: 1, p: parameters, c: 1 / dEffective });
  });
  const values = answers.map(({ value }) => value.toPrecision(3));
  const few = answers.every(({ hypotheses }) => hypotheses.every(({ ok }) => ok))
    ? ""
    : ", n too small for it";
  const sizes = p === undefined ? "of as many parameters as predicted, where this has 1" : `at p = ${p}`;
  return (
    `a prediction, no theorem: with its constants Theorem 3 says ${values.join(" and ")} ${sizes} ` +
    `(epsilon = 0.9, W J = 1${few}; lawrob bound universal)`
  );
}

/** The effective dimension d/c of the points, which is estimated from above: c is from below. */
function estimated(question: Question): number {
  const { data, random } = question;
  if (!data) return needed("size", question, "effective-dimension")["effective-dimension"];
  const { components } = needed("size", question, "components");
  if (data.X.every((value, at) => value === data.X[at % data.d])) {
    throw new RangeError("X must lie in points that are not all equal, got one point");
  }
  return estimateIsoperimetry(data, { random: random("functions"), components }).effectiveDimension;
}

export const size: Law = {
  name: "size",
  theorem: "Universal law, section 1.1",
  summary: "how many parameters a robust network is predicted to need (heuristic)",
  parameters: {
    n: { kind: "number", description: "points" },
    "effective-dimension": {
      kind: "number",
      description:
        "effective dimension d/c of the points; estimated from --data as by isoperimetry unless given",
    },
    components: {
      kind: "number",
      default: 1,
      description: `clusters of --data that are measured apart${ofFamily}`,
    },
    p: { kind: "number", description: "parameters of a network, for the constant that is predicted for it" },
    preset: {
      kind: "choice",
      choices: ["none", ...Object.keys(presets)],
      default: "none",
      description: "n and a low and a high effective dimension of known images, where they are not given",
    },
  },
  takes: ["data"],
  example: "--preset mnist --p 200000",
  ask(question) {
    const { numbers, choices, data } = question;
    const preset = choices.preset === "none" ? undefined : presets[choices.preset as keyof typeof presets];
    if (preset && data) throw new MissingError("size: give --data or --preset, not both");
    const given = numbers["effective-dimension"];
    const n = numbers.n ?? preset?.n ?? needed("size", question, "n").n;
    const dimensions =
      given !== undefined ? [given] : preset ? [preset.low, preset.high] : [estimated(question)];
    const { p } = numbers;
    const common = { method: heuristic, theorem: "Universal law, section 1.1", hypotheses: [] } as const;
    return {
      bounds: dimensions.flatMap((dEffective) => [
        {
          ...common,
          kind: "rate",
          quantity: `parameters of a robust fit, effective dimension ${dEffective}`,
          value: predictSize({ n, dEffective }),
          vacuous: false,
        } as const,
        ...(p === undefined
          ? []
          : [
              {
                ...common,
                kind: "rate",
                quantity: `Lip(f) at p = ${p}, effective dimension ${dEffective}`,
                value: impliedFloor({ n, dEffective, p }),
                vacuous: !(impliedFloor({ n, dEffective, p }) > neededConstant(undefined)),
              } as const,
            ]),
      ]),
      details: {
        parameters_of_mere_interpolation: n,
        ...(preset && {
          parameters_at_all_pixels: predictSize({ n, dEffective: preset.pixels }),
          pixels: preset.pixels,
        }),
      },
      warnings: [
        theorem3Words(n, dimensions, p),
        ...(data && given === undefined
          ? [
              "the effective dimension is estimated from the points, from above: only some functions are tried",
            ]
          : []),
        ...(choices.preset === "cifar10"
          ? [
              "the paper has no CIFAR-10: its effective dimension is taken as the same share of the pixels as MNIST's",
            ]
          : []),
      ],
    };
  },
};
