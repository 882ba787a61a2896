/** A native library of linear algebra: where it is, how it gets here, how it is loaded. */

export { PLAIN, ROWS, type Sgemm, TRANSPOSED } from "./blas/cblas.ts";
export { installBlas, uninstallBlas } from "./blas/install.ts";
export { type Blas, type BlasDescription, describeBlas, loadBlas } from "./blas/load.ts";
export { blasCandidates, openblasFolder } from "./blas/locate.ts";
