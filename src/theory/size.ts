/** What the universal law predicts for data sets that people train on, all constants set to 1 (Universal law, §1.1). */
import { type Law, MissingError, needed } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { checkInside, checkWhole } from "./ranges.ts";

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

export const size: Law = {
  name: "size",
  theorem: "Universal law, section 1.1",
  summary: "how many parameters a robust network is predicted to need (heuristic)",
  parameters: {
    n: { kind: "number", description: "points" },
    "effective-dimension": {
      kind: "number",
      description: "effective dimension d/c of the points, as the law isoperimetry estimates it",
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
      given !== undefined
        ? [given]
        : preset
          ? [preset.low, preset.high]
          : [needed("size", question, "effective-dimension")["effective-dimension"]];
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
        "a prediction, no theorem: with its constants Theorem 3 says 0.01 or less of the same sizes (lawrob bound universal)",
        ...(choices.preset === "cifar10"
          ? [
              "the paper has no CIFAR-10: its effective dimension is taken as the same share of the pixels as MNIST's",
            ]
          : []),
      ],
    };
  },
};
