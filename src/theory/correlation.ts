/**
 * Data force a function to be large through its correlation with them: where |Σ λ_i f(x_i)| <= size(f) ‖λ‖_* for every f
 * of a class, size(f) >= (λ·f)/‖λ‖_*.
 */
import type { Dataset } from "../data/dataset.ts";
import { evaluate } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { dot } from "../numeric/vector-products.ts";

/** Weights of the points, and how the fitted values go with them. */
interface Correlation {
  /** λ, n. */
  readonly weights: Float64Array;
  /** λ·f. */
  readonly value: number;
}

/**
 * λ = y, or y − ȳ, which no constant in f can raise.
 * @param y labels, n
 * @param f fitted values, n; the labels unless given
 */
export function correlation(y: Float64Array, f = y, centred = false): Correlation {
  const mean = centred ? y.reduce((sum, label) => sum + label, 0) / y.length : 0;
  const weights = y.map((label) => label - mean);
  return { weights, value: dot(weights, f) };
}

/** (λ·f)/‖λ‖_*, and 0 where f does not go with the weights at all. */
export function leastSize({ value }: Correlation, dualNorm: number): number {
  return value > 0 ? value / dualNorm : 0;
}

/**
 * y·f/n is at least 1 − √e for signs y and fitted values of mean squared error e: with m = y·f/n,
 * (1 − m)² <= 1 − 2m + ‖f‖²/n = e. The papers have 1/4 at e = 1/2, where this is 0.29.
 */
export function leastCorrelation(e: number): number {
  return 1 - Math.sqrt(e);
}

/**
 * f(x_i), n: those of the network, the labels themselves where there is none.
 * @throws RangeError where the network is not one of the data's dimension
 */
export function fittedValues({ d, X, y }: Dataset, network: TwoLayerNetwork | undefined): Float64Array {
  if (!network) return y;
  if (network.d !== d) throw new RangeError(`d of the network must lie in {${d}}, got ${network.d}`);
  return evaluate(network, X);
}
