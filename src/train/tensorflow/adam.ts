import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../native/tensorflow.ts";
import type { TrainingSettings } from "../engine.ts";

/** Parameters that Adam moves along gradients. */
export interface Adam {
  /** The current parameters; owned by this object, valid until the next step. */
  parameters(): Tensor2D;
  /** One step. Disposes the gradient. */
  step(gradient: Tensor2D): void;
  dispose(): void;
}

/**
 * Adam as in PyTorch: θ ← θ − lr · m̂ / (√v̂ + ε), with bias corrections m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 *
 * The moments are kept as sums M = Σ β₁ˢ g, V = Σ β₂ˢ g², that is m/(1 − β₁) and v/(1 − β₂): two operations
 * fewer a step. The constants go into step size and epsilon.
 * @param initial row-major values of the given shape.
 */
export function createAdam(
  tf: TensorflowModule,
  initial: Float32Array,
  shape: [number, number],
  { learningRate, beta1, beta2, adamEpsilon }: TrainingSettings,
): Adam {
  let theta = tf.tensor2d(initial, shape);
  let M = tf.zeros(shape) as Tensor2D;
  let V = tf.zeros(shape) as Tensor2D;
  const decay1 = tf.scalar(beta1);
  const decay2 = tf.scalar(beta2);
  let t = 0;

  const replace = <T extends Tensor>(old: T, value: Tensor): T => {
    old.dispose();
    return value as T;
  };

  return {
    parameters: () => theta,
    step(gradient) {
      t++;
      // √v̂ = root · √V and m̂ = M · (1 − β₁)/(1 − β₁ᵗ); numerator and denominator are divided by root.
      const root = Math.sqrt((1 - beta2) / (1 - beta2 ** t));
      const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** t) / root;
      M = replace(
        M,
        tf.tidy(() => tf.add(tf.mul(M, decay1), gradient)),
      );
      V = replace(
        V,
        tf.tidy(() => tf.add(tf.mul(V, decay2), tf.square(gradient))),
      );
      gradient.dispose();
      theta = replace(
        theta,
        tf.tidy(() => {
          const denominator = tf.tidy(() => tf.add(tf.sqrt(V), tf.scalar(adamEpsilon / root)));
          return tf.sub(
            theta,
            tf.tidy(() => tf.mul(tf.div(M, denominator), tf.scalar(rate))),
          );
        }),
      );
    },
    dispose() {
      tf.dispose([theta, M, V, decay1, decay2]);
    },
  };
}
