// The largest value of a quadratic form over {0,1}^(walk + low), a Gray code over `walk` variables and a table over `low`.
// All numbers are integers that f64 holds exactly, so there is no rounding and no drift.

/**
 * ‖h + Σ_j g_j l_j‖² for h on a Gray walk and all g in {0,1}^low, where h flips one summand a step.
 * walk: 0 to 30 summands of h, 2^walk steps, starting from none of them. low: at least 2.
 * state: inner products of h with the walk's summands and then with the low ones, `width` doubles, width even and at
 *   least walk + low; overwritten. value: ‖h‖² at the start.
 * rows: walk x width doubles, inner products of each walk summand with all of them, same order.
 * table: ‖Σ_j g_j l_j‖² at index Σ g_j 2^j, 2^low doubles. scratch: 2^(low − 2) doubles.
 * best: three doubles, the largest value so far (replaced only by larger ones), and where one is found the step's
 *   number and 1.
 */
export function grayMaximum(
  walk: i32,
  low: i32,
  width: i32,
  value: f64,
  state: usize,
  rows: usize,
  table: usize,
  scratch: usize,
  best: usize,
): void {
  const steps: u32 = 1 << walk;
  const quarter: usize = (<usize>1) << (low - 2);
  const bytes = quarter << 3;
  const lows = state + ((<usize>walk) << 3);
  let most = f64.load(best);
  let active: u32 = 0;
  for (let step: u32 = 0; ; ) {
    // scratch[g] = value + 2 Σ g_j c_j over all but the last two low variables.
    f64.store(scratch, value);
    for (let j = 0; j < low - 2; j++) {
      const half: usize = (<usize>8) << j;
      const add = 2 * f64.load(lows + ((<usize>j) << 3));
      if (j == 0) {
        f64.store(scratch + 8, value + add);
      } else {
        const lanes = f64x2.splat(add);
        for (let at: usize = 0; at < half; at += 16) {
          v128.store(scratch + half + at, f64x2.add(v128.load(scratch + at), lanes));
        }
      }
    }
    const c1 = 2 * f64.load(lows + ((<usize>(low - 2)) << 3));
    const c2 = 2 * f64.load(lows + ((<usize>(low - 1)) << 3));
    let m0 = f64x2.splat(most);
    if (low == 2) {
      m0 = f64x2.max(m0, f64x2.splat(value + f64.load(table)));
      m0 = f64x2.max(m0, f64x2.splat(value + c1 + f64.load(table + 8)));
      m0 = f64x2.max(m0, f64x2.splat(value + c2 + f64.load(table + 16)));
      m0 = f64x2.max(m0, f64x2.splat(value + c1 + c2 + f64.load(table + 24)));
    } else {
      let m1 = f64x2.splat(-Infinity),
        m2 = m1,
        m3 = m1;
      let t0 = table;
      for (let at: usize = 0; at < bytes; at += 16, t0 += 16) {
        const x = v128.load(scratch + at);
        m0 = f64x2.pmax(m0, f64x2.add(x, v128.load(t0)));
        m1 = f64x2.pmax(m1, f64x2.add(x, v128.load(t0 + bytes)));
        m2 = f64x2.pmax(m2, f64x2.add(x, v128.load(t0 + 2 * bytes)));
        m3 = f64x2.pmax(m3, f64x2.add(x, v128.load(t0 + 3 * bytes)));
      }
      m1 = f64x2.add(m1, f64x2.splat(c1));
      m2 = f64x2.add(m2, f64x2.splat(c2));
      m3 = f64x2.add(m3, f64x2.splat(c1 + c2));
      m0 = f64x2.pmax(f64x2.pmax(m0, m1), f64x2.pmax(m2, m3));
    }
    const found = max(f64x2.extract_lane(m0, 0), f64x2.extract_lane(m0, 1));
    if (found > most) {
      most = found;
      f64.store(best, found);
      f64.store(best + 8, <f64>step);
      f64.store(best + 16, 1);
    }
    if (++step == steps) return;
    const i = ctz(step);
    const row = rows + ((<usize>i * <usize>width) << 3);
    const self = f64.load(row + ((<usize>i) << 3));
    const product = f64.load(state + ((<usize>i) << 3));
    active ^= (<u32>1) << i;
    const on = ((active >> i) & 1) != 0;
    value += on ? 2 * product + self : self - 2 * product;
    const sign = f64x2.splat(on ? 1 : -1);
    for (let at: usize = 0; at < (<usize>width) << 3; at += 16) {
      v128.store(state + at, f64x2.add(v128.load(state + at), f64x2.mul(sign, v128.load(row + at))));
    }
  }
}
