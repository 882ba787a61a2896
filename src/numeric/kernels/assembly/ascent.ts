// The elementwise parts of ascent on smoothed gradients, for 8 starts side by side (k x 8, one neuron a row of 8 floats).

/**
 * Smoothed gates s = ½ (1 + u/(1 + |u|)), u = t (z + b), and their slopes: z becomes a·½t/(1 + |u|)², gains becomes a·s.
 * z, gains: k x 8 floats; a, b: k floats.
 */
export function softGates(k: i32, t: f32, z: usize, gains: usize, a: usize, b: usize): void {
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const sharp = f32x4.splat(t);
  const slope = f32x4.splat(0.5 * t);
  for (let l = 0; l < k; l++) {
    const weight = v128.load32_splat(a + ((<usize>l) << 2));
    const bias = v128.load32_splat(b + ((<usize>l) << 2));
    for (let c: usize = 0; c < 32; c += 16) {
      const at = z + ((<usize>l) << 5) + c;
      const u = f32x4.mul(sharp, f32x4.add(v128.load(at), bias));
      const spread = f32x4.div(one, f32x4.add(one, f32x4.abs(u)));
      v128.store(
        gains + ((<usize>l) << 5) + c,
        f32x4.mul(weight, f32x4.mul(half, f32x4.add(one, f32x4.mul(u, spread)))),
      );
      v128.store(at, f32x4.mul(weight, f32x4.mul(slope, f32x4.mul(spread, spread))));
    }
  }
}

/** Hard gates: gains = a where z + b > 0, else 0. */
export function hardGates(k: i32, z: usize, gains: usize, a: usize, b: usize): void {
  const zero = f32x4.splat(0);
  for (let l = 0; l < k; l++) {
    const weight = v128.load32_splat(a + ((<usize>l) << 2));
    const bias = v128.load32_splat(b + ((<usize>l) << 2));
    for (let c: usize = 0; c < 32; c += 16) {
      const at = ((<usize>l) << 5) + c;
      v128.store(gains + at, v128.and(weight, f32x4.gt(f32x4.add(v128.load(z + at), bias), zero)));
    }
  }
}

/** x *= y, elementwise, `length` floats (a multiple of 4). */
export function scaleElements(length: i32, x: usize, y: usize): void {
  for (let c: usize = 0; c < (<usize>length) << 2; c += 16) {
    v128.store(x + c, f32x4.mul(v128.load(x + c), v128.load(y + c)));
  }
}

/** Norms of the 8 columns of x (d x 8 floats); x becomes its columns divided by them (0 stays 0). */
export function normalizeColumns(d: i32, x: usize, norms: usize): void {
  for (let c: usize = 0; c < 32; c += 16) {
    let squared = f32x4.splat(0);
    for (let j = 0; j < d; j++) {
      const value = v128.load(x + ((<usize>j) << 5) + c);
      squared = f32x4.add(squared, f32x4.mul(value, value));
    }
    const norm = f32x4.sqrt(squared);
    v128.store(norms + c, norm);
    const factor = f32x4.div(f32x4.splat(1), f32x4.max(norm, f32x4.splat(1e-30)));
    for (let j = 0; j < d; j++) {
      const at = x + ((<usize>j) << 5) + c;
      v128.store(at, f32x4.mul(v128.load(at), factor));
    }
  }
}

/**
 * out = Wᵀ gains (d x 8) for W of k x d and gains of k x 8 floats, four rows of W at a time: no transpose of W is needed.
 * k is a multiple of 4, ldw the stride of W's rows in bytes.
 */
export function multiplyTransposedPanel(
  k: i32,
  d: i32,
  w: usize,
  ldw: usize,
  gains: usize,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>d) << 5);
  for (let l = 0; l < k; l += 4) {
    addRows(d, w + <usize>l * ldw, ldw, gains + ((<usize>l) << 5), out);
  }
}

/** out += Σ of four rows times their gains. A function of its own, so that V8 optimises it during a long product. */
function addRows(d: i32, row: usize, ldw: usize, gains: usize, out: usize): void {
  const g00 = v128.load(gains),
    g01 = v128.load(gains, 16),
    g10 = v128.load(gains, 32),
    g11 = v128.load(gains, 48),
    g20 = v128.load(gains, 64),
    g21 = v128.load(gains, 80),
    g30 = v128.load(gains, 96),
    g31 = v128.load(gains, 112);
  const end = row + ((<usize>d) << 2);
  let w0 = row,
    w1 = row + ldw,
    w2 = row + ldw * 2,
    w3 = row + ldw * 3;
  while (w0 < end) {
    const x0 = v128.load32_splat(w0),
      x1 = v128.load32_splat(w1),
      x2 = v128.load32_splat(w2),
      x3 = v128.load32_splat(w3);
    const left = f32x4.add(f32x4.mul(x0, g00), f32x4.mul(x1, g10));
    const right = f32x4.add(f32x4.mul(x0, g01), f32x4.mul(x1, g11));
    const left2 = f32x4.add(f32x4.mul(x2, g20), f32x4.mul(x3, g30));
    const right2 = f32x4.add(f32x4.mul(x2, g21), f32x4.mul(x3, g31));
    v128.store(out, f32x4.add(v128.load(out), f32x4.add(left, left2)));
    v128.store(out, f32x4.add(v128.load(out, 16), f32x4.add(right, right2)), 16);
    out += 32;
    w0 += 4;
    w1 += 4;
    w2 += 4;
    w3 += 4;
  }
}
