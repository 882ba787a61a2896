/**
 * Activations ψ with their slopes: what ψ' can be on an interval, rounded outward.
 *
 * Smooth ones are evaluated with Math.exp, Math.tanh, Math.sin, Math.cos. V8 takes them from fdlibm, whose error is below
 * one unit in the last place; enclosures here leave room for 16 (`room`).
 */
import { polynomial } from "./polynomial.ts";

const plainNames = [
  "relu",
  "abs",
  "identity",
  "hardtanh",
  "tanh",
  "sigmoid",
  "softplus",
  "sin",
  "step",
] as const;

/** As it stands in files and flags: a name, with its parameters after a colon. */
export type Activation =
  | (typeof plainNames)[number]
  /** max(t, αt), as "leaky-relu:0.01". */
  | `leaky-relu:${number}`
  /** p_0 + p_1 t + p_2 t² + …, as "polynomial:0,0,1" for t². */
  | `polynomial:${string}`;

/** Slopes ψ'(t) of t in some interval. */
export interface SlopeRange {
  readonly low: number;
  readonly high: number;
}

export interface ActivationFunction {
  /** ψ(t), in f64. */
  value(t: number): number;
  /** ψ'(t), in f64; at a kink the mean of both sides, or either. */
  slope(t: number): number;
  /** |value(t) − ψ(t)| is at most this. */
  valueError(t: number): number;
  /**
   * Encloses all slopes on [low, high], kinks with both their sides. The ends may be infinite.
   * A range that is not bounded has infinite ends itself.
   */
  slopes(low: number, high: number): SlopeRange;
  /** For piecewise linear activations: the kinks, and the slopes before, between and after them. */
  readonly pieces?: { readonly kinks: readonly number[]; readonly slopes: readonly number[] };
}

const activationForms = `${plainNames.join(", ")}, leaky-relu:ALPHA or polynomial:P0,P1,…`;

const unit = 2 ** -53;
const room = 16 * unit;

/**
 * Reads a name such as "relu", "leaky-relu:0.2" or "polynomial:0,0,1"; "leaky-relu" alone has α = 0.01, as in PyTorch.
 * @throws RangeError telling the names there are
 */
export function parseActivation(text: string): Activation {
  const [name, parameters, ...rest] = text.trim().toLowerCase().replace("_", "-").split(":");
  const plain = plainNames.find((known) => known === name);
  if (plain && parameters === undefined) return plain;
  const numbers = (parameters ?? "")
    .split(",")
    .map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  const finite = rest.length === 0 && numbers.every(Number.isFinite);
  if (name === "leaky-relu" && parameters === undefined) return "leaky-relu:0.01";
  if (name === "leaky-relu" && finite && numbers.length === 1) return `leaky-relu:${numbers[0]}`;
  if (name === "polynomial" && finite && numbers.length <= 20) return `polynomial:${numbers.join(",")}`;
  throw new RangeError(`"${text.slice(0, 60)}" is not an activation, take ${activationForms}`);
}

/** The function behind a name. */
export function activationFunction(activation: Activation): ActivationFunction {
  const [name, parameters = ""] = activation.split(":");
  if (name === "leaky-relu") return piecewise([0], [Number(parameters), 1], [0]);
  const coefficients = polynomialCoefficients(activation);
  if (coefficients) return polynomial(coefficients);
  return plain[name as (typeof plainNames)[number]];
}

/** p_0, p_1, … of "polynomial:P0,P1,…"; undefined for other activations. */
export function polynomialCoefficients(activation: Activation): number[] | undefined {
  const [name, parameters = ""] = activation.split(":");
  return name === "polynomial" ? parameters.split(",").map(Number) : undefined;
}

/** sup |ψ'|, rounded up; infinite where ψ is not Lipschitz. */
export function activationConstant(activation: Activation): number {
  const { low, high } = activationFunction(activation).slopes(
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  return Math.max(Math.abs(low), Math.abs(high));
}

/** The piecewise linear function with the given slopes between its kinks and the given values at them. */
function piecewise(
  kinks: readonly number[],
  slopes: readonly number[],
  values: readonly number[],
): ActivationFunction {
  const pieceOf = (t: number) => {
    let piece = 0;
    while (piece < kinks.length && t > kinks[piece]) piece++;
    return piece;
  };
  // On every piece the line through a kink at its end.
  const value = (t: number) => {
    const piece = pieceOf(t);
    const at = Math.min(piece, kinks.length - 1);
    return values[at] + slopes[piece] * (t - kinks[at]);
  };
  return {
    pieces: { kinks, slopes },
    value,
    slope: (t) => slopes[pieceOf(t)],
    valueError: (t) => 4 * unit * (Math.abs(t) + 2) * Math.max(...slopes.map(Math.abs)) + Number.MIN_VALUE,
    slopes(low, high) {
      // A kink belongs to both its sides.
      let first = 0;
      while (first < kinks.length && low > kinks[first]) first++;
      let last = kinks.length;
      while (last > first && high < kinks[last - 1]) last--;
      const met = slopes.slice(first, last + 1);
      return { low: Math.min(...met), high: Math.max(...met) };
    },
  };
}

/** A bounded slope that falls with |t| from its value at 0. */
function bell(slope: (t: number) => number, value: (t: number) => number): ActivationFunction {
  return {
    value,
    slope,
    valueError: (t) => room * Math.abs(value(t)) + 8 * Number.MIN_VALUE,
    slopes(low, high) {
      const near = low > 0 ? low : high < 0 ? -high : 0;
      const far = Math.max(Math.abs(low), Math.abs(high));
      return outward(slope(far), slope(near), 0, slope(0));
    },
  };
}

function outward(low: number, high: number, least: number, most: number): SlopeRange {
  const wide = (x: number) => room * Math.abs(x) + 8 * Number.MIN_VALUE;
  return { low: Math.max(least, low - wide(low)), high: Math.min(most, high + wide(high)) };
}

/** 1/(1 + e^(−t)), small values with their relative precision. */
function logistic(t: number): number {
  const e = Math.exp(-Math.abs(t));
  return t >= 0 ? 1 / (1 + e) : e / (1 + e);
}

const plain: Record<(typeof plainNames)[number], ActivationFunction> = {
  relu: piecewise([0], [0, 1], [0]),
  abs: piecewise([0], [-1, 1], [0]),
  identity: piecewise([0], [1, 1], [0]),
  hardtanh: piecewise([-1, 1], [0, 1, 0], [-1, 1]),
  tanh: bell((t) => {
    const e = Math.exp(-2 * Math.abs(t));
    return (4 * e) / (1 + e) / (1 + e);
  }, Math.tanh),
  sigmoid: bell((t) => {
    const e = Math.exp(-Math.abs(t));
    return e / (1 + e) / (1 + e);
  }, logistic),
  softplus: {
    value: (t) => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t))),
    slope: logistic,
    valueError: (t) => room * (Math.max(t, 0) + 1),
    slopes: (low, high) => outward(logistic(low), logistic(high), 0, 1),
  },
  sin: {
    value: Math.sin,
    slope: Math.cos,
    valueError: () => room,
    slopes(low, high) {
      // Counting multiples of π needs room that grows with t; beyond 10⁶ the count is not worth its care.
      if (!(high - low < 2 * Math.PI) || Math.abs(low) > 1e6 || Math.abs(high) > 1e6)
        return { low: -1, high: 1 };
      const margin = 1e-9;
      const first = Math.ceil((low - margin) / Math.PI);
      const last = Math.floor((high + margin) / Math.PI);
      const ends = [Math.cos(low), Math.cos(high)];
      for (let i = first; i <= last; i++) ends.push(i % 2 === 0 ? 1 : -1);
      return outward(Math.min(...ends), Math.max(...ends), -1, 1);
    },
  },
  /** 1 from 0 on, else 0: a jump, so that slopes have no bound where 0 is met. */
  step: {
    value: (t) => (t >= 0 ? 1 : 0),
    slope: () => 0,
    valueError: () => 0,
    slopes: (low, high) => ({ low: 0, high: low <= 0 && high >= 0 ? Number.POSITIVE_INFINITY : 0 }),
  },
};
