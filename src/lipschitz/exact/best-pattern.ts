/** A good pattern of gates where every pattern occurs, and points that have it. */
import type { TwoLayerNetwork } from "../../network/two-layer.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { semidefiniteBound } from "../semidefinite.ts";
import { normalsIndependent, pointsOfPattern } from "./full-rank.ts";
import { ExtremePlanesError, type Gates, gatesOf } from "./gates.ts";
import { roundVectors } from "./rounding.ts";
import { signProgramme } from "./sign-programme.ts";

/** Larger networks are left to ascent: forming and flipping would take seconds. */
const mostWeights = 4e6;
const roundings = 20;

/**
 * Points with the best pattern that rounding the relaxation finds, to be verified; none where the rows of a ReLU network's
 * W are not independent for certain.
 */
export function pointsOfBestPattern(network: TwoLayerNetwork, random: RandomStream): Float64Array[] {
  if (network.W.length > mostWeights) return [];
  const gates = gatesIn(network);
  if (!gates || gates.m === 0 || !normalsIndependent(gates)) return [];
  const programme = signProgramme(gates);
  const { V } = semidefiniteBound(gates, { random });
  const free = new Int8Array(gates.K);
  free[0] = 1;
  let best = roundVectors(programme, free, V, random);
  for (let round = 1; round < roundings; round++) {
    const next = roundVectors(programme, free, V, random);
    if (next.value > best.value) best = next;
  }
  return pointsOfPattern(gates, best.z);
}

function gatesIn(network: TwoLayerNetwork): Gates | undefined {
  try {
    return gatesOf(network);
  } catch (error) {
    if (error instanceof ExtremePlanesError) return undefined;
    throw error;
  }
}
