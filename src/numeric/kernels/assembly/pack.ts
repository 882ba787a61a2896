// Layouts of the right factor of multiplyDouble: panels of 4 columns.

/**
 * Packs the transpose of a row-major matrix: `rows` rows of length k (stride in bytes) become the columns of a k x rows
 * factor. `rows` is a multiple of 4 and panels are contiguous (k * 32 bytes each).
 */
export function packRows(rows: i32, k: i32, source: usize, stride: usize, target: usize): void {
  for (let j = 0; j < rows; j += 4) {
    let r0 = source + <usize>j * stride,
      r1 = r0 + stride,
      r2 = r1 + stride,
      r3 = r2 + stride;
    for (let p = 0; p < k; p++) {
      f64.store(target, f64.load(r0));
      f64.store(target, f64.load(r1), 8);
      f64.store(target, f64.load(r2), 16);
      f64.store(target, f64.load(r3), 24);
      r0 += 8;
      r1 += 8;
      r2 += 8;
      r3 += 8;
      target += 32;
    }
  }
}

/** Packs a row-major k x columns matrix (stride in bytes); `columns` is a multiple of 4, panels are contiguous. */
export function packColumns(k: i32, columns: i32, source: usize, stride: usize, target: usize): void {
  for (let j = 0; j < columns; j += 4) {
    let row = source + ((<usize>j) << 3);
    for (let p = 0; p < k; p++) {
      v128.store(target, v128.load(row));
      v128.store(target, v128.load(row, 16), 16);
      row += stride;
      target += 32;
    }
  }
}
