/** Products of vectors and of a matrix and a vector, in f64, row-major. */

/** A row of a row-major matrix of d columns, a view. */
export function row(X: Float64Array, i: number, d: number): Float64Array {
  return X.subarray(i * d, (i + 1) * d);
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j];
  return sum;
}

/** A v, length m, for A m × d and v of length d. */
export function timesVector(A: Float64Array, v: Float64Array, m: number, d: number): Float64Array {
  const product = new Float64Array(m);
  for (let i = 0, at = 0; i < m; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++, at++) sum += A[at] * v[j];
    product[i] = sum;
  }
  return product;
}

/** Aᵀ v, length d, for A m × d and v of length m. */
export function transposedTimesVector(A: Float64Array, v: Float64Array, m: number, d: number): Float64Array {
  const product = new Float64Array(d);
  for (let i = 0, at = 0; i < m; i++) {
    const factor = v[i];
    if (factor === 0) at += d;
    else for (let j = 0; j < d; j++, at++) product[j] += factor * A[at];
  }
  return product;
}
