/** The minimum-norm linear function (COLT 2021, §3.1), as a network of two ReLU neurons. */

import { gramMatrix, smallestOf } from "../numeric/gram-matrix.ts";
import { orthogonalFactorization } from "../numeric/householder.ts";
import {
  type Construction,
  type ConstructionMethod,
  dot,
  HypothesisError,
  networkOfNeurons,
} from "./construction.ts";

/** Points are dependent, as far as f64 tells, where |R_ii| falls by this factor. */
const leastRatio = 1e-12;

export const linear: ConstructionMethod = {
  name: "linear",
  theorem: "COLT 2021, section 3.1",
  summary: "the shortest w with <w, x_i> = y_i, for n <= d",
  options: {
    form: {
      kind: "choice",
      choices: ["shifted", "pair"],
      default: "shifted",
      description:
        "shifted: ReLU(<w,x> + s) - s, s a second neuron; pair: ReLU(<w,x>) - ReLU(-<w,x>), linear on all of R^d",
    },
  },
  signs: false,
  build({ n, d, X, y }, { form }): Construction {
    if (n > d) throw new HypothesisError(`linear: needs n <= d (got n=${n}, d=${d})`);
    const factors = orthogonalFactorization(X, n, d);
    if (factors.rankRatio < leastRatio) {
      throw new HypothesisError(
        `linear: needs linearly independent points (got min |R_ii|/max |R_ii| = ${factors.rankRatio.toPrecision(3)}, needs ${leastRatio})`,
      );
    }
    const w = factors.minimumNorm(y);
    const length = Math.sqrt(dot(w, w));
    const least = smallestOf(gramMatrix(X, n, d), n);
    const shift = y.reduce((most, label) => Math.max(most, -label), 0);
    const network =
      form === "pair"
        ? networkOfNeurons(d, [
            { w, b: 0, a: 1 },
            { w: w.map((value) => -value), b: 0, a: -1 },
          ])
        : networkOfNeurons(d, [
            { w, b: shift, a: 1 },
            { w: new Float64Array(d), b: 1, a: -shift },
          ]);
    return {
      network,
      hypotheses: [
        { name: "n <= d", ok: true, left: n, right: d },
        { name: "lambda_min(X X^T) >= 1/2", ok: least >= 0.5, left: least, right: 0.5 },
      ],
      guarantee: { statement: "Lip(f) <= sqrt(2 n)", value: Math.sqrt(2 * n) },
      exact: [
        {
          value: length,
          domain: "space",
          formula: "the norm of w, sqrt(y^T (X X^T)^-1 y)",
        },
      ],
      ...(n > 0.9 * d && {
        warnings: [`n is close to d: for Gaussian points the mean of ‖w‖² is n d/(d - n - 1), if any`],
      }),
    };
  },
};
