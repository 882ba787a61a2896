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
