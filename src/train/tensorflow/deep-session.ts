/**
 * Training of more than two layers, in TF.js operations. Activations are k × n, one neuron a row; a layer's parameters
 * are one tensor P = [W | γ | β], k × (columns + 2), and Adam moves each of them. With h = W A, A what the layer takes:
 *
 *   u = (h − mean h) inv,  inv = 1/√(var h + ε_bn),  A' = relu(γ u + β),  f = aᵀA'
 *   dz = sign(A') ∘ dA',  dβ = Σ dz,  dγ = Σ dz ∘ u,  dh = γ inv (dz − dβ/n − u dγ/n),  dW = dh Aᵀ,  dA = Wᵀ dh
 *
 * with sums along rows and dA' = a r, r = 2 (f − y)/n, of the last hidden layer.
 */
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { TensorflowModule } from "../../native/tensorflow.ts";
import type { NormalizedLayer, NormalizedNetwork } from "../../network/normalized.ts";
import type { Session, Shape, TrainingSettings } from "../engine.ts";
import { type Adam, createAdam } from "./adam.ts";
import type { CentredData } from "./centred-data.ts";

/**
 * One hidden layer at the parameters last evaluated, with what its gradient needs: γ inv is k × 1, u is k × n. A type, as
 * TF.js takes no interface for a container of tensors.
 */
type LayerValues = {
  W: Tensor2D;
  scale: Tensor2D;
  u: Tensor2D;
  activations: Tensor2D;
};

/** @param data centred points: normalisation does not see their mean */
export function openDeepSession(
  tf: TensorflowModule,
  data: CentredData,
  labels: Float64Array,
  initial: NormalizedNetwork,
  settings: TrainingSettings,
): Session<NormalizedNetwork> {
  const { n, d } = data;
  const X = tf.tensor2d(data.X, [n, d]);
  const y = tf.tensor2d(Float32Array.from(labels), [1, n]);
  const layers = initial.hidden.map((layer) => {
    const { rows, columns } = layer;
    return { rows, columns, adam: createAdam(tf, packed(layer), [rows, columns + 2], settings) };
  });
  const output = createAdam(tf, Float32Array.from(initial.a), [1, initial.a.length], settings);
  let evaluation: { values: LayerValues[]; outputs: Tensor2D } | undefined;
  let disposed = false;

  const forward = () => {
    const values: LayerValues[] = [];
    for (const { columns, adam } of layers) {
      const below = values[values.length - 1]?.activations;
      values.push(tf.tidy(() => layerValues(adam, columns, below)));
    }
    const outputs = tf.matMul(output.parameters(), values[values.length - 1].activations) as Tensor2D;
    return { values, outputs };
  };

  const layerValues = (adam: Adam, columns: number, below: Tensor2D | undefined): LayerValues => {
    const [W, gamma, beta] = tf.split(adam.parameters(), [columns, 1, 1], 1) as Tensor2D[];
    const h = below ? tf.matMul(W, below) : tf.matMul(W, X, false, true);
    const centred = tf.sub(h, tf.mean(h, 1, true));
    h.dispose();
    const variance = tf.tidy(() => tf.mean(tf.square(centred), 1, true));
    const inverse = tf.rsqrt(tf.add(variance, settings.batchNormEpsilon));
    const u = tf.mul(centred, inverse) as Tensor2D;
    centred.dispose();
    const activations = tf.tidy(() => tf.relu(tf.tidy(() => tf.add(tf.mul(u, gamma), beta)))) as Tensor2D;
    return { W, scale: tf.mul(gamma, inverse), u, activations };
  };

  /** dh of a layer from dA', which it disposes, with dγ and dβ. */
  const layerGradients = ({ u, scale, activations }: LayerValues, ofActivations: Tensor2D) =>
    tf.tidy(() => {
      const dz = tf.tidy(() => tf.mul(tf.sign(activations), ofActivations)) as Tensor2D;
      ofActivations.dispose();
      const dBeta = tf.sum(dz, 1, true) as Tensor2D;
      const dGamma = tf.tidy(() => tf.sum(tf.mul(dz, u), 1, true)) as Tensor2D;
      const ofStatistics = tf.tidy(() => tf.add(tf.mul(u, tf.mul(dGamma, 1 / n)), tf.mul(dBeta, 1 / n)));
      const difference = tf.sub(dz, ofStatistics);
      tf.dispose([dz, ofStatistics]);
      return { dh: tf.mul(difference, scale) as Tensor2D, dGamma, dBeta };
    });

  const step = ({ values, outputs }: NonNullable<typeof evaluation>) => {
    const r = tf.tidy(() => tf.mul(tf.sub(outputs, y), 2 / n)) as Tensor2D;
    const last = values[values.length - 1].activations;
    let ofActivations = tf.matMul(output.parameters(), r, true) as Tensor2D;
    output.step(tf.matMul(r, last, false, true) as Tensor2D);
    r.dispose();
    for (let i = layers.length - 1; i >= 0; i--) {
      const { dh, dGamma, dBeta } = layerGradients(values[i], ofActivations);
      const dW = (
        i > 0 ? tf.matMul(dh, values[i - 1].activations, false, true) : tf.matMul(dh, X)
      ) as Tensor2D;
      if (i > 0) ofActivations = tf.matMul(values[i].W, dh, true) as Tensor2D;
      const gradient = tf.concat([dW, dGamma, dBeta], 1) as Tensor2D;
      tf.dispose([dh, dW, dGamma, dBeta]);
      forgetLayer(values[i]);
      layers[i].adam.step(gradient);
    }
  };

  const forgetLayer = ({ W, scale, u, activations }: LayerValues) => tf.dispose([W, scale, u, activations]);
  const forget = () => {
    evaluation?.values.forEach(forgetLayer);
    evaluation?.outputs.dispose();
    evaluation = undefined;
  };
  const requireOpen = () => {
    if (disposed) throw new Error("the session is disposed");
  };

  return {
    evaluate() {
      requireOpen();
      forget();
      evaluation = forward();
      return evaluation.outputs.dataSync() as Float32Array;
    },
    update() {
      requireOpen();
      if (!evaluation) throw new Error("update needs evaluate first");
      step(evaluation);
      forget();
    },
    parameters() {
      requireOpen();
      return {
        hidden: layers.map(({ rows, columns, adam }) =>
          unpacked(adam.parameters().dataSync() as Float32Array, rows, columns),
        ),
        a: Float64Array.from(output.parameters().dataSync()),
      };
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      forget();
      for (const { adam } of layers) adam.dispose();
      output.dispose();
      tf.dispose([X, y]);
    },
  };
}

/** Bytes of the tensors of a session at its peak. */
export function deepTensorBytes({ n, d, k, depth }: Required<Shape>): number {
  const first = k * (d + 2);
  const further = k * (k + 2);
  const parameters = first + (depth - 2) * further + k;
  const largest = depth > 2 ? Math.max(first, further) : first;
  // Parameters and both moments of Adam; u and A' of each layer, and W; then what one layer's gradients need.
  const floats = n * (d + 4) + 4 * parameters + 2 * (depth - 1) * k * n + Math.max(3 * k * n, 4 * largest);
  return 4 * (floats + 16 * k * depth);
}

/** [W | γ | β], rows × (columns + 2), row-major, in f32. */
function packed({ rows, columns, W, gamma, beta }: NormalizedLayer): Float32Array {
  const values = new Float32Array(rows * (columns + 2));
  for (let l = 0; l < rows; l++) {
    values.set(W.subarray(l * columns, (l + 1) * columns), l * (columns + 2));
    values.set([gamma[l], beta[l]], l * (columns + 2) + columns);
  }
  return values;
}

function unpacked(values: Float32Array, rows: number, columns: number): NormalizedLayer {
  const width = columns + 2;
  const W = new Float64Array(rows * columns);
  for (let l = 0; l < rows; l++) W.set(values.subarray(l * width, l * width + columns), l * columns);
  const column = (at: number) => Float64Array.from({ length: rows }, (_, l) => values[l * width + at]);
  return { rows, columns, W, gamma: column(columns), beta: column(columns + 1) };
}
