// The kernels of assets/kernels.wasm. Addresses, and strides between rows, are in bytes; counts are in elements.
export { adam } from "./adam";
export { hardGates, multiplyTransposedPanel, normalizeColumns, scaleElements, softGates } from "./ascent";
export { backward, finish, mask } from "./backward";
export { choleskyColumns, symmetricColumns } from "./cholesky";
export { multiplyDouble } from "./double-product";
export { forward, inverseDeviations, residual } from "./forward";
export { grayMaximum } from "./gray";
export { mixingStart, mixingSweep } from "./mixing";
export { packColumns, packRows } from "./pack";
export { multiplySingle } from "./single-product";
