/** A complex polynomial of a complex direction as a sum of real ones of real directions. */

/** p(⟨u, x⟩) of the direction u that has angle α: for z = s + iσ its value ⟨u, x⟩ is s cos α + σ sin α. */
export interface RealPart {
  readonly angle: number;
  /** p by its coefficients, the constant left out: p_0 = 0. */
  readonly polynomial: Float64Array;
}

/**
 * Re(e^(−iθ) φ(z)) = φ_0 cos θ + Σ_j p_j(s cos θ_j + σ sin θ_j) for z = s + iσ, with θ_j = πj/N for j < N = m + 1, m the
 * degree of φ. Each power z^q takes (2^q/N) cos(q θ_j − θ) (s cos θ_j + σ sin θ_j)^q of direction j: of the frequencies
 * in that product all but the constant one cancel over the θ_j.
 *
 * Network size and weights size for memorization, §5.3, takes the directions w + j w' and inverts a Vandermonde matrix; that
 * is ill conditioned already for small m, this is not.
 * @param phi real coefficients φ_0, …, φ_m
 */
export function angleSplit(phi: ArrayLike<number>, theta: number): RealPart[] {
  const N = phi.length;
  return Array.from({ length: N }, (_, j) => {
    const angle = (Math.PI * j) / N;
    return {
      angle,
      polynomial: Float64Array.from({ length: N }, (_, q) =>
        q === 0 ? 0 : phi[q] * (2 ** q / N) * Math.cos(q * angle - theta),
      ),
    };
  });
}
