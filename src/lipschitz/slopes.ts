/**
 * Slope ranges of neurons: where ψ'(⟨w_l, x⟩ + b_l) can lie for x in R^d, or in a ball.
 *
 * On ‖x‖ <= R a pre-activation lies in [b_l − R‖w_l‖, b_l + R‖w_l‖] and takes both ends, so a ReLU neuron with
 * |b_l| > R‖w_l‖ has a fixed gate. Ends are rounded outward.
 */
import {
  type Activation,
  activationConstant,
  activationFunction,
  type SlopeRange,
} from "../network/activation.ts";
import type { DeepNetwork } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";

const unit = 2 ** -53;

/** Slopes have no bound where they were asked for: the Lipschitz constant may be infinite there. */
export class UnboundedSlopeError extends Error {
  override readonly name = "UnboundedSlopeError";
}

/**
 * The range of each neuron's slope.
 * @param radius R of the ball; all of R^d unless given
 * @throws UnboundedSlopeError where some slope has no bound, as for polynomials without a radius
 */
export function slopeRanges(network: TwoLayerNetwork, radius?: number): (neuron: number) => SlopeRange {
  const { activation, k, d, W, b, a } = network;
  if (activation === "relu" && radius === undefined) return () => ({ low: 0, high: 1 });
  const { slopes } = activationFunction(activation);
  const ranges = Array.from({ length: k }, (_, l) => {
    const row = W.subarray(l * d, (l + 1) * d);
    // What has no effect needs no range.
    if (a[l] === 0 || row.every((w) => w === 0)) return { low: 0, high: 0 };
    const { low, high } = preActivations(row, b[l], radius);
    return checked(slopes(low, high), activation, radius);
  });
  return (neuron) => ranges[neuron];
}

/**
 * Ranges for every hidden layer of a deep network: the first as above, the following by interval arithmetic.
 * @throws UnboundedSlopeError as above
 */
export function deepSlopeRanges(network: DeepNetwork, radius?: number): SlopeRange[][] {
  const { slopes, value, valueError } = activationFunction(network.activation);
  const hidden = network.layers.slice(0, -1);
  let outputs: SlopeRange[] | undefined;
  return hidden.map(({ rows, columns, W, b }) => {
    const inputs = outputs;
    const intervals = Array.from({ length: rows }, (_, l) => {
      const row = W.subarray(l * columns, (l + 1) * columns);
      return inputs ? affineRange(row, b[l], inputs) : preActivations(row, b[l], radius);
    });
    const ranges = intervals.map(({ low, high }) => checked(slopes(low, high), network.activation, radius));
    outputs = intervals.map((interval, l) => valueRange(interval, ranges[l], value, valueError));
    return ranges;
  });
}

/** Whether a network of this activation has a Lipschitz constant on all of R^d, whatever its weights. */
export function hasBoundedSlopes(activation: Activation): boolean {
  return Number.isFinite(activationConstant(activation));
}

function checked(range: SlopeRange, activation: string, radius: number | undefined): SlopeRange {
  if (Number.isFinite(range.low) && Number.isFinite(range.high)) return range;
  const [name] = activation.split(":");
  if (name === "step") {
    throw new UnboundedSlopeError(
      `step jumps ${radius === undefined ? "on R^d" : "on this ball"}: no constant bounds it`,
    );
  }
  throw new UnboundedSlopeError(
    radius === undefined
      ? `slopes of ${name} have no bound on all of R^d, give the radius of a ball`
      : `slopes of ${name} have no bound within the range of f64 on this ball`,
  );
}

function preActivations(row: Float64Array, bias: number, radius: number | undefined): SlopeRange {
  if (radius === undefined) {
    const fixed = row.every((w) => w === 0);
    return fixed ? { low: bias, high: bias } : everything;
  }
  const span = radius * normAbove(row) * (1 + 2 * unit) + Number.MIN_VALUE;
  return outward(bias - span, bias + span, Math.abs(bias) + span, 2);
}

const everything = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

function outward(low: number, high: number, magnitude: number, terms: number): SlopeRange {
  const margin = 2 * (terms + 2) * unit * magnitude + terms * Number.MIN_VALUE;
  if (Number.isNaN(low) || Number.isNaN(high) || !Number.isFinite(margin)) return everything;
  return { low: low - margin, high: high + margin };
}

function affineRange(row: Float64Array, bias: number, inputs: readonly SlopeRange[]): SlopeRange {
  let low = bias;
  let high = bias;
  let magnitude = Math.abs(bias);
  for (let j = 0; j < row.length; j++) {
    const w = row[j];
    if (w === 0) continue;
    low += w * (w > 0 ? inputs[j].low : inputs[j].high);
    high += w * (w > 0 ? inputs[j].high : inputs[j].low);
    magnitude += Math.abs(w) * Math.max(Math.abs(inputs[j].low), Math.abs(inputs[j].high));
  }
  return outward(low, high, magnitude, row.length);
}

/** Values on an interval: those at its ends where ψ is monotone, else what slopes allow from its middle. */
function valueRange(
  { low, high }: SlopeRange,
  slopes: SlopeRange,
  value: (t: number) => number,
  valueError: (t: number) => number,
): SlopeRange {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return everything;
  const errors = 2 * Math.max(valueError(low), valueError(high), valueError((low + high) / 2));
  const [p, q] = [value(low), value(high)];
  if (slopes.low >= 0) return { low: p - errors, high: q + errors };
  if (slopes.high <= 0) return { low: q - errors, high: p + errors };
  const steepest = Math.max(-slopes.low, slopes.high);
  const reach = ((high - low) / 2) * steepest * (1 + 8 * unit);
  const middle = value((low + high) / 2);
  return outward(middle - reach - errors, middle + reach + errors, Math.abs(middle) + reach, 4);
}

/** At least the Euclidean norm, within a relative (n + 8)u of it. */
export function normAbove(x: Float64Array): number {
  let most = 0;
  for (const value of x) most = Math.max(most, Math.abs(value));
  if (most === 0) return 0;
  // Scaled by a power of two, so that squares neither overflow nor vanish.
  const scale = 2 ** -Math.max(-1000, Math.min(1000, Math.round(Math.log2(most))));
  let squared = 0;
  for (const value of x) squared += (value * scale) ** 2;
  return (Math.sqrt(squared) / scale) * (1 + (x.length + 8) * unit) + Number.MIN_VALUE * x.length;
}
