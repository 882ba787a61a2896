/**
 * The engine "tensorflow": exact full-batch Adam in TF.js operations on tfjs-node, in f32.
 *
 * More than two layers are trained by deep-session.ts. For two, the gradient is written by hand, with the normalisation folded into the weights, so that a step is two large
 * products and few passes over the activations; the tests hold it to TF.js autodiff of the unfolded network. The
 * parameters are one tensor P = [W | γ | β | a], k × (d + 3), so that Adam is one set of operations; activations
 * are k × n, one neuron a row. Two plans give the same numbers up to rounding; the shape alone decides:
 *
 *   rows         h = W Xcᵀ is kept; its squares give the variances, and one product with Xc gives the gradient.
 *   covariance   W S, with S = XcᵀXc/n, gives the variances and the variance's part of the gradient; scale and
 *                shift are inside the product [sW | β] [Xc | 1]ᵀ. Fewer passes over k × n, k·d² more operations.
 */

import type { Tensorflow, TensorflowModule } from "../../native/tensorflow.ts";
import type { Engine, Parameters, Session, Shape, TrainingSettings } from "../engine.ts";
import { createAdam } from "./adam.ts";
import { type CentredData, centre } from "./centred-data.ts";
import { createCovariancePlan } from "./covariance-plan.ts";
import { deepTensorBytes, openDeepSession } from "./deep-session.ts";
import type { Evaluation, Plan } from "./plan.ts";
import { createRowsPlan } from "./rows-plan.ts";

type Tensor2D = import("@tensorflow/tfjs-core").Tensor2D;

/**
 * Makes the engine from a loaded TensorFlow.
 * @param tensorflow what `loadTensorflow` returned; with one thread (its default) results repeat bit by bit.
 */
export function createTensorflowEngine(tensorflow: Tensorflow): Engine {
  const { tf, runtimeVersion, gpu, threads } = tensorflow;
  const notes = [gpu ? "gpu" : "", threads === 1 ? "" : `${threads} threads`].filter((note) => note !== "");
  return {
    name: "tensorflow",
    version: `tensorflow ${runtimeVersion}${notes.map((note) => ` ${note}`).join(",")}`,
    memory: tensorflowMemory,
    open: (data, initial, settings) => openSession(tf, centre(data), data.y, initial, settings),
    openDeep: (data, initial, settings) => openDeepSession(tf, centre(data), data.y, initial, settings),
  };
}

/** Which plan a shape takes: covariance when k·d² more operations cost less than some passes over k × n. */
export function usesCovariance({ n, d }: Pick<Shape, "n" | "d">): boolean {
  return d * d < 100 * n;
}

/** Bytes of the tensors of a session at its peak: the f32 arrays of each size that live at one time, counted. */
export function tensorBytes(shape: Shape): number {
  const { n, d, k, depth = 2 } = shape;
  if (depth > 2) return deepTensorBytes({ n, d, k, depth });
  const parameters = k * (d + 3);
  const activations = k * n;
  const points = n * (d + 1);
  const floats = usesCovariance(shape)
    ? d * d +
      2 * points +
      Math.max(
        3 * points,
        2 * activations + 7 * parameters,
        activations + 6 * parameters + points,
        9 * parameters,
      )
    : points + Math.max(3 * activations + 4 * parameters, activations + 5 * parameters, 7 * parameters);
  return 4 * (floats + 4 * n + 16 * k);
}

/**
 * Peak bytes that a session adds to its process. The C library's allocator keeps freed arrays, in pieces, which
 * spares the next step from touching fresh pages: processes were seen to grow by 1.8 to 4.6 times the tensors.
 * TensorFlow itself, once loaded, takes 400 MB of each process beside this.
 */
export function tensorflowMemory(shape: Shape): number {
  return 4.6 * tensorBytes(shape) + 20e6;
}

function openSession(
  tf: TensorflowModule,
  data: CentredData,
  labels: Float64Array,
  initial: Parameters,
  settings: TrainingSettings,
): Session {
  const { n, d, mean } = data;
  const k = initial.a.length;
  const plan: Plan = usesCovariance(data)
    ? createCovariancePlan(tf, data, k, settings.batchNormEpsilon)
    : createRowsPlan(tf, data, k, settings.batchNormEpsilon);
  const y = tf.tensor2d(Float32Array.from(labels), [1, n]);
  const adam = createAdam(tf, packParameters(initial, d), [k, d + 3], settings);
  let evaluation: Evaluation | undefined;
  let disposed = false;

  const forget = () => {
    evaluation?.dispose();
    evaluation = undefined;
  };
  const requireOpen = () => {
    if (disposed) throw new Error("the session is disposed");
  };

  return {
    evaluate() {
      requireOpen();
      forget();
      evaluation = plan.evaluate(adam.parameters());
      return evaluation.outputs.dataSync() as Float32Array;
    },
    update() {
      requireOpen();
      if (evaluation === undefined) throw new Error("update needs evaluate first");
      const residual = tf.sub(evaluation.outputs, y) as Tensor2D;
      const gradient = evaluation.gradient(residual);
      residual.dispose();
      forget();
      adam.step(gradient);
    },
    parameters() {
      requireOpen();
      const P = adam.parameters();
      const variance = plan.variances(P);
      const result = {
        ...unpackParameters(P.dataSync() as Float32Array, k, d),
        variance: Float64Array.from(variance.dataSync()),
      };
      variance.dispose();
      return { ...result, mean: products(result.W, mean) };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      forget();
      plan.dispose();
      adam.dispose();
      y.dispose();
    },
  };
}

/** [W | γ | β | a], k × (d + 3), row-major, in f32. */
function packParameters({ W, a, gamma, beta }: Parameters, d: number): Float32Array {
  const k = a.length;
  const packed = new Float32Array(k * (d + 3));
  for (let l = 0; l < k; l++) {
    const row = l * (d + 3);
    packed.set(W.subarray(l * d, (l + 1) * d), row);
    packed.set([gamma[l], beta[l], a[l]], row + d);
  }
  return packed;
}

function unpackParameters(packed: Float32Array, k: number, d: number): Parameters {
  const W = new Float64Array(k * d);
  const column = (offset: number) => Float64Array.from({ length: k }, (_, l) => packed[l * (d + 3) + offset]);
  for (let l = 0; l < k; l++) W.set(packed.subarray(l * (d + 3), l * (d + 3) + d), l * d);
  return { W, gamma: column(d), beta: column(d + 1), a: column(d + 2) };
}

/** W x for W: k × d, row-major, and x of length d. */
function products(W: Float64Array, x: Float64Array): Float64Array {
  const d = x.length;
  return Float64Array.from({ length: W.length / d }, (_, l) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += W[l * d + j] * x[j];
    return sum;
  });
}
