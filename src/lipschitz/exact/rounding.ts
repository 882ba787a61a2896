/** Good signs from the vectors of the relaxation: random hyperplanes, then flips. */
import type { RandomStream } from "../../numeric/random.ts";
import type { SignProgramme } from "./sign-programme.ts";

/**
 * Signs with a large zᵀQz that agree with those fixed.
 * @param fixed 1 or −1 for fixed signs, 0 for free ones; K
 * @param V unit vectors of the free rows and of row 0, K × rank, row-major
 */
export function roundVectors(
  programme: SignProgramme,
  fixed: Int8Array,
  V: Float32Array,
  random: RandomStream,
): { z: Int8Array; value: number } {
  const rank = V.length / programme.K;
  const direction = random.gaussians(rank);
  const side = (i: number) => {
    let sum = 0;
    for (let c = 0; c < rank; c++) sum += direction[c] * V[i * rank + c];
    return sum;
  };
  const constant = side(0) >= 0 ? 1 : -1;
  const z = Int8Array.from(fixed, (sign, i) => sign || (side(i) >= 0 ? constant : -constant));
  return improveByFlips(programme, fixed, z);
}

/** Above so many signs pairs cost more than they bring. */
const mostPaired = 300;

/** Flips free signs, alone and in pairs, as long as zᵀQz grows. Changes z. */
function improveByFlips({ K, Q }: SignProgramme, fixed: Int8Array, z: Int8Array) {
  const products = new Float64Array(K);
  for (let i = 0; i < K; i++) for (let j = 0; j < K; j++) products[i] += Q[i * K + j] * z[j];
  let value = products.reduce((sum, product, i) => sum + z[i] * product, 0);
  const gain = (i: number) => 4 * (Q[i * K + i] - z[i] * products[i]);
  const flip = (i: number) => {
    for (let j = 0; j < K; j++) products[j] -= 2 * z[i] * Q[i * K + j];
    z[i] = -z[i];
  };
  const least = 1e-12 * Math.abs(value);
  for (let rounds = 0; rounds < 20 * K; rounds++) {
    let best = -1;
    let most = least;
    for (let i = 1; i < K; i++) {
      if (fixed[i] !== 0) continue;
      const by = gain(i);
      if (by > most) {
        best = i;
        most = by;
      }
    }
    if (best >= 0) {
      value += most;
      flip(best);
      continue;
    }
    if (K > mostPaired) break;
    let pair: [number, number] | undefined;
    for (let i = 1; i < K; i++) {
      if (fixed[i] !== 0) continue;
      const first = gain(i);
      for (let j = 1; j < i; j++) {
        if (fixed[j] !== 0) continue;
        const by = first + gain(j) + 8 * z[i] * z[j] * Q[i * K + j];
        if (by > most) {
          pair = [i, j];
          most = by;
        }
      }
    }
    if (!pair) break;
    value += most;
    flip(pair[0]);
    flip(pair[1]);
  }
  return { z, value };
}
