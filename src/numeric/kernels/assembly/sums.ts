// Sums over one row of `length` floats, a multiple of 16, in a fixed order of the lanes.

function sum(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** <x, y>. */
export function dot(length: i32, x: usize, y: usize): f32 {
  let s0 = f32x4.splat(0),
    s1 = f32x4.splat(0),
    s2 = f32x4.splat(0),
    s3 = f32x4.splat(0);
  const end = x + ((<usize>length) << 2);
  while (x < end) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64;
    y += 64;
  }
  return sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

/** <G, h> of the row that `maskedSums` was last called for. */
export let rowP: f32 = 0;

/** Sum of G = 1[scale h + shift > 0] r; leaves <G, h> in rowP. */
export function maskedSums(length: i32, h: usize, scale: f32, shift: f32, r: usize): f32 {
  const s = f32x4.splat(scale),
    t = f32x4.splat(shift),
    zero = f32x4.splat(0);
  let p0 = f32x4.splat(0),
    p1 = f32x4.splat(0),
    q0 = f32x4.splat(0),
    q1 = f32x4.splat(0);
  const end = h + ((<usize>length) << 2);
  while (h < end) {
    const h0 = v128.load(h),
      h1 = v128.load(h, 16);
    const g0 = v128.and(v128.load(r), f32x4.gt(f32x4.add(f32x4.mul(h0, s), t), zero));
    const g1 = v128.and(v128.load(r, 16), f32x4.gt(f32x4.add(f32x4.mul(h1, s), t), zero));
    q0 = f32x4.add(q0, g0);
    q1 = f32x4.add(q1, g1);
    p0 = f32x4.add(p0, f32x4.mul(g0, h0));
    p1 = f32x4.add(p1, f32x4.mul(g1, h1));
    h += 32;
    r += 32;
  }
  rowP = sum(f32x4.add(p0, p1));
  return sum(f32x4.add(q0, q1));
}

/** Replaces h by G = 1[scale h + shift > 0] r and returns its sum. */
export function maskRow(length: i32, h: usize, scale: f32, shift: f32, r: usize): f32 {
  const s = f32x4.splat(scale),
    t = f32x4.splat(shift),
    zero = f32x4.splat(0);
  let q0 = f32x4.splat(0),
    q1 = f32x4.splat(0);
  const end = h + ((<usize>length) << 2);
  while (h < end) {
    const g0 = v128.and(v128.load(r), f32x4.gt(f32x4.add(f32x4.mul(v128.load(h), s), t), zero));
    const g1 = v128.and(v128.load(r, 16), f32x4.gt(f32x4.add(f32x4.mul(v128.load(h, 16), s), t), zero));
    q0 = f32x4.add(q0, g0);
    q1 = f32x4.add(q1, g1);
    v128.store(h, g0);
    v128.store(h, g1, 16);
    h += 32;
    r += 32;
  }
  return sum(f32x4.add(q0, q1));
}
