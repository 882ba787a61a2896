import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../native/tensorflow.ts";
import type { CentredData } from "./centred-data.ts";
import type { Plan } from "./plan.ts";

/**
 * The plan for d² large against n. With inv = 1/√(v + ε_bn) and r = (f − y) · 2/n:
 *
 *   h = W Xcᵀ,  v = mean of h² a row,  s = γ inv,  A = relu(s h + β),  f = aᵀA
 *   G = sign(A) ∘ r,  p = ⟨G, h⟩ a row,  q = sum of G a row
 *   da = s p + β q,  dγ = a inv p,  dβ = a q,  dW = a s (G − (inv² p / n) h) Xc
 */
export function createRowsPlan(
  tf: TensorflowModule,
  data: CentredData,
  k: number,
  batchNormEpsilon: number,
): Plan {
  const { n, d } = data;
  const X = tf.tensor2d(data.X, [n, d]);
  const epsilon = tf.scalar(batchNormEpsilon);
  const scale = tf.scalar(2 / n);
  const inverseN = tf.scalar(1 / n);

  const variancesOf = (h: Tensor2D) =>
    tf.tidy(() => tf.mul(tf.sum(tf.square(h), 1, true), inverseN)) as Tensor2D;

  return {
    evaluate(parameters) {
      const kept = tf.tidy(() => {
        const [W, gamma, beta, a] = tf.split(parameters, [d, 1, 1, 1], 1) as Columns;
        const h = tf.matMul(W, X, false, true) as Tensor2D;
        W.dispose();
        const inverse = tf.rsqrt(tf.add(variancesOf(h), epsilon)) as Tensor2D;
        const s = tf.mul(gamma, inverse) as Tensor2D;
        const activations = tf.tidy(() => tf.relu(tf.tidy(() => tf.add(tf.mul(h, s), beta)))) as Tensor2D;
        const outputs = tf.matMul(a, activations, true) as Tensor2D;
        return { beta, a, h, inverse, s, activations, outputs };
      });
      const { beta, a, h, inverse, s, activations, outputs } = kept;
      return {
        outputs,
        gradient: (residual) =>
          tf.tidy(() => {
            const r = tf.mul(residual, scale);
            const active = tf.sign(activations) as Tensor2D;
            activations.dispose();
            const q = tf.matMul(active, tf.reshape(r, [n, 1]) as Tensor2D);
            const G = tf.mul(active, r) as Tensor2D;
            active.dispose();
            const p = tf.tidy(() => tf.sum(tf.mul(G, h), 1, true));
            const correction = tf.mul(h, tf.mul(tf.mul(p, tf.square(inverse)), inverseN));
            h.dispose();
            const V = tf.sub(G, correction) as Tensor2D;
            tf.dispose([G, correction]);
            const dW = tf.tidy(() => tf.mul(tf.matMul(V, X), tf.mul(a, s)));
            V.dispose();
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
        return variancesOf(tf.matMul(W, X, false, true));
      }),
    dispose: () => tf.dispose([X, epsilon, scale, inverseN]),
  };
}

/** W, γ, β, a as columns of the parameters. */
type Columns = [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
