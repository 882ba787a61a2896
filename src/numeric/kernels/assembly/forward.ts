// Normalisation and ReLU, neuron by neuron: row l of H or Z holds neuron l at every sample. Rows are padded with zeros
// to a multiple of 16 floats, so that no loop has a tail.

import { dot } from "./sums";

/**
 * inverse_l = 1/sqrt(v_l + epsilon) with v_l = <x_l, y_l> * scale, the rows x_l, y_l of stride `stride` bytes: X = Y = H
 * with scale 1/n, or X = W and Y = W S with scale 1.
 */
export function inverseDeviations(
  k: i32,
  length: i32,
  x: usize,
  y: usize,
  stride: usize,
  scale: f64,
  epsilon: f64,
  inverse: usize,
): void {
  for (let l = 0; l < k; l++) {
    // Rounding can make <w, S w> slightly negative where it is 0; a NaN must stay one.
    let v = <f64>dot(length, x, y) * scale;
    if (v < 0) v = 0;
    f32.store(inverse, <f32>(1 / sqrt<f64>(v + epsilon)));
    x += stride;
    y += stride;
    inverse += 4;
  }
}

/** f_i = sum_l a_l relu(gamma_l inverse_l h_li + beta_l) over `length` samples, a multiple of 16. */
export function forward(
  k: i32,
  length: i32,
  h: usize,
  stride: usize,
  a: usize,
  gamma: usize,
  beta: usize,
  inverse: usize,
  f: usize,
): void {
  memory.fill(f, 0, (<usize>length) << 2);
  for (let l = 0; l < k; l++) {
    accumulate(length, h, f32.load(gamma) * f32.load(inverse), f32.load(beta), f32.load(a), f);
    h += stride;
    a += 4;
    gamma += 4;
    beta += 4;
    inverse += 4;
  }
}

// pmax(z, 0) is one instruction and, unlike max, keeps this order of operands: z = NaN stays NaN.
function accumulate(length: i32, h: usize, scale: f32, shift: f32, weight: f32, f: usize): void {
  const s = f32x4.splat(scale),
    t = f32x4.splat(shift),
    a = f32x4.splat(weight),
    zero = f32x4.splat(0);
  const end = h + ((<usize>length) << 2);
  while (h < end) {
    const z0 = f32x4.pmax(f32x4.add(f32x4.mul(v128.load(h), s), t), zero);
    const z1 = f32x4.pmax(f32x4.add(f32x4.mul(v128.load(h, 16), s), t), zero);
    const z2 = f32x4.pmax(f32x4.add(f32x4.mul(v128.load(h, 32), s), t), zero);
    const z3 = f32x4.pmax(f32x4.add(f32x4.mul(v128.load(h, 48), s), t), zero);
    v128.store(f, f32x4.add(v128.load(f), f32x4.mul(z0, a)));
    v128.store(f, f32x4.add(v128.load(f, 16), f32x4.mul(z1, a)), 16);
    v128.store(f, f32x4.add(v128.load(f, 32), f32x4.mul(z2, a)), 32);
    v128.store(f, f32x4.add(v128.load(f, 48), f32x4.mul(z3, a)), 48);
    h += 64;
    f += 64;
  }
}

/** r_i = (f_i - y_i) * scale for the first `count` samples and 0 for the padding up to `length`. */
export function residual(count: i32, length: i32, f: usize, y: usize, scale: f32, r: usize): void {
  const end = r + ((<usize>count) << 2);
  const s = f32x4.splat(scale);
  const last = r + ((<usize>length) << 2);
  let at = r;
  while (at < last) {
    v128.store(at, f32x4.mul(f32x4.sub(v128.load(f), v128.load(y)), s));
    at += 16;
    f += 16;
    y += 16;
  }
  memory.fill(end, 0, last - end);
}
