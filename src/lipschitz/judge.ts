/** Points as witnesses of any network: the rigorous gradient norm at each. */
import { isDeep, layersOf, type Network } from "../network/deep.ts";
import { enclosedGradientNorm } from "./enclosure.ts";
import { neuronScales } from "./gate-form.ts";
import { type Witness, witnessAt } from "./witness.ts";

/**
 * A function that bounds ‖∇f‖ at points from below, what does not depend on the point done once. Gates of a two-layer ReLU
 * network are certain, or there is no answer; the slopes of all others are enclosed.
 */
export function pointJudge(network: Network): (point: Float64Array) => Witness | undefined {
  if (!isDeep(network) && network.activation === "relu") {
    const scales = neuronScales(network);
    return (point) => witnessAt(network, point, scales);
  }
  const deep = layersOf(network);
  return (point) => enclosedGradientNorm(deep, point);
}
