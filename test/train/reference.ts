/**
 * The network with batch normalisation, its gradient and Adam in plain f64: the slow twin of the training engines.
 *
 * Nothing is folded or centred: the backward pass is the textbook one of batch normalisation, through the mean and the
 * variance (Ioffe and Szegedy 2015, §3), so that it shares no formula with the fused engine.
 */
import type { BatchStatistics, Parameters, TrainingSettings } from "../../src/train/engine.ts";

/** X is n × d, row-major; y has length n. */
export interface Problem {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
  readonly y: Float64Array;
}

interface Pass extends BatchStatistics {
  /** Normalised activations before gamma and beta, and relu's argument; n × k. */
  readonly normalised: Float64Array;
  readonly z: Float64Array;
  readonly f: Float64Array;
  readonly loss: number;
}

export function forward({ n, d, X, y }: Problem, parameters: Parameters, epsilon: number): Pass {
  const { W, a, gamma, beta } = parameters;
  const k = a.length;
  const mean = new Float64Array(k);
  const variance = new Float64Array(k);
  const h = new Float64Array(n * k);
  const normalised = new Float64Array(n * k);
  const z = new Float64Array(n * k);
  const f = new Float64Array(n);
  for (let l = 0; l < k; l++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < d; j++) h[i * k + l] += X[i * d + j] * W[l * d + j];
      mean[l] += h[i * k + l] / n;
    }
    for (let i = 0; i < n; i++) variance[l] += (h[i * k + l] - mean[l]) ** 2 / n;
    for (let i = 0; i < n; i++) {
      const at = i * k + l;
      normalised[at] = (h[at] - mean[l]) / Math.sqrt(variance[l] + epsilon);
      z[at] = gamma[l] * normalised[at] + beta[l];
      f[i] += a[l] * Math.max(z[at], 0);
    }
  }
  let loss = 0;
  for (let i = 0; i < n; i++) loss += (f[i] - y[i]) ** 2 / n;
  return { mean, variance, normalised, z, f, loss };
}

/** Gradient of the loss, shaped like the parameters. */
export function gradient(problem: Problem, parameters: Parameters, epsilon: number): Parameters {
  const { n, d, X, y } = problem;
  const { a, gamma } = parameters;
  const k = a.length;
  const { variance, normalised, z, f } = forward(problem, parameters, epsilon);
  const result = zeros(k, d);
  for (let l = 0; l < k; l++) {
    const deviation = Math.sqrt(variance[l] + epsilon);
    const dNormalised = new Float64Array(n);
    let dVariance = 0;
    let dMean = 0;
    for (let i = 0; i < n; i++) {
      const at = i * k + l;
      const dF = (2 * (f[i] - y[i])) / n;
      result.a[l] += dF * Math.max(z[at], 0);
      const dZ = z[at] > 0 ? dF * a[l] : 0;
      result.gamma[l] += dZ * normalised[at];
      result.beta[l] += dZ;
      dNormalised[i] = dZ * gamma[l];
      const centred = normalised[at] * deviation;
      dVariance -= (dNormalised[i] * centred) / (2 * deviation ** 3);
      dMean -= dNormalised[i] / deviation;
    }
    for (let i = 0; i < n; i++) {
      const centred = normalised[i * k + l] * deviation;
      const dH = dNormalised[i] / deviation + (dVariance * 2 * centred) / n + dMean / n;
      for (let j = 0; j < d; j++) result.W[l * d + j] += dH * X[i * d + j];
    }
  }
  return result;
}

/** Losses before each of `steps` steps of Adam, and the parameters after them. */
export function train(
  problem: Problem,
  initial: Parameters,
  settings: TrainingSettings,
  steps: number,
): { losses: number[]; parameters: Parameters } {
  const { learningRate, beta1, beta2, adamEpsilon, batchNormEpsilon } = settings;
  const names = ["W", "a", "gamma", "beta"] as const;
  const parameters = {
    W: initial.W.slice(),
    a: initial.a.slice(),
    gamma: initial.gamma.slice(),
    beta: initial.beta.slice(),
  };
  const first = zeros(initial.a.length, problem.d);
  const second = zeros(initial.a.length, problem.d);
  const losses: number[] = [];
  for (let t = 1; t <= steps; t++) {
    losses.push(forward(problem, parameters, batchNormEpsilon).loss);
    const g = gradient(problem, parameters, batchNormEpsilon);
    for (const name of names) {
      for (let i = 0; i < g[name].length; i++) {
        first[name][i] = beta1 * first[name][i] + (1 - beta1) * g[name][i];
        second[name][i] = beta2 * second[name][i] + (1 - beta2) * g[name][i] ** 2;
        const m = first[name][i] / (1 - beta1 ** t);
        const v = second[name][i] / (1 - beta2 ** t);
        parameters[name][i] -= (learningRate * m) / (Math.sqrt(v) + adamEpsilon);
      }
    }
  }
  return { losses, parameters };
}

function zeros(k: number, d: number): Parameters {
  return {
    W: new Float64Array(k * d),
    a: new Float64Array(k),
    gamma: new Float64Array(k),
    beta: new Float64Array(k),
  };
}
