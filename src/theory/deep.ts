/** The universal law for deep networks (Universal law, §3). */
import { type DeepNetwork, layersOf } from "../network/deep.ts";
import { norm } from "../network/evaluate.ts";
import { type Bound, type Law, MissingError, needed, type Question } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { isoperimetryHypotheses, ofFamily } from "./origin.ts";
import { operatorNormProduct, operatorNorms, parameterLipschitz } from "./parameter-lipschitz.ts";
import { checkInside, checkWhole } from "./ranges.ts";
import { type Constants, constantsParameter, type UniversalCase, universalLaw } from "./universal.ts";

/** How far networks of the class move with their parameters: by their depth, by B, or by their norms layer by layer. */
export type DeepClass =
  /** J = R (W Q p)^D (Lemma 3.1), for (3.1). */
  | { readonly by: "depth"; readonly depth: number }
  /** J = B Q R √p (Lemma 3.1), for (3.2). */
  | { readonly by: "product"; readonly B: number }
  /** J_c of parameterLipschitz, which is proved. */
  | { readonly by: "norms"; readonly norms: readonly number[]; readonly biasNorms: readonly number[] };

/**
 * Theorem 3 for networks whose p parameters lie in [−W, W]^p, a box of diameter 2 W √p, on points of norm at most R.
 * @param of.Q entries that are one parameter at the most
 * @throws RangeError where a parameter lies outside its set
 */
export function deepLaw(
  of: Omit<UniversalCase, "diameter" | "logJ"> & {
    readonly W: number;
    readonly Q: number;
    readonly R: number;
    readonly class: DeepClass;
  },
): Bound {
  const { p, W, Q, R } = of;
  checkWhole("p", p);
  checkInside("max-weight", W, "[1, inf)");
  checkWhole("sharing", Q);
  checkInside("radius", R, "(0, inf)");
  const diameter = 2 * W * Math.sqrt(p);
  const { logJ, method, theorem } = logLipschitz(of);
  const bound = universalLaw({ ...of, diameter, logJ });
  return { ...bound, method: `${bound.method}, ${method}`, theorem };
}

function logLipschitz({ class: networks, p, W, Q, R }: Parameters<typeof deepLaw>[0]) {
  switch (networks.by) {
    case "depth": {
      checkWhole("depth", networks.depth, 2);
      const logJ = Math.log(R) + networks.depth * (Math.log(W) + Math.log(Q) + Math.log(p));
      return { logJ, method: "J = R (W Q p)^D", theorem: "Universal law, (3.1)" };
    }
    case "product": {
      checkInside("norm-product", networks.B, "(0, inf)");
      const logJ = Math.log(networks.B) + Math.log(Q) + Math.log(R) + Math.log(p) / 2;
      return { logJ, method: "J = B Q R sqrt(p)", theorem: "Universal law, (3.2)" };
    }
    case "norms": {
      const { log } = parameterLipschitz({ ...networks, radius: R, sharing: Q });
      return { logJ: log, method: "J_c, layer by layer", theorem: "Universal law, section 3, corrected" };
    }
  }
}

/** What a network says of its class. */
function classesOf({ layers }: DeepNetwork, { random }: Question) {
  const weights = layers.flatMap(({ W, b }) => [W, b]);
  const norms = operatorNorms(layers, random("operator norms"));
  return {
    depth: layers.length,
    p: weights.reduce((sum, { length }) => sum + length, 0),
    W: weights.reduce((most, values) => values.reduce((m, value) => Math.max(m, Math.abs(value)), most), 1),
    B: operatorNormProduct(norms),
    norms,
    biasNorms: layers.map(({ b }) => norm(b)),
  };
}

export const deep: Law = {
  name: "deep",
  theorem: "Universal law, section 3",
  summary: "the Lipschitz constant that deep networks of p parameters need to fit below the noise level",
  parameters: {
    n: { kind: "number", description: "points" },
    d: { kind: "number", description: "dimensions" },
    p: { kind: "number", description: "parameters" },
    depth: { kind: "number", description: "D, layers of weights, for (3.1)" },
    "norm-product": { kind: "number", description: "B, product of the layers' operator norms, for (3.2)" },
    "max-weight": { kind: "number", description: "W, the largest parameter; 1 or more, 1 unless given" },
    sharing: { kind: "number", default: 1, description: "Q, entries that are one parameter at the most" },
    radius: { kind: "number", description: "R, the largest norm of a point; 1 unless given" },
    epsilon: { kind: "number", default: 0.5, description: "how far below the noise level the error is" },
    delta: { kind: "number", default: 0.05, description: "probability that the bound may fail with" },
    c: { kind: "number", default: 1, description: `isoperimetry constant, 1 for N(0, I/d)${ofFamily}` },
    components: { kind: "number", default: 1, description: `components of the mixture of points${ofFamily}` },
    constants: constantsParameter,
  },
  takes: ["data", "network", "deep"],
  example: "--n 1000000 --d 1000 --p 100000 --depth 3",
  ask(question) {
    const { numbers, choices, data } = question;
    const network = question.deep ?? (question.network && layersOf(question.network));
    const found = network && classesOf(network, question);
    const completed = { ...question, numbers: { ...numbers, p: numbers.p ?? found?.p } };
    const { sharing, ...common } = needed(
      "deep",
      completed,
      "n",
      "d",
      "p",
      "sharing",
      "epsilon",
      "delta",
      "c",
      "components",
    );
    const lengths = data
      ? Array.from({ length: data.n }, (_, i) => norm(data.X.subarray(i * data.d, (i + 1) * data.d)))
      : [];
    const R = numbers.radius ?? lengths.reduce((most, length) => Math.max(most, length), data ? 0 : 1);
    const W = numbers["max-weight"] ?? found?.W ?? 1;
    const [depth, B] = [numbers.depth ?? found?.depth, numbers["norm-product"] ?? found?.B];
    const classes: DeepClass[] = [];
    if (depth !== undefined) classes.push({ by: "depth", depth });
    if (B !== undefined) classes.push({ by: "product", B });
    if (found) classes.push({ by: "norms", norms: found.norms, biasNorms: found.biasNorms });
    if (classes.length === 0) throw new MissingError("deep: give --depth, --norm-product or --network");
    const constants = choices.constants as Constants;
    const least = neededConstant(data);
    return {
      bounds: classes.map((networks) => {
        const bound = deepLaw({ ...common, W, Q: sharing, R, constants, class: networks });
        return {
          ...bound,
          hypotheses: [...isoperimetryHypotheses(question, common), ...bound.hypotheses],
          vacuous: !(bound.value > least),
        };
      }),
      details: {
        parameters: common.p,
        ...(B !== undefined && { norm_product: B, log_norm_product: Math.log(B) }),
        ...(found && {
          parameter_lipschitz: parameterLipschitz({ ...found, radius: R, sharing }).value,
        }),
      },
      warnings: [
        "(3.1) and (3.2) rest on Lemma 3.1, whose proof takes B for convex and leaves out biases and skip connections",
        ...(found
          ? ["holds for classes fixed before the data; this network's norms were found after them"]
          : []),
      ],
    };
  },
};
