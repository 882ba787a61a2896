// Gradients, neuron by neuron (layout: forward.ts). With G_l = 1[z_l > 0] r:
//   p_l = <G_l, h_l>, q_l = sum G_l, da_l = s p + beta q, dgamma_l = a inv p, dbeta_l = a q.
import { dot, maskedSums, maskRow, rowP } from "./sums";

/**
 * Plan H: turns each row h_l into V_l = a s G_l - (a s inv^2 p / n) h_l, of which dW = V X, and writes the gradients of
 * a, gamma and beta.
 */
export function backward(
  k: i32,
  length: i32,
  h: usize,
  stride: usize,
  r: usize,
  reciprocal: f32,
  a: usize,
  gamma: usize,
  beta: usize,
  inverse: usize,
  da: usize,
  dgamma: usize,
  dbeta: usize,
): void {
  for (let l = 0; l < k; l++) {
    const inv = f32.load(inverse),
      weight = f32.load(a),
      shift = f32.load(beta);
    const s = f32.load(gamma) * inv;
    const q = maskedSums(length, h, s, shift, r);
    const p = rowP;
    f32.store(da, s * p + shift * q);
    f32.store(dgamma, weight * inv * p);
    f32.store(dbeta, weight * q);
    replace(length, h, s, shift, r, weight * s, weight * s * inv * inv * p * reciprocal);
    h += stride;
    a += 4;
    gamma += 4;
    beta += 4;
    inverse += 4;
    da += 4;
    dgamma += 4;
    dbeta += 4;
  }
}

function replace(
  length: i32,
  h: usize,
  scale: f32,
  shift: f32,
  r: usize,
  factor: f32,
  correction: f32,
): void {
  const s = f32x4.splat(scale),
    t = f32x4.splat(shift),
    zero = f32x4.splat(0);
  const u = f32x4.splat(factor),
    c = f32x4.splat(correction);
  const end = h + ((<usize>length) << 2);
  while (h < end) {
    const h0 = v128.load(h),
      h1 = v128.load(h, 16);
    const g0 = v128.and(v128.load(r), f32x4.gt(f32x4.add(f32x4.mul(h0, s), t), zero));
    const g1 = v128.and(v128.load(r, 16), f32x4.gt(f32x4.add(f32x4.mul(h1, s), t), zero));
    v128.store(h, f32x4.sub(f32x4.mul(g0, u), f32x4.mul(h0, c)));
    v128.store(h, f32x4.sub(f32x4.mul(g1, u), f32x4.mul(h1, c)), 16);
    h += 32;
    r += 32;
  }
}

/** Plan S, one block of samples: turns each row h_l into G_l and adds its sum to q_l. */
export function mask(
  k: i32,
  length: i32,
  h: usize,
  stride: usize,
  r: usize,
  gamma: usize,
  beta: usize,
  inverse: usize,
  q: usize,
): void {
  for (let l = 0; l < k; l++) {
    const added = maskRow(length, h, f32.load(gamma) * f32.load(inverse), f32.load(beta), r);
    f32.store(q, f32.load(q) + added);
    h += stride;
    gamma += 4;
    beta += 4;
    inverse += 4;
    q += 4;
  }
}

/**
 * Plan S, at the end: p_l = <Q_l, w_l> with Q = G X, then Q_l becomes dW_l = a s Q_l - a s inv^2 p WS_l, and the other
 * gradients are written; dbeta holds q on entry. Rows have `length` floats, a multiple of 16.
 */
export function finish(
  k: i32,
  length: i32,
  w: usize,
  ws: usize,
  gradient: usize,
  stride: usize,
  a: usize,
  gamma: usize,
  beta: usize,
  inverse: usize,
  da: usize,
  dgamma: usize,
  dbeta: usize,
): void {
  for (let l = 0; l < k; l++) {
    const inv = f32.load(inverse),
      weight = f32.load(a);
    const s = f32.load(gamma) * inv,
      q = f32.load(dbeta);
    const p = dot(length, gradient, w);
    f32.store(da, s * p + f32.load(beta) * q);
    f32.store(dgamma, weight * inv * p);
    f32.store(dbeta, weight * q);
    combine(length, gradient, ws, weight * s, weight * s * inv * inv * p);
    w += stride;
    ws += stride;
    gradient += stride;
    a += 4;
    gamma += 4;
    beta += 4;
    inverse += 4;
    da += 4;
    dgamma += 4;
    dbeta += 4;
  }
}

function combine(length: i32, x: usize, y: usize, factor: f32, correction: f32): void {
  const u = f32x4.splat(factor),
    c = f32x4.splat(correction);
  const end = x + ((<usize>length) << 2);
  while (x < end) {
    v128.store(x, f32x4.sub(f32x4.mul(v128.load(x), u), f32x4.mul(v128.load(y), c)));
    x += 16;
    y += 16;
  }
}
