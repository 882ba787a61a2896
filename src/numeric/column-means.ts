/** Mean of each column of X (n × d, row-major), length d. */
export function columnMeans(X: Float64Array, n: number, d: number): Float64Array {
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) mean[j] += X[i * d + j];
  }
  for (let j = 0; j < d; j++) mean[j] /= n;
  return mean;
}
