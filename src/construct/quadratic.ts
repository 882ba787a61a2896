/** Quadratic networks of rank k beside the lower bound that every one of them obeys (COLT 2021, Theorem 9). */
import type { Dataset } from "../data/dataset.ts";
import { type Eigensystem, eigensystem, operatorNorm, quadraticForm } from "../numeric/quadratic-form.ts";
import { quadraticActivationLower } from "../theory/quadratic.ts";
import {
  type Construction,
  type ConstructionMethod,
  HypothesisError,
  networkOfNeurons,
  row,
} from "./construction.ts";
import { checkNumbers } from "./memory-limit.ts";
import { fitPowers, isFitted } from "./power-fit.ts";
import { quadraticConstants, support } from "./quadratic-form.ts";
import { interpolatingCoefficients } from "./symmetric-tensor.ts";

const activation = "polynomial:0,0,1";

export const quadratic: ConstructionMethod = {
  name: "quadratic",
  theorem: "COLT 2021, Theorem 9",
  summary: "k neurons of activation t^2 that interpolate, beside the least ‖T‖_op there is for k",
  options: {
    k: {
      kind: "whole",
      least: 1,
      description: "neurons, the rank of T; unless given d, or n where that is smaller",
    },
  },
  signs: false,
  distinct: true,
  build(data, options): Construction {
    const { n, d, X, y } = data;
    if (y.every((label) => label === 0)) throw new HypothesisError("quadratic: needs a label other than 0");
    const k = options.k === undefined ? Math.min(n, d) : Number(options.k);
    if (k > Math.min(n, d)) {
      throw new HypothesisError(
        `quadratic: needs k <= min(n, d), no form that interpolates needs more (got k=${k}, n=${n}, d=${d}), take a smaller --k`,
      );
    }
    const freedom = k * d - (k * (k - 1)) / 2;
    if (n > freedom) {
      throw new HypothesisError(
        `quadratic: needs n <= k d - k(k-1)/2, what forms of rank k are free to choose (got n=${n}, ${freedom} for k=${k}), ` +
          `take ${k < Math.min(n, d) ? "a larger --k" : "fewer points"}`,
      );
    }
    checkNumbers("quadratic", 4 * n * n + 3 * d * d, "n × n and d × d matrices");
    const full = eigensystem(quadraticForm(X, interpolatingCoefficients(data, 2, "quadratic"), n, d), d);
    const { values, network, iterations } =
      support(full).length <= k ? wholeForm(full, d) : ofRank(data, full, k);
    const size = operatorNorm(values);
    const least = quadraticActivationLower(data, k);
    return {
      network,
      hypotheses: [
        { name: "n <= k d - k(k-1)/2", ok: true, left: n, right: freedom },
        { name: "k <= min(n, d)", ok: true, left: k, right: Math.min(n, d) },
      ],
      guarantee: {
        statement: "every T of rank k that interpolates has ‖T‖_op >= |y|^2/(k ‖sum of y_i x_i x_i^T‖_op)",
        value: least.rank,
      },
      exact: quadraticConstants(values),
      details: {
        operator_norm: size,
        certificate: least.rank,
        certificate_ky_fan: least.kyFan,
        operator_norm_times_k_over_sqrt_nd: (size * k) / Math.sqrt(n * d),
        iterations,
      },
      warnings: ["on R^d there is no Lipschitz constant: gradients grow with the point"],
    };
  },
};

/** The form of least Frobenius norm, by its eigenvectors. */
function wholeForm(full: Eigensystem, d: number) {
  const neurons = support(full).map((l) => ({ w: row(full.vectors, l, d), b: 0, a: full.values[l] }));
  return {
    network: networkOfNeurons(d, neurons, activation),
    values: full.values,
    iterations: 0,
  };
}

/** Fits k neurons a ⟨w, x⟩², a = ±1, from the k largest |λ| of the whole form. */
function ofRank(data: Dataset, full: Eigensystem, k: number) {
  const { d } = data;
  const W = new Float64Array(k * d);
  const a = new Float64Array(k);
  support(full)
    .slice(0, k)
    .forEach((l, at) => {
      const value = full.values[l];
      a[at] = Math.sign(value);
      W.set(
        row(full.vectors, l, d).map((entry) => Math.sqrt(Math.abs(value)) * entry),
        at * d,
      );
    });
  const fit = fitPowers(data, 2, { k, W, a });
  if (!isFitted(fit, data)) {
    throw new HypothesisError(
      `quadratic: no form of rank k=${k} found (max error ${fit.error.toPrecision(3)} after ${fit.iterations} steps; near ` +
        "n = k d - k(k-1)/2 there may be none), take a larger --k",
    );
  }
  return {
    network: { activation, k, d, W: fit.W, b: new Float64Array(k), a, c: 0 } as const,
    values: eigensystem(quadraticForm(fit.W, a, k, d), d).values,
    iterations: fit.iterations,
  };
}
