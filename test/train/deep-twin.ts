import type { NormalizedNetwork } from "../../src/network/normalized.ts";

interface Batch {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
  readonly y: Float64Array;
}

/**
 * The slow twin of training more than two layers: plain loops in f64, the normalisation as it is written.
 * @returns outputs, loss ‖f − y‖²/n, and the gradient in the layout of the network
 */
export function deepTwin({ hidden, a }: NormalizedNetwork, { n, d, X, y }: Batch, epsilon: number) {
  let inputs = Array.from({ length: n }, (_, i) => Array.from(X.subarray(i * d, (i + 1) * d)));
  const layers = hidden.map(({ rows, columns, W, gamma, beta }) => {
    const given = inputs;
    const u = given.map(() => new Array<number>(rows).fill(0));
    const inverse = new Array<number>(rows).fill(0);
    for (let l = 0; l < rows; l++) {
      const h = given.map((x) => x.reduce((sum, value, j) => sum + W[l * columns + j] * value, 0));
      const mean = h.reduce((sum, value) => sum + value, 0) / n;
      const variance = h.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
      inverse[l] = 1 / Math.sqrt(variance + epsilon);
      for (let i = 0; i < n; i++) u[i][l] = (h[i] - mean) * inverse[l];
    }
    inputs = u.map((row) => row.map((value, l) => Math.max(0, gamma[l] * value + beta[l])));
    return { given, u, inverse, outputs: inputs };
  });
  const outputs = inputs.map((row) => row.reduce((sum, value, l) => sum + a[l] * value, 0));
  const residuals = outputs.map((f, i) => f - y[i]);
  const loss = residuals.reduce((sum, r) => sum + r * r, 0) / n;

  const ofA = Float64Array.from(a, (_, l) =>
    residuals.reduce((sum, r, i) => sum + (2 / n) * r * inputs[i][l], 0),
  );
  let ofOutputs = residuals.map((r) => Array.from(a, (weight) => (2 / n) * r * weight));
  const gradients = hidden.map(({ rows, columns }) => ({
    rows,
    columns,
    W: new Float64Array(rows * columns),
    gamma: new Float64Array(rows),
    beta: new Float64Array(rows),
  }));
  for (let layer = hidden.length - 1; layer >= 0; layer--) {
    const { rows, columns, W, gamma } = hidden[layer];
    const { given, u, inverse, outputs: active } = layers[layer];
    const gradient = gradients[layer];
    const ofInputs = given.map(() => new Array<number>(columns).fill(0));
    for (let l = 0; l < rows; l++) {
      const dz = ofOutputs.map((row, i) => (active[i][l] > 0 ? row[l] : 0));
      const du = dz.map((value) => gamma[l] * value);
      const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
      const [plain, along] = [meanOf(du), meanOf(du.map((value, i) => value * u[i][l]))];
      gradient.beta[l] = n * meanOf(dz);
      gradient.gamma[l] = n * meanOf(dz.map((value, i) => value * u[i][l]));
      for (let i = 0; i < n; i++) {
        const dh = inverse[l] * (du[i] - plain - u[i][l] * along);
        for (let j = 0; j < columns; j++) {
          gradient.W[l * columns + j] += dh * given[i][j];
          ofInputs[i][j] += dh * W[l * columns + j];
        }
      }
    }
    ofOutputs = ofInputs;
  }
  return { outputs, loss, gradient: { hidden: gradients, a: ofA } satisfies NormalizedNetwork };
}

/** All parameters one after another, as views to write to. */
export function parameterArrays({ hidden, a }: NormalizedNetwork): Float64Array[] {
  return [...hidden.flatMap(({ W, gamma, beta }) => [W, gamma, beta]), a];
}

/** The first step of Adam from θ along g: m̂ = g, v̂ = g². */
export function firstAdamStep(theta: number, g: number, rate: number, adamEpsilon: number): number {
  return theta - (rate * g) / (Math.abs(g) + adamEpsilon);
}
