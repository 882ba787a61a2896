import type { Scalar, Tensor, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../src/native/tensorflow.ts";
import type { Parameters, TrainingSettings } from "../../src/train/engine.ts";

/**
 * The reference that fast engines are held to: the network as it is written, normalisation over the batch
 * included, differentiated by TF.js, with Adam by its textbook formulas.
 * @param data X is n × d, row-major.
 * @param steps number of Adam steps.
 * @returns the losses ‖f − y‖²/n before each step and after the last one, length steps + 1.
 */
export function autodiffLosses(
  tf: TensorflowModule,
  data: { readonly n: number; readonly d: number; readonly X: Float64Array; readonly y: Float64Array },
  initial: Parameters,
  settings: TrainingSettings,
  steps: number,
): number[] {
  const { n, d } = data;
  const k = initial.a.length;
  const X = tf.tensor2d(Float32Array.from(data.X), [n, d]);
  const y = tf.tensor1d(Float32Array.from(data.y));
  const variable = (values: Float64Array, shape: number[]) =>
    tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(values), shape)));
  const W = variable(initial.W, [k, d]);
  const a = variable(initial.a, [k, 1]);
  const gamma = variable(initial.gamma, [k]);
  const beta = variable(initial.beta, [k]);
  const parameters: Variable[] = [W, a, gamma, beta];

  const loss = () => {
    const h = tf.matMul(X, tf.transpose(W as Tensor) as Tensor2D);
    const { mean, variance } = tf.moments(h, 0);
    const normalised = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, settings.batchNormEpsilon)));
    const activations = tf.relu(tf.add(tf.mul(normalised, gamma), beta)) as Tensor2D;
    const outputs = tf.reshape(tf.matMul(activations, a as Tensor as Tensor2D), [n]);
    return tf.mean(tf.square(tf.sub(outputs, y))) as Scalar;
  };

  const losses: number[] = [];
  const moments = parameters.map((parameter) => ({
    parameter,
    m: variable(new Float64Array(parameter.size), parameter.shape),
    v: variable(new Float64Array(parameter.size), parameter.shape),
  }));
  for (let t = 1; t <= steps; t++) {
    const { value, grads } = tf.variableGrads(loss, parameters);
    losses.push(value.dataSync()[0]);
    for (const { parameter, m, v } of moments)
      tf.tidy(() => adamStep(tf, settings, t, parameter, m, v, grads[parameter.name]));
    tf.dispose([value, grads]);
  }
  losses.push(tf.tidy(() => loss().dataSync()[0]));
  tf.dispose([X, y, ...parameters, ...moments.flatMap(({ m, v }) => [m, v])]);
  return losses;
}

/** θ ← θ − lr · m̂ / (√v̂ + ε), in place. */
function adamStep(
  tf: TensorflowModule,
  { learningRate, beta1, beta2, adamEpsilon }: TrainingSettings,
  t: number,
  theta: Variable,
  m: Variable,
  v: Variable,
  gradient: Tensor,
): void {
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const mHat = tf.div(m, 1 - beta1 ** t);
  const vHat = tf.div(v, 1 - beta2 ** t);
  theta.assign(tf.sub(theta, tf.mul(learningRate, tf.div(mHat, tf.add(tf.sqrt(vHat), adamEpsilon)))));
}
