/** A function of one variable as a mixture of ReLUs (Network size and weights size for memorization, Proposition 5). */
import { derivative, polynomialAt } from "../numeric/hermite.ts";
import type { RandomStream } from "../numeric/random.ts";

/** weight · ReLU(side (t − knot)). */
export interface Kink {
  readonly side: 1 | -1;
  readonly knot: number;
  readonly weight: number;
}

export interface ReluMixture {
  /** p(0) + Σ weight ReLU(side (t − knot)) is p(t) on [−M, M], but for the width of a cell. */
  readonly kinks: readonly Kink[];
  /** Σ |weight|. */
  readonly total: number;
  /** One of them with probability |weight|/total, its knot anywhere in its cell; its weight is ± total. */
  draw(random: RandomStream): Kink;
}

/**
 * p(t) = p(0) + p'(0) (ReLU(t) − ReLU(−t)) + ∫_0^M p''(c) ReLU(t − c) dc + ∫_{−M}^0 p''(c) ReLU(c − t) dc on [−M, M], the
 * integrals over `cells` cells each. The proposition's bump function is not needed: outside the function goes on straight.
 * @param p coefficients p_0, p_1, …
 */
export function reluMixture(p: ArrayLike<number>, M: number, cells = 256): ReluMixture {
  const first = derivative(p);
  const second = derivative(first);
  const width = M / cells;
  const kinks: Kink[] = [
    { side: 1, knot: 0, weight: first[0] },
    { side: -1, knot: 0, weight: -first[0] },
  ];
  for (const side of [1, -1] as const) {
    for (let cell = 0; cell < cells; cell++) {
      const knot = side * (cell + 0.5) * width;
      kinks.push({ side, knot, weight: width * polynomialAt(second, knot) });
    }
  }
  const total = kinks.reduce((sum, { weight }) => sum + Math.abs(weight), 0);
  return {
    kinks,
    total,
    draw(random) {
      let rest = random.uniform() * total;
      const kink = kinks.find(({ weight }) => {
        rest -= Math.abs(weight);
        return rest < 0;
      });
      // Rounding may leave a rest at the very end.
      const { side, knot, weight } = kink ?? kinks[kinks.length - 1];
      const within = knot === 0 ? 0 : (random.uniform() - 0.5) * width;
      return { side, knot: knot + within, weight: Math.sign(weight) * total };
    },
  };
}
