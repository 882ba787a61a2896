// One sweep of the mixing method for max-cut-like programs: each row v_i of V is turned towards B_i P, with
// P = Bᵀ V kept up to date. f32 is enough: whatever comes out is a dual point, and the bound it gives is certified in
// f64 elsewhere.

/**
 * Goes once over the rows of B (K x d, stride ldb in bytes, zero padded to a multiple of 4 columns).
 * V is K x r in rows of r floats; P is r/16 tiles, each d rows of 16 floats (r a multiple of 16).
 * squares: ‖B_i‖², K floats. omega: over-relaxation. lengths: receives ‖B_i P − ‖B_i‖² v_i‖, K floats.
 * g: scratch of r floats. Returns Σ lengths + Σ squares.
 */
export function mixingSweep(
  K: i32,
  d: i32,
  r: i32,
  b: usize,
  ldb: usize,
  squares: usize,
  omega: f32,
  v: usize,
  p: usize,
  lengths: usize,
  g: usize,
): f64 {
  let total: f64 = 0;
  const tile = (<usize>d) << 6;
  for (let i = 0; i < K; i++) {
    const row = b + <usize>i * ldb;
    const vi = v + ((<usize>i * <usize>r) << 2);
    const square = f32.load(squares + ((<usize>i) << 2));
    const squareLanes = f32x4.splat(square);
    let norm = f32x4.splat(0);
    for (let t = 0; t < r; t += 16) {
      project(d, row, p + <usize>(t >> 4) * tile, g + ((<usize>t) << 2));
      for (let c: usize = (<usize>t) << 2; c < (<usize>(t + 16)) << 2; c += 16) {
        const x = f32x4.sub(v128.load(g + c), f32x4.mul(squareLanes, v128.load(vi + c)));
        v128.store(g + c, x);
        norm = f32x4.add(norm, f32x4.mul(x, x));
      }
    }
    const length = sqrt(sum(norm));
    f32.store(lengths + ((<usize>i) << 2), length);
    total += <f64>length + <f64>square;
    if (length <= 0) continue;
    // v' = normalise((1 + omega) g/length - omega v); g becomes v' - v.
    const forward = f32x4.splat((1 + omega) / length);
    const back = f32x4.splat(omega);
    norm = f32x4.splat(0);
    for (let c: usize = 0; c < (<usize>r) << 2; c += 16) {
      const x = f32x4.sub(f32x4.mul(forward, v128.load(g + c)), f32x4.mul(back, v128.load(vi + c)));
      v128.store(g + c, x);
      norm = f32x4.add(norm, f32x4.mul(x, x));
    }
    const size = sqrt(sum(norm));
    if (size <= 0) continue;
    const scale = f32x4.splat(1 / size);
    for (let c: usize = 0; c < (<usize>r) << 2; c += 16) {
      const x = f32x4.mul(scale, v128.load(g + c));
      const old = v128.load(vi + c);
      v128.store(vi + c, x);
      v128.store(g + c, f32x4.sub(x, old));
    }
    for (let t = 0; t < r; t += 16) {
      spread(d, row, p + <usize>(t >> 4) * tile, g + ((<usize>t) << 2));
    }
  }
  return total;
}

/** P += Bᵀ V over all rows, for a P that starts at zero. */
export function mixingStart(K: i32, d: i32, r: i32, b: usize, ldb: usize, v: usize, p: usize): void {
  const tile = (<usize>d) << 6;
  for (let i = 0; i < K; i++) {
    for (let t = 0; t < r; t += 16) {
      spread(d, b + <usize>i * ldb, p + <usize>(t >> 4) * tile, v + ((<usize>i * <usize>r + <usize>t) << 2));
    }
  }
}

/** target (16 floats) = row (d floats) times a tile of P. */
function project(d: i32, row: usize, p: usize, target: usize): void {
  let s0 = f32x4.splat(0),
    s1 = f32x4.splat(0),
    s2 = f32x4.splat(0),
    s3 = f32x4.splat(0);
  let u0 = f32x4.splat(0),
    u1 = f32x4.splat(0),
    u2 = f32x4.splat(0),
    u3 = f32x4.splat(0);
  const end = row + ((<usize>d) << 2);
  // Two rows at a time, in sums of their own: the additions of one do not wait for the other's.
  for (; row + 4 < end; row += 8, p += 128) {
    const x = v128.load32_splat(row);
    const y = v128.load32_splat(row, 4);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(p)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(p, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(p, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(p, 48)));
    u0 = f32x4.add(u0, f32x4.mul(y, v128.load(p, 64)));
    u1 = f32x4.add(u1, f32x4.mul(y, v128.load(p, 80)));
    u2 = f32x4.add(u2, f32x4.mul(y, v128.load(p, 96)));
    u3 = f32x4.add(u3, f32x4.mul(y, v128.load(p, 112)));
  }
  if (row < end) {
    const x = v128.load32_splat(row);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(p)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(p, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(p, 32)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(p, 48)));
  }
  v128.store(target, f32x4.add(s0, u0));
  v128.store(target, f32x4.add(s1, u1), 16);
  v128.store(target, f32x4.add(s2, u2), 32);
  v128.store(target, f32x4.add(s3, u3), 48);
}

/** A tile of P += rowᵀ (d floats) times step (16 floats). */
function spread(d: i32, row: usize, p: usize, step: usize): void {
  const g0 = v128.load(step),
    g1 = v128.load(step, 16),
    g2 = v128.load(step, 32),
    g3 = v128.load(step, 48);
  const end = row + ((<usize>d) << 2);
  for (; row < end; row += 4, p += 64) {
    const x = v128.load32_splat(row);
    v128.store(p, f32x4.add(v128.load(p), f32x4.mul(x, g0)));
    v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(x, g1)), 16);
    v128.store(p, f32x4.add(v128.load(p, 32), f32x4.mul(x, g2)), 32);
    v128.store(p, f32x4.add(v128.load(p, 48), f32x4.mul(x, g3)), 48);
  }
}

function sum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}
