/** ‖a‖ ‖W‖op, the bound on Lip(f) whose size COLT 2021, Theorem 5 is about. */
import type { Dataset } from "../data/dataset.ts";
import { type Activation, activationFunction } from "../network/activation.ts";
import { norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { timesPower } from "../numeric/powers.ts";
import { stream } from "../numeric/random.ts";
import { squaredNormAbove } from "../numeric/spectral-norm.ts";
import { dot, row } from "../numeric/vector-products.ts";
import { fittedValues, leastCorrelation } from "./correlation.ts";
import { type Bound, type Finding, type Hypothesis, type Law, needed, type Question } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { signHypotheses, signWarnings } from "./origin.ts";
import { completed } from "./question.ts";
import { checkInside, checkPoints, checkSigns, checkWhole } from "./ranges.ts";

/** ‖a‖ ‖W‖op, the latter certified from above; within a relative 1e-8 for thousands of neurons. */
export function spectralProduct({ k, d, W, a }: TwoLayerNetwork): number {
  const { square, exponent } = squaredNormAbove(
    { rows: k, columns: d, W },
    { random: stream(0, "spectral norm", "start"), slack: 1e-9 },
  );
  return timesPower(norm(a) * Math.sqrt(square), exponent);
}

/** ‖a‖ ‖[W b]‖op, biases as a column beside W, as inputs (x, 1) have it. */
export function productWithBiases({ k, d, W, b, ...rest }: TwoLayerNetwork): number {
  const wide = new Float64Array(k * (d + 1));
  for (let l = 0; l < k; l++) {
    wide.set(row(W, l, d), l * (d + 1));
    wide[l * (d + 1) + d] = b[l];
  }
  return spectralProduct({ ...rest, k, d: d + 1, W: wide, b });
}

/** Π = Σ_l |a_l| ‖w_l‖: at least Lip(f) too for slopes of at most 1, and what Theorem 5 bounds first. */
export function pathNorm(network: TwoLayerNetwork): number {
  return sizes(network).reduce((sum, size) => sum + size, 0);
}

/**
 * ‖a‖ ‖W‖op where |a_l| = ‖w_l‖: homogeneous activations give the same function for any (a_l/s, s w_l), s > 0, this choice
 * has the least ‖a‖ ‖W‖_F, which is Π.
 */
export function balancedProduct(network: TwoLayerNetwork): number {
  const { k, d, W } = network;
  const a = sizes(network).map(Math.sqrt);
  const balanced = W.slice();
  for (let l = 0; l < k; l++) {
    const w = row(balanced, l, d);
    const scale = a[l] === 0 ? 0 : a[l] / norm(w);
    for (let j = 0; j < d; j++) w[j] *= scale;
  }
  return spectralProduct({ ...network, W: balanced, a });
}

function sizes({ k, d, W, a }: TwoLayerNetwork): Float64Array {
  return Float64Array.from({ length: k }, (_, l) => Math.abs(a[l]) * norm(row(W, l, d)));
}

interface SpectralSizes {
  readonly n: number;
  readonly k: number;
  /** Mean squared error at the points. */
  readonly e: number;
  /** Probability that the labels are an exception. */
  readonly delta: number;
  /** The largest slope of the activation. */
  readonly L: number;
  readonly withBias: boolean;
}

/**
 * What ‖a‖ ‖W‖op of a network that fits random signs on n points of the unit sphere is above with probability 1 − δ:
 * (1 − √e) √(n/k)/(L (1 + √(2 ln(2/δ)))), for positively homogeneous activations; with biases ‖a‖ ‖[W b]‖op is above that
 * over √2. COLT 2021, Theorem 5 with both signs of a_l: Π >= y·f/M with M = max |Σ y_i ψ(w·x_i)| over unit w; contraction
 * bounds its mean by L √n, bounded differences its deviation; Π <= √k ‖a‖ ‖W‖op.
 * @throws RangeError
 */
export function spectralLawLower({ n, k, e, delta, L, withBias }: SpectralSizes): number {
  checkWhole("n", n);
  checkInside("e", e, "[0, 1)");
  return productLower(n * leastCorrelation(e), withBias ? 2 * n : n, { k, delta, L });
}

/**
 * @param correlated y·f
 * @param squared Σ ‖x_i‖², and 1 for each point where there are biases
 */
function productLower(
  correlated: number,
  squared: number,
  { k, delta, L }: { k: number; delta: number; L: number },
): number {
  checkWhole("k", k);
  checkInside("delta", delta, "(0, 1)");
  checkInside("slope", L, "(0, inf)");
  const largest = L * Math.sqrt(squared) * (1 + Math.sqrt(2 * Math.log(2 / delta)));
  return Math.max(0, correlated) / (largest * Math.sqrt(k));
}

/** The largest |slope|; infinite for polynomials. */
function slopeOf(activation: Activation): number {
  const { low, high } = activationFunction(activation).slopes(
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return Math.max(-low, high);
}

function isHomogeneous(activation: Activation): boolean {
  return ["relu", "abs", "identity", "leaky-relu"].includes(activation.split(":")[0]);
}

const theorem = "COLT 2021, Theorem 5";
/** A mean squared error up to this is rounding. */
const exactFit = 1e-18;

export const spectralLaw: Law = {
  name: "spectral",
  theorem,
  summary: "Lip(f) <= L ‖a‖ ‖W‖op, and that product is at least about sqrt(n/k)",
  parameters: {
    n: { kind: "number", description: "points, where there are no data" },
    k: { kind: "number", description: "neurons, where there is no network" },
    e: {
      kind: "number",
      default: 0,
      isError: true,
      description: "mean squared error at the points, where it is not that of the network at the data",
    },
    delta: { kind: "number", default: 0.05, description: "probability that the labels are an exception" },
    slope: {
      kind: "number",
      default: 1,
      description: "largest slope of the activation, where there is no network",
    },
    biases: {
      kind: "choice",
      choices: ["none", "any"],
      default: "none",
      description: "whether neurons have biases, where there is no network",
    },
  },
  takes: ["data", "network"],
  example: "--n 1000 --k 100 --e 0.02",
  ask(question): Finding {
    const { network } = question;
    const { n, k } = completed(question).numbers;
    const upper = network ? upperBounds(network, question) : [];
    // A network alone has its product; what that must be above needs points.
    if (network && n === undefined) return { bounds: upper, details: weightsOf(network) };
    needed("spectral", { ...question, numbers: { n, k } }, "n", "k");
    return {
      bounds: [...upper, ...lowerBounds(question)],
      ...(network && { details: weightsOf(network) }),
      warnings: signWarnings(question),
    };
  },
};

function weightsOf(network: TwoLayerNetwork): Record<string, number> {
  return {
    path_norm: pathNorm(network),
    norm_a_times_frobenius_norm_W: norm(network.a) * norm(network.W),
    product_with_biases: productWithBiases(network),
    ...(isHomogeneous(network.activation) && { balanced_product: balancedProduct(network) }),
  };
}

function steepest(question: Question): number {
  const { network } = question;
  return network ? slopeOf(network.activation) : needed("spectral", question, "slope").slope;
}

function upperBounds(network: TwoLayerNetwork, question: Question): Bound[] {
  const L = steepest(question);
  const hypotheses = [
    { name: "slope is bounded", ok: L < Number.POSITIVE_INFINITY, left: L, right: Number.POSITIVE_INFINITY },
  ];
  const common = { kind: "upper", theorem, hypotheses, vacuous: L === Number.POSITIVE_INFINITY } as const;
  const product = spectralProduct(network);
  return [
    { ...common, quantity: "‖a‖ ‖W‖op", value: product, method: "eigenvalue of the Gram matrix of W" },
    { ...common, quantity: "Lip(f)", value: L * product, method: "L ‖a‖ ‖W‖op" },
    { ...common, quantity: "Lip(f)", value: L * pathNorm(network), method: "L Σ |a_l| ‖w_l‖" },
  ];
}

function lowerBounds(question: Question): Bound[] {
  const { data, network, choices } = question;
  const { n, k, delta, e: given } = needed("spectral", completed(question), "n", "k", "delta", "e");
  const L = steepest(question);
  const withBias = network ? network.b.some((value) => value !== 0) : choices.biases === "any";
  const fit = data && fitTo(data, network, given);
  const e = fit?.error ?? given;
  const hypotheses: Hypothesis[] = signHypotheses(question);
  if (network) {
    const ok = isHomogeneous(network.activation);
    hypotheses.push({ name: "activation is positively homogeneous", ok, left: Number(ok), right: 1 });
  }
  let derived = 0;
  if (L < Number.POSITIVE_INFINITY) {
    derived = fit
      ? productLower(fit.correlated, fit.squared + (withBias ? n : 0), { k, delta, L })
      : spectralLawLower({ n, k, e, delta, L, withBias });
  }
  const least = neededConstant(data);
  const printed = Math.sqrt(n / k) / L;
  return [
    {
      kind: "lower",
      quantity: withBias ? "‖a‖ ‖[W b]‖op" : "‖a‖ ‖W‖op",
      value: derived,
      method: "(y·f)/(max |Σ y_i ψ(w·x_i)| sqrt(k)), the maximum by contraction",
      theorem: `${theorem}, constant derived`,
      probability: 1 - delta,
      hypotheses,
      vacuous: !(L * derived > least),
    },
    {
      kind: "lower",
      quantity: "‖a‖ ‖W‖op",
      value: printed,
      method: "sqrt(n/k)/L",
      theorem,
      hypotheses: [
        ...hypotheses,
        { name: "no biases", ok: !withBias, left: Number(withBias), right: 0 },
        { name: "the fit is exact, MSE = 0", ok: e <= exactFit, left: e, right: 0 },
      ],
      vacuous: !(L * printed > least),
    },
  ];
}

/** y·f and Σ ‖x_i‖², with the mean squared error, which is the question's where there is no network. */
function fitTo(data: Dataset, network: TwoLayerNetwork | undefined, e: number) {
  checkPoints(data);
  const { n, X, y } = data;
  checkSigns(y);
  const squared = dot(X, X);
  if (!network) {
    checkInside("e", e, "[0, 1)");
    return { correlated: n * leastCorrelation(e), squared, error: e };
  }
  const f = fittedValues(data, network);
  const error = f.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / n;
  // The output's constant is no neuron's.
  return { correlated: dot(y, f) - network.c * y.reduce((sum, label) => sum + label, 0), squared, error };
}
