/**
 * Upper bounds on the Lipschitz constants of deep networks, the best of
 * - product: ‖a‖ Π s_i ‖W_i‖ with s_i the largest |slope| of layer i;
 * - sdp-top: the two-layer semidefinite bound on max ‖W_Hᵀ D a‖ times s_i ‖W_i‖ of the layers below: a gradient is
 *   W_1ᵀ D_1 … W_{H−1}ᵀ D_{H−1} (W_Hᵀ D_H a);
 * - lipsdp: the semidefinite programme over all layers together (chain-form.ts).
 * Norms are certified (gram.ts), and slopes hold on all of R^d or on a ball.
 */
import type { DeepNetwork, Layer } from "../../network/deep.ts";
import { type Scaled, scaled, timesPowerAbove } from "../../numeric/powers.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { squaredNormAbove } from "../../numeric/spectral-norm.ts";
import type { Bound } from "../bound.ts";
import { gateForm } from "../gate-form.ts";
import { semidefiniteBound } from "../semidefinite.ts";
import { deepSlopeRanges, normAbove } from "../slopes.ts";
import { chainForm } from "./chain-form.ts";
import { chainBound } from "./chain-program.ts";

interface DeepUpperOptions {
  readonly random: RandomStream;
  /** Radius of the ball that the bound is for; all of R^d unless given. */
  readonly radius?: number | undefined;
  /** Ends the programme over all layers early; its bound is valid then too. */
  readonly outOfTime?: (() => boolean) | undefined;
  /** Hidden neurons up to which all layers are bounded together; 800 unless given, where a step takes seconds. */
  readonly mostTogether?: number;
}

/** ‖a‖ Π s_i ‖W_i‖ on all of R^d, rounded up: the spectral bound of a network of any depth. */
export function normProduct(network: DeepNetwork, random: RandomStream): Bound {
  return { ...chainOfNorms(network, { random }).product, method: "spectral" };
}

/** @returns the best bound, and the product of norms beside it */
export function deepUpperBound(
  network: DeepNetwork,
  options: DeepUpperOptions,
): { upper: Bound; product: Bound } {
  const { random, outOfTime, mostTogether = 800 } = options;
  const { layers } = network;
  const { ranges, norms, below, product } = chainOfNorms(network, options);
  if (layers.length < 2 || product.value === 0) return { upper: product, product };
  const bounds = [product];
  const top = layers[layers.length - 2];
  const form = gateForm(
    { k: top.rows, d: top.columns, W: top.W, a: layers[layers.length - 1].W },
    (l) => ranges[ranges.length - 1][l],
  );
  const last = { value: semidefiniteBound(form, { random }).upper, exponent: form.exponent };
  bounds.push(bound([...below.slice(0, -2), last], "sdp-top"));
  if (ranges.reduce((sum, range) => sum + range.length, 0) <= mostTogether) {
    const chain = chainForm(
      network,
      ranges,
      norms.map(({ value, exponent }) => Math.log2(value) + exponent),
    );
    const found = chainBound(chain, { outOfTime });
    if (found) bounds.push(bound([{ value: found.upper, exponent: chain.exponent }], "lipsdp"));
  }
  const upper = bounds.reduce((best, next) => (next.value < best.value ? next : best));
  return { upper, product };
}

/** Slopes and norms of the layers, the factors below the output, and the product of all. */
function chainOfNorms(network: DeepNetwork, { random, radius }: DeepUpperOptions) {
  const ranges = deepSlopeRanges(network, radius);
  const steepest = ranges.map((range) =>
    range.reduce((most, { low, high }) => Math.max(most, -low, high), 0),
  );
  const norms = network.layers.map((layer) => layerNorm(layer, random));
  const below = norms.slice(0, -1).flatMap((norm, i) => [norm, scaled(steepest[i])]);
  return { ranges, norms, below, product: bound([...below, norms[norms.length - 1]], "product") };
}

function bound(factors: readonly Scaled[], method: string): Bound {
  const { value, exponent } = multiplied(factors);
  return { kind: "upper", value: timesPowerAbove(value, exponent), method };
}

/** ‖W‖ from above; of a vector without an eigenvalue. */
function layerNorm(layer: Layer, random: RandomStream): Scaled {
  if (layer.rows === 1 || layer.columns === 1) return scaled(normAbove(layer.W));
  const { square, exponent } = squaredNormAbove(layer, { random });
  return { value: Math.sqrt(square) * (1 + 2 ** -48), exponent };
}

/** The product, rounded up. */
function multiplied(factors: readonly Scaled[]): Scaled {
  let product: Scaled = { value: 1, exponent: 0 };
  for (const factor of factors) {
    const { value, exponent } = scaled(factor.value);
    const next = scaled(product.value * value);
    product = { value: next.value, exponent: product.exponent + factor.exponent + exponent + next.exponent };
  }
  return { ...product, value: product.value * (1 + factors.length * 2 ** -50) };
}
