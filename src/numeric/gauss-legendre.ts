/** Gauss–Legendre quadrature: exact for polynomials of degree 2m − 1 with m nodes. */

/** Nodes and weights on [−1, 1]. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** The m nodes, zeros of the Legendre polynomial by Newton's method, and their weights 2/((1 − t²) P'_m(t)²); m >= 1. */
export function gaussLegendre(m: number): Quadrature {
  const nodes = new Float64Array(m);
  const weights = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let t = Math.cos((Math.PI * (i + 0.75)) / (m + 0.5));
    let slope = 1;
    for (let step = 0; step < 10; step++) {
      let [before, last] = [1, t];
      for (let q = 2; q <= m; q++) [before, last] = [last, ((2 * q - 1) * t * last - (q - 1) * before) / q];
      slope = (m * (t * last - before)) / (t * t - 1);
      t -= last / slope;
    }
    nodes[i] = t;
    weights[i] = 2 / ((1 - t * t) * slope * slope);
  }
  return { nodes, weights };
}
