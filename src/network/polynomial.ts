/** Polynomial activations, whose slopes are bounded on bounded intervals only. */
import type { ActivationFunction, SlopeRange } from "./activation.ts";

const unit = 2 ** -53;
/** A range is narrowed until what is not known of its ends is this small, relative to the sizes of its terms. */
const tolerance = 1e-9;
const mostPieces = 400;

/** ψ(t) = Σ_i p_i tⁱ for coefficients p_0, p_1, …, at least one. */
export function polynomial(coefficients: readonly number[]): ActivationFunction {
  const derivative = coefficients.slice(1).map((p, i) => p * (i + 1));
  if (derivative.length === 0) derivative.push(0);
  return {
    value: (t) => horner(coefficients, t),
    slope: (t) => horner(derivative, t),
    valueError: (t) => error(coefficients, Math.abs(t)),
    slopes(low, high): SlopeRange {
      const linear = derivative.every((p, i) => i === 0 || p === 0);
      if (linear) return { low: derivative[0], high: derivative[0] };
      if (!Number.isFinite(low) || !Number.isFinite(high)) {
        return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
      }
      const opposite = derivative.map((p) => -p);
      return { low: -maximum(opposite, low, high), high: maximum(derivative, low, high) };
    },
  };
}

function horner(coefficients: readonly number[], t: number): number {
  return coefficients.reduceRight((sum, p) => sum * t + p, 0);
}

/**
 * What rounding can hide in a value at |t| <= size, its Taylor coefficients and the coefficients themselves
 * (γ_{2n} Σ |p_i| sizeⁱ for Horner's rule: Higham, Accuracy and Stability, §5.1; twice that here).
 */
function error(coefficients: readonly number[], size: number): number {
  const terms = horner(coefficients.map(Math.abs), size);
  return 8 * (coefficients.length + 2) * unit * terms + Number.MIN_VALUE * 8 * coefficients.length;
}

/**
 * An upper bound on the maximum of a polynomial on [low, high], by bisection: on c ± h it is at most
 * t_0 + Σ_{i >= 1} bound of t_i sⁱ over |s| <= h, with the Taylor coefficients t_i at c.
 */
function maximum(coefficients: readonly number[], low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const noise = error(coefficients, size * (1 + 4 * unit));
  const bound = (from: number, to: number) => {
    const centre = from + (to - from) / 2;
    const half = Math.max(to - centre, centre - from) * (1 + 4 * unit);
    const taylor = taylorAt(coefficients, centre);
    // Even powers are never negative; odd ones take both signs.
    let sum = taylor[0] + Math.abs(taylor[1] ?? 0) * half;
    for (let i = 2; i < taylor.length; i++) {
      sum += (i % 2 === 0 ? Math.max(0, taylor[i]) : Math.abs(taylor[i])) * half ** i;
    }
    return { from, to, centre, upper: sum };
  };
  const pieces = [bound(low, high)];
  let reached = Math.max(horner(coefficients, low), horner(coefficients, high));
  for (let count = 0; count < mostPieces; count++) {
    let top = 0;
    for (let i = 1; i < pieces.length; i++) if (pieces[i].upper > pieces[top].upper) top = i;
    const { from, to, centre, upper } = pieces[top];
    reached = Math.max(reached, horner(coefficients, centre));
    if (upper - reached <= tolerance * Math.abs(reached) + noise || centre <= from || centre >= to) break;
    pieces[top] = bound(from, centre);
    pieces.push(bound(centre, to));
  }
  return pieces.reduce((most, { upper }) => Math.max(most, upper), Number.NEGATIVE_INFINITY) + 2 * noise;
}

/** Coefficients of s ↦ p(c + s), by repeated synthetic division. */
function taylorAt(coefficients: readonly number[], c: number): number[] {
  const taylor = [...coefficients];
  for (let i = 0; i < taylor.length; i++) {
    for (let j = taylor.length - 2; j >= i; j--) taylor[j] += c * taylor[j + 1];
  }
  return taylor;
}
