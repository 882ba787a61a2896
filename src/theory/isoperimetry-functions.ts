/** 1-Lipschitz functions to try isoperimetry with, made from one half of the points for the other. */
import { norm } from "../network/evaluate.ts";
import { columnMeans } from "../numeric/column-means.ts";
import { largestEigenvector } from "../numeric/power-iteration.ts";
import type { RandomStream } from "../numeric/random.ts";
import { squaredNormAbove } from "../numeric/spectral-norm.ts";
import { timesVector } from "../numeric/vector-products.ts";

/** Points, n × d, row-major. */
export interface Points {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
}

/** A 1-Lipschitz function on R^d. */
export interface TestFunction {
  readonly name: string;
  value(x: Float64Array): number;
}

const directions = 12;
/** Points of the set that a distance is taken to. */
const setSize = 200;
/** Neurons of the random network. */
const width = 50;

/**
 * The principal direction of the points, 12 random ones and the largest of 12 others, norm, distances to a point, to 200 of
 * the points and to half of a cube's vertices, the largest coordinate, the mean one, a random ReLU network over ‖a‖ ‖W‖op, and
 * a ramp of the first direction.
 */
export function testFunctions(points: Points, random: RandomStream): TestFunction[] {
  const { n, d, X } = points;
  const linear = (name: string, u: Float64Array): TestFunction => ({ name, value: (x) => dot(u, x) });
  const fan = directionsOf(d, random);
  const [u] = fan;
  const onRamp = Array.from({ length: n }, (_, i) => dot(u, row(X, i, d))).sort((s, t) => s - t);
  const [start, end] = [onRamp[n >> 1], onRamp[Math.ceil(0.85 * (n - 1))]];
  return [
    linear("principal direction", principalDirection(points, random)),
    ...directionsOf(d, random).map((w, at) => linear(`random direction ${at + 1}`, w)),
    {
      name: `largest of ${directions} directions`,
      value: (x) => fan.reduce((most, w) => Math.max(most, dot(w, x)), Number.NEGATIVE_INFINITY),
    },
    { name: "norm", value: norm },
    { name: "distance to a point", value: (x) => distance(x, row(X, 0, d)) },
    {
      name: "distance to a set of points",
      value(x) {
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < Math.min(n, setSize); i++) least = Math.min(least, distance(x, row(X, i, d)));
        return least;
      },
    },
    distanceToHalfCube(points),
    { name: "largest coordinate", value: (x) => x.reduce((most, value) => Math.max(most, value)) },
    {
      name: "l1 norm over sqrt(d)",
      value: (x) => x.reduce((sum, value) => sum + Math.abs(value), 0) / Math.sqrt(d),
    },
    randomNetwork(d, random),
    { name: "half-space ramp", value: (x) => Math.min(Math.max(dot(u, x), start), end) },
  ];
}

/** The direction of the largest variance. */
function principalDirection({ n, d, X }: Points, random: RandomStream): Float64Array {
  const mean = columnMeans(X, n, d);
  return largestEigenvector(
    (v) => {
      const along = timesVector(X, v, n, d);
      const shift = dot(mean, v);
      const product = new Float64Array(d);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) product[j] += (along[i] - shift) * (X[i * d + j] - mean[j]);
      }
      return product;
    },
    d,
    random,
  );
}

/**
 * The distance to those z in {−s, s}^d with Σ z_j <= 0, s the root mean square of the points' coordinates: on vertices of a
 * cube around 0 it varies more than any convex function (docs/corrections.md, 5). The nearest z has s where x is largest, in
 * at most d/2 places, and only where x_j > 0.
 */
function distanceToHalfCube({ d, X }: Points): TestFunction {
  const s = Math.sqrt(X.reduce((sum, value) => sum + value * value, 0) / X.length);
  const most = Math.floor(d / 2);
  return {
    name: "distance to half of the vertices",
    value(x) {
      const falling = x.slice().sort().reverse();
      const squared = falling.reduce(
        (sum, value, at) => sum + (value > 0 && at < most ? value - s : value + s) ** 2,
        0,
      );
      return Math.sqrt(squared);
    },
  };
}

function randomNetwork(d: number, random: RandomStream): TestFunction {
  const W = random.gaussians(width * d, 1 / Math.sqrt(d));
  const b = random.gaussians(width, 1 / 2);
  const a = random.gaussians(width);
  const { square, exponent } = squaredNormAbove({ rows: width, columns: d, W }, { random });
  const scale = norm(a) * Math.sqrt(square) * 2 ** exponent;
  return {
    name: "random ReLU network",
    value(x) {
      const inner = timesVector(W, x, width, d);
      let sum = 0;
      for (let l = 0; l < width; l++) sum += a[l] * Math.max(0, inner[l] + b[l]);
      return sum / scale;
    },
  };
}

function directionsOf(d: number, random: RandomStream): Float64Array[] {
  return Array.from({ length: directions }, () => {
    const w = random.gaussians(d);
    const length = norm(w);
    return w.map((value) => value / length);
  });
}

function row(X: Float64Array, i: number, d: number): Float64Array {
  return X.subarray(i * d, (i + 1) * d);
}

function dot(u: Float64Array, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < u.length; j++) sum += u[j] * x[j];
  return sum;
}

function distance(x: Float64Array, z: Float64Array): number {
  let squared = 0;
  for (let j = 0; j < x.length; j++) squared += (x[j] - z[j]) ** 2;
  return Math.sqrt(squared);
}
