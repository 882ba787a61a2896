/**
 * Gradients of any network at a point, enclosed: f64 numbers with a bound on their distance to the exact ones.
 *
 * Every number is a pair (c, r) that stands for [c − r, c + r]. A sum of n products in f64 is within γ_n Σ|w||h| of the
 * exact one whatever the order, γ_n = nu/(1 − nu) (Higham, §3.1); radii are sums of positive terms, so a factor
 * 1 + 2(n + 2)u covers their own rounding, and MIN_VALUE a term what underflow loses.
 *
 * At a kink the slope is enclosed with both its sides. The exact gradients at points near x where f is differentiable
 * (almost all, by Rademacher) have slopes in those ranges, so ‖c‖ − ‖r‖ is below Lip(f) there as well.
 */
import { type ActivationFunction, activationFunction } from "../network/activation.ts";
import type { DeepNetwork, Layer } from "../network/deep.ts";
import { largestExponent, timesPower, timesPowerBelow } from "../numeric/powers.ts";
import { normAbove } from "./slopes.ts";
import type { Witness } from "./witness.ts";

const unit = 2 ** -53;
const tiny = Number.MIN_VALUE;

interface Enclosed {
  readonly centres: Float64Array;
  readonly radii: Float64Array;
}

/**
 * A lower bound on ‖∇f‖ at x (at a kink: on the norms of gradients next to x), rounded down; 0 where nothing is certain.
 * @param x a point, length d
 */
export function enclosedGradientNorm(network: DeepNetwork, x: Float64Array): Witness {
  const f = activationFunction(network.activation);
  const hidden = network.layers.slice(0, -1);
  const slopes: Enclosed[] = [];
  let values: Enclosed = { centres: x, radii: new Float64Array(x.length) };
  for (const layer of hidden) {
    const z = affine(layer, values);
    slopes.push(slopesAt(f, z));
    values = valuesAt(f, z);
  }
  const output = network.layers[network.layers.length - 1];
  let gradient: Enclosed = { centres: output.W, radii: new Float64Array(output.columns) };
  let exponent = 0;
  for (let i = hidden.length - 1; i >= 0; i--) {
    const { power, enclosed } = moderate(gradient);
    exponent += power;
    gradient = transposed(hidden[i], product(slopes[i], enclosed));
  }
  return { point: x, value: timesPowerBelow(normBelow(gradient), exponent) };
}

/** The same but for a power of two, where its square could vanish or overflow: the whole may be moderate again. */
function moderate(vector: Enclosed): { readonly power: number; readonly enclosed: Enclosed } {
  const power = largestExponent(vector.centres);
  if (!Number.isFinite(power) || Math.abs(power) < 200) return { power: 0, enclosed: vector };
  return {
    power,
    enclosed: {
      centres: vector.centres.map((centre) => timesPower(centre, -power)),
      // Scaled down, what vanishes is below `tiny`.
      radii: vector.radii.map((radius) => timesPower(radius, -power) + 4 * tiny),
    },
  };
}

function affine({ rows, columns, W, b }: Layer, { centres, radii }: Enclosed): Enclosed {
  const z = new Float64Array(rows);
  const errors = new Float64Array(rows);
  for (let l = 0; l < rows; l++) {
    let sum = 0;
    let magnitude = Math.abs(b[l]);
    let spread = 0;
    for (let j = 0; j < columns; j++) {
      const term = W[l * columns + j] * centres[j];
      sum += term;
      magnitude += Math.abs(term);
      spread += Math.abs(W[l * columns + j]) * radii[j];
    }
    z[l] = sum + b[l];
    errors[l] = rounded(magnitude, spread, columns);
  }
  return { centres: z, radii: errors };
}

/** Radius of a sum of n products with magnitudes and radii that were summed as well. */
function rounded(magnitude: number, spread: number, n: number): number {
  const relative = 2 * (n + 4) * unit;
  return relative * magnitude * (1 + relative) + spread * (1 + relative) + 2 * tiny * (n + 1);
}

function slopesAt({ slopes }: ActivationFunction, { centres, radii }: Enclosed): Enclosed {
  const middles = new Float64Array(centres.length);
  const halves = new Float64Array(centres.length);
  for (let l = 0; l < centres.length; l++) {
    const reach = radii[l] * (1 + 4 * unit) + 2 * unit * Math.abs(centres[l]) + tiny;
    const { low, high } = slopes(centres[l] - reach, centres[l] + reach);
    middles[l] = low === high ? low : (low + high) / 2;
    halves[l] =
      low === high ? 0 : ((high - low) / 2) * (1 + 4 * unit) + 2 * unit * Math.abs(middles[l]) + 2 * tiny;
  }
  return { centres: middles, radii: halves };
}

function valuesAt({ value, valueError, slopes }: ActivationFunction, { centres, radii }: Enclosed): Enclosed {
  const middles = centres.map(value);
  const halves = centres.map((z, l) => {
    const reach = radii[l] * (1 + 4 * unit) + tiny;
    const { low, high } = slopes(z - 2 * reach, z + 2 * reach);
    return (Math.max(-low, high, 0) * reach + valueError(z)) * (1 + 8 * unit) + tiny;
  });
  return { centres: middles, radii: halves };
}

function product(p: Enclosed, q: Enclosed): Enclosed {
  const centres = p.centres.map((c, l) => c * q.centres[l]);
  const radii = centres.map((c, l) => {
    const p_ = Math.abs(p.centres[l]);
    const q_ = Math.abs(q.centres[l]);
    // Slopes of 0 and 1 multiply without rounding.
    const exact = p.radii[l] === 0 && q.radii[l] === 0 && (p_ === 0 || p_ === 1);
    if (exact) return 0;
    const spread = p_ * q.radii[l] + p.radii[l] * (q_ + q.radii[l]);
    return spread * (1 + 8 * unit) + 2 * unit * Math.abs(c) + 4 * tiny;
  });
  return { centres, radii };
}

function transposed({ rows, columns, W }: Layer, { centres, radii }: Enclosed): Enclosed {
  const sums = new Float64Array(columns);
  const magnitudes = new Float64Array(columns);
  const spreads = new Float64Array(columns);
  for (let l = 0; l < rows; l++) {
    const x = centres[l];
    const r = radii[l];
    if (x === 0 && r === 0) continue;
    for (let j = 0; j < columns; j++) {
      const w = W[l * columns + j];
      const term = w * x;
      sums[j] += term;
      magnitudes[j] += Math.abs(term);
      spreads[j] += Math.abs(w) * r;
    }
  }
  return { centres: sums, radii: magnitudes.map((magnitude, j) => rounded(magnitude, spreads[j], rows)) };
}

function normBelow({ centres, radii }: Enclosed): number {
  const n = centres.length;
  const size = normAbove(centres);
  if (size === 0) return 0;
  // normAbove is at most that much too large.
  const below = size * (1 - 4 * (n + 8) * unit) - 2 * tiny * n;
  const value = (below - normAbove(radii)) * (1 - 4 * unit);
  return value > 0 ? value : 0;
}
