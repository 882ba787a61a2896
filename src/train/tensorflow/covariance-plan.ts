import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../native/tensorflow.ts";
import type { CentredData } from "./centred-data.ts";
import type { Plan } from "./plan.ts";

/**
 * The plan for n large against d². With S = XcᵀXc/n, X̃ = [Xc | 1], r = f − y and inv = 1/√(v + ε_bn):
 *
 *   v = diag(W S Wᵀ),  s = γ inv,  A = relu([sW | β] X̃ᵀ),  f = aᵀA
 *   [Q | q] = sign(A) · (2/n) (r ∘ X̃),  p = ⟨Q, w⟩ a row
 *   da = s p + β q,  dγ = a inv p,  dβ = a q,  dW = a s Q − a s inv² p · W S
 */
export function createCovariancePlan(
  tf: TensorflowModule,
  data: CentredData,
  k: number,
  batchNormEpsilon: number,
): Plan {
  const { n, d } = data;
  const epsilon = tf.scalar(batchNormEpsilon);
  const { S, pointsT, scaledPoints } = tf.tidy(() => {
    const X = tf.tensor2d(data.X, [n, d]);
    const points = tf.concat([X, tf.ones([n, 1])], 1) as Tensor2D;
    return {
      S: tf.div(tf.matMul(X, X, true), n) as Tensor2D,
      pointsT: tf.transpose(points) as Tensor2D,
      scaledPoints: tf.mul(points, 2 / n) as Tensor2D,
    };
  });

  const variancesOf = (W: Tensor2D, WS: Tensor2D) =>
    tf.tidy(() => tf.sum(tf.mul(WS, W), 1, true)) as Tensor2D;

  return {
    evaluate(parameters) {
      const kept = tf.tidy(() => {
        const [W, gamma, beta, a] = tf.split(parameters, [d, 1, 1, 1], 1) as Columns;
        const WS = tf.matMul(W, S) as Tensor2D;
        const inverse = tf.rsqrt(tf.add(variancesOf(W, WS), epsilon)) as Tensor2D;
        const s = tf.mul(gamma, inverse) as Tensor2D;
        const activations = tf.tidy(() => {
          const folded = tf.concat([tf.mul(W, s), beta], 1) as Tensor2D;
          return tf.relu(tf.matMul(folded, pointsT)) as Tensor2D;
        });
        const outputs = tf.matMul(a, activations, true) as Tensor2D;
        return { W, beta, a, WS, inverse, s, activations, outputs };
      });
      const { W, beta, a, WS, inverse, s, activations, outputs } = kept;
      return {
        outputs,
        gradient: (residual) =>
          tf.tidy(() => {
            const active = tf.sign(activations) as Tensor2D;
            activations.dispose();
            const sums = tf.matMul(active, tf.mul(scaledPoints, tf.reshape(residual, [n, 1])) as Tensor2D);
            active.dispose();
            const [Q, q] = tf.split(sums, [d, 1], 1) as [Tensor2D, Tensor2D];
            sums.dispose();
            const p = tf.tidy(() => tf.sum(tf.mul(Q, W), 1, true));
            const as = tf.mul(a, s);
            const dW = tf.tidy(() =>
              tf.sub(tf.mul(Q, as), tf.mul(WS, tf.mul(tf.mul(as, p), tf.square(inverse)))),
            );
            Q.dispose();
            const dGamma = tf.mul(tf.mul(a, inverse), p);
            const dBeta = tf.mul(a, q);
            const dA = tf.add(tf.mul(s, p), tf.mul(beta, q));
            return tf.concat([dW, dGamma, dBeta, dA], 1) as Tensor2D;
          }),
        dispose: () => tf.dispose(kept),
      };
    },
    variances: (parameters) =>
      tf.tidy(() => {
        const W = tf.slice(parameters, [0, 0], [k, d]);
        return variancesOf(W, tf.matMul(W, S));
      }),
    dispose: () => tf.dispose([epsilon, S, pointsT, scaledPoints]),
  };
}

/** W, γ, β, a as columns of the parameters. */
type Columns = [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
