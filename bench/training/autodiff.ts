/** TF.js as its users write it: ops, gradients by autodiff, `tf.train.adam`. A competitor, not an engine of lawrob. */
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../src/native/tensorflow.ts";
import type { Engine, Parameters } from "../../src/train/engine.ts";
import { memorizes } from "../../src/train/memorize.ts";
import { defaultSettings } from "../../src/train/train.ts";

type Problem = Parameters_<Engine["open"]>;
type Parameters_<F> = F extends (data: infer D, ...rest: never[]) => unknown ? D : never;

export interface Autodiff {
  /** Loss and gradients at the current parameters, and whether the filter passes there. */
  evaluate(): boolean;
  step(): void;
  dispose(): void;
}

export function autodiff(
  tf: TensorflowModule,
  { n, d, X, y }: Problem,
  initial: Parameters,
  { epsilon, learningRate }: { epsilon: number; learningRate: number },
): Autodiff {
  const k = initial.a.length;
  const points = tf.tensor2d(Float32Array.from(X), [n, d]);
  const labels = tf.tensor1d(Float32Array.from(y));
  const variable = (values: Float64Array, shape: number[]) =>
    tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(values), shape)));
  const W = variable(initial.W, [k, d]);
  const a = variable(initial.a, [k, 1]);
  const gamma = variable(initial.gamma, [k]);
  const beta = variable(initial.beta, [k]);
  const variables: Variable[] = [W, a, gamma, beta];
  const { beta1, beta2, adamEpsilon, batchNormEpsilon } = defaultSettings;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, adamEpsilon);
  let outputs: Tensor1D | undefined;
  let gradients: Record<string, Tensor> = {};
  const forget = () => {
    tf.dispose(gradients);
    outputs?.dispose();
  };
  return {
    evaluate() {
      forget();
      const { value, grads } = tf.variableGrads(() => {
        const h = tf.matMul(points, W as Tensor as Tensor2D, false, true);
        const { mean, variance } = tf.moments(h, 0);
        const normalised = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, batchNormEpsilon)));
        const activations = tf.relu(tf.add(tf.mul(normalised, gamma), beta)) as Tensor2D;
        const f = tf.reshape(tf.matMul(activations, a as Tensor as Tensor2D), [n]) as Tensor1D;
        outputs = tf.keep(f);
        return tf.mean(tf.square(tf.sub(f, labels))) as Scalar;
      }, variables);
      value.dispose();
      gradients = grads;
      return memorizes(outputs?.dataSync() as Float32Array, y, epsilon).outcome === "kept";
    },
    step() {
      optimizer.applyGradients(Object.entries(gradients).map(([name, tensor]) => ({ name, tensor })));
    },
    dispose() {
      forget();
      tf.dispose([points, labels, ...variables]);
      optimizer.dispose();
    },
  };
}
