/** Networks of any depth as they are written: the slow twin of what is bounded. */
import { activationFunction } from "../../src/network/activation.ts";
import type { DeepNetwork } from "../../src/network/deep.ts";
import { multiplyTransposed } from "../../src/numeric/matrix.ts";

/**
 * Outputs f(x_i).
 * @param X points, n × d, row-major
 * @returns n outputs
 */
export function evaluateDeep(network: DeepNetwork, X: Float64Array): Float64Array {
  const { value } = activationFunction(network.activation);
  const n = X.length / network.d;
  if (!Number.isInteger(n))
    throw new RangeError(`X has ${X.length} numbers, not a multiple of d = ${network.d}`);
  let points = X;
  network.layers.forEach(({ rows, columns, W, b }, i) => {
    points = multiplyTransposed(points, W, n, columns, rows);
    const hidden = i < network.layers.length - 1;
    for (let at = 0; at < points.length; at++) {
      const z = points[at] + b[at % rows];
      points[at] = hidden ? value(z) : z;
    }
  });
  return points;
}
