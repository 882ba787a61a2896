import type { Tensor2D } from "@tensorflow/tfjs-core";

/** The network at one point of parameter space, with what its gradient needs. */
export interface Evaluation {
  /** f(x_i), 1 × n. */
  readonly outputs: Tensor2D;
  /**
   * Gradient of the loss, k × (d + 3), in the layout of the parameters [W | γ | β | a]. Callable once.
   * @param residual f − y, 1 × n.
   */
  gradient(residual: Tensor2D): Tensor2D;
  dispose(): void;
}

/** One way to compute outputs and gradients for fixed data. */
export interface Plan {
  /** @param parameters P = [W | γ | β | a], k × (d + 3). */
  evaluate(parameters: Tensor2D): Evaluation;
  /** Biased variances of ⟨w_l, x⟩ over the points, k × 1; the caller disposes it. */
  variances(parameters: Tensor2D): Tensor2D;
  dispose(): void;
}
