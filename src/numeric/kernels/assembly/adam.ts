/**
 * One step of Adam over `length` floats, a multiple of 4, in the form of PyTorch:
 *   m += (1 - beta1) (g - m), v += (1 - beta2) (g^2 - v), x -= rate m / (sqrt(v) / root + epsilon)
 * with rate = learning rate / (1 - beta1^t) and root = sqrt(1 - beta2^t). Moments below 1e-30 are set to zero:
 * arithmetic on subnormal numbers is a hundred times slower.
 */
export function adam(
  length: i32,
  x: usize,
  g: usize,
  m: usize,
  v: usize,
  beta1: f64,
  beta2: f64,
  rate: f64,
  root: f64,
  epsilon: f64,
): void {
  const gain1 = f32x4.splat(<f32>(1 - beta1)),
    gain2 = f32x4.splat(<f32>(1 - beta2));
  const step = f32x4.splat(<f32>rate),
    scale = f32x4.splat(<f32>(1 / root)),
    small = f32x4.splat(<f32>epsilon);
  const least = f32x4.splat(1e-30);
  const end = x + ((<usize>length) << 2);
  while (x < end) {
    const gradient = v128.load(g);
    let first = v128.load(m),
      second = v128.load(v);
    first = f32x4.add(first, f32x4.mul(gain1, f32x4.sub(gradient, first)));
    second = f32x4.add(second, f32x4.mul(gain2, f32x4.sub(f32x4.mul(gradient, gradient), second)));
    // Negated, so that a NaN is kept.
    first = v128.andnot(first, f32x4.lt(f32x4.abs(first), least));
    second = v128.andnot(second, f32x4.lt(second, least));
    v128.store(m, first);
    v128.store(v, second);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(second), scale), small);
    v128.store(x, f32x4.sub(v128.load(x), f32x4.div(f32x4.mul(step, first), denominator)));
    x += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
