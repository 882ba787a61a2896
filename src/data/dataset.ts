/** A labelled data set: n points of R^d, one a row, and their labels. */
export interface Dataset {
  readonly n: number;
  readonly d: number;
  /** Points, n × d, row-major. */
  readonly X: Float64Array;
  /** Labels in {-1, +1}, n. */
  readonly y: Float64Array;
}
