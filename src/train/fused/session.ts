/**
 * One training run on the SIMD kernels and a product. Formulas, with X centred and S its covariance:
 *
 *   h_l = X w_l, v_l = ‖h_l‖²/n = w_lᵀ S w_l, inv_l = 1/√(v_l + ε_bn), s_l = γ_l inv_l, z_l = s_l h_l + β_l
 *   r = (f − y)·2/n, G_l = 1[z_l > 0] ∘ r, p_l = ⟨G_l, h_l⟩, q_l = Σ G_l
 *   da_l = s_l p_l + β_l q_l, dγ_l = a_l inv_l p_l, dβ_l = a_l q_l
 *   dw_l = a_l s_l XᵀG_l − a_l s_l inv_l² p_l · S w_l
 *
 * Activations are neuron-major: a row is one neuron at every sample. Plan H forms V_l = a s G_l − (a s inv² p/n) h_l in
 * place and dW = V X; plan S forms Q = G X block by block and corrects it by W S.
 */

import { columnMeans } from "../../numeric/column-means.ts";
import {
  type KernelFunctions,
  type KernelMemory,
  kernels,
  type Region,
} from "../../numeric/kernels/kernels.ts";
import { type DoubleProducts, factorSize, type RightFactor } from "../../numeric/kernels/products.ts";
import type { BatchStatistics, Parameters, Session, TrainingSettings } from "../engine.ts";
import type { Gemm } from "./gemm.ts";
import { type Layout, layout, type Plan } from "./layout.ts";
import { covariance, packCentred, packSquare } from "./prepare.ts";
import { batchStatistics } from "./statistics.ts";

/** X is n × d, row-major; y has length n. Both stay the caller's and must not change during the session. */
export interface TrainingData {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
  readonly y: Float64Array;
}

type State = "stale" | "evaluated" | "differentiated" | "disposed";

export class FusedSession implements Session {
  private readonly data: TrainingData;
  private readonly k: number;
  private readonly settings: TrainingSettings;
  private readonly gemm: Gemm;
  private readonly doubles: DoubleProducts | undefined;
  private readonly run: KernelFunctions;
  private readonly memory: KernelMemory;
  private readonly region: Region;
  private readonly at: Layout;
  // Xᵀ, X and their covariance (plan S).
  private readonly transposed: RightFactor;
  private readonly centred: RightFactor;
  private readonly square: RightFactor;
  private readonly mean: Float64Array;
  private readonly outputs: Float32Array;
  private state: State = "stale";
  // beta1^t and beta2^t after t steps.
  private power1 = 1;
  private power2 = 1;

  /** Sizes are the caller's to check. Throws a RangeError when memory ends. */
  constructor(
    data: TrainingData,
    initial: Parameters,
    settings: TrainingSettings,
    plan: Plan,
    gemm: Gemm,
    doubles?: DoubleProducts,
  ) {
    this.doubles = doubles;
    const { n, d } = data;
    this.gemm = gemm;
    this.data = data;
    this.k = initial.a.length;
    this.settings = settings;
    const { run, memory } = kernels();
    this.run = run;
    this.memory = memory;
    this.mean = columnMeans(data.X, n, d);
    this.outputs = new Float32Array(n);
    const relative = layout({ n, d, k: this.k }, plan, gemm);
    this.region = memory.reserve(relative.bytes);
    this.at = absolute(relative, this.region.address);
    this.transposed = { address: this.at.transposed, rows: d, panel: gemm.panel(n) };
    this.centred = { address: this.at.data, rows: n, panel: gemm.panel(d) };
    this.square = { address: this.at.covariance, rows: d, panel: gemm.panel(d) };
    // Padding must be zero, and what an earlier session left here is anything.
    memory.clear(this.region.address, relative.bytes);
    this.load(initial);
  }

  private load(initial: Parameters): void {
    const { at, memory, data, k, transposed, centred, square } = this;
    const { n, d } = data;
    const view = ({ address, rows, panel }: RightFactor, columns: number) =>
      memory.singles(address, factorSize(rows, columns, panel));
    if (at.plan === "S") {
      // First: it may make the memory grow, which detaches views.
      const S = covariance(data.X, n, d, this.mean, this.doubles);
      packSquare(S, d, view(square, d), square.panel);
    }
    packCentred(data.X, n, d, this.mean, view(centred, d), view(transposed, n), {
      data: centred.panel,
      transposed: transposed.panel,
    });
    memory.singles(at.y, n).set(data.y);
    const rowLength = at.weightStride / 4;
    const W = memory.singles(at.parameters, at.rows * rowLength);
    for (let l = 0; l < k; l++) W.set(initial.W.subarray(l * d, l * d + d), l * rowLength);
    memory.singles(at.parameters + at.a, k).set(initial.a);
    memory.singles(at.parameters + at.gamma, k).set(initial.gamma);
    memory.singles(at.parameters + at.beta, k).set(initial.beta);
  }

  evaluate(): Float32Array {
    this.checkOpen();
    if (this.at.plan === "H") this.evaluateWhole();
    else this.evaluateBlocks();
    this.state = "evaluated";
    this.outputs.set(this.memory.singles(this.at.f, this.data.n));
    return this.outputs;
  }

  update(): void {
    if (this.state !== "differentiated") this.differentiate();
    const { at, run } = this;
    const { learningRate, beta1, beta2, adamEpsilon } = this.settings;
    this.power1 *= beta1;
    this.power2 *= beta2;
    const rate = learningRate / (1 - this.power1);
    const root = Math.sqrt(1 - this.power2);
    run.adam(
      at.parameterCount,
      at.parameters,
      at.gradient,
      at.first,
      at.second,
      beta1,
      beta2,
      rate,
      root,
      adamEpsilon,
    );
    this.state = "stale";
  }

  parameters(): Parameters & BatchStatistics {
    this.checkOpen();
    const current = this.read(this.at.parameters);
    return { ...current, ...batchStatistics(this.data, this.mean, current.W, this.k, this.doubles) };
  }

  /** Gradient of the loss at the parameters last evaluated, for tests; `update` may follow. */
  gradient(): Parameters {
    if (this.state !== "differentiated") this.differentiate();
    return this.read(this.at.gradient);
  }

  dispose(): void {
    this.state = "disposed";
    this.region.release();
  }

  private evaluateWhole(): void {
    const { at, run, k } = this;
    const { n, d } = this.data;
    const { parameters: w, activations: h, activationStride: hs, samples } = at;
    this.gemm.multiply(k, n, d, w, at.weightStride, this.transposed, 0, 0, h, hs, false);
    run.inverseDeviations(k, samples, h, h, hs, 1 / n, this.settings.batchNormEpsilon, at.inverse);
    run.forward(k, samples, h, hs, w + at.a, w + at.gamma, w + at.beta, at.inverse, at.f);
  }

  private evaluateBlocks(): void {
    const { at, run, k, gemm } = this;
    const { n, d } = this.data;
    const { parameters: w, gradient: g, weightStride: ws, activations: h, activationStride: hs } = at;
    gemm.multiply(k, d, d, w, ws, this.square, 0, 0, at.product, ws, false);
    run.inverseDeviations(k, at.columns, w, at.product, ws, 1, this.settings.batchNormEpsilon, at.inverse);
    this.memory.clear(g + at.beta, k * 4);
    for (let start = 0; start < n; start += at.block) {
      const count = Math.min(at.block, n - start);
      const samples = Math.min(at.block, at.samples - start);
      const f = at.f + start * 4;
      const r = at.residual + start * 4;
      gemm.multiply(k, count, d, w, ws, this.transposed, 0, start, h, hs, false);
      run.forward(k, samples, h, hs, w + at.a, w + at.gamma, w + at.beta, at.inverse, f);
      run.residual(count, samples, f, at.y + start * 4, 2 / n, r);
      run.mask(k, samples, h, hs, r, w + at.gamma, w + at.beta, at.inverse, g + at.beta);
      gemm.multiply(k, d, count, h, hs, this.centred, start, 0, g, ws, start > 0);
    }
  }

  private differentiate(): void {
    this.checkOpen();
    if (this.state === "stale") throw new Error("update() must follow evaluate()");
    const { at, run, k } = this;
    const { n, d } = this.data;
    const { parameters: w, gradient: g, activations: h, activationStride: hs, samples } = at;
    const [a, gamma, beta] = [w + at.a, w + at.gamma, w + at.beta];
    const [da, dgamma, dbeta] = [g + at.a, g + at.gamma, g + at.beta];
    if (at.plan === "H") {
      run.residual(n, samples, at.f, at.y, 2 / n, at.residual);
      run.backward(k, samples, h, hs, at.residual, 1 / n, a, gamma, beta, at.inverse, da, dgamma, dbeta);
      this.gemm.multiply(k, d, n, h, hs, this.centred, 0, 0, g, at.weightStride, false);
    } else {
      const { product, weightStride: ws } = at;
      run.finish(k, at.columns, w, product, g, ws, a, gamma, beta, at.inverse, da, dgamma, dbeta);
    }
    this.state = "differentiated";
  }

  private read(block: number): Parameters {
    const { at, memory, k } = this;
    const { d } = this.data;
    const rowLength = at.weightStride / 4;
    const rows = memory.singles(block, at.rows * rowLength);
    const W = new Float64Array(k * d);
    for (let l = 0; l < k; l++) W.set(rows.subarray(l * rowLength, l * rowLength + d), l * d);
    return {
      W,
      a: new Float64Array(memory.singles(block + at.a, k)),
      gamma: new Float64Array(memory.singles(block + at.gamma, k)),
      beta: new Float64Array(memory.singles(block + at.beta, k)),
    };
  }

  private checkOpen(): void {
    if (this.state === "disposed") throw new Error("the training session has been disposed of");
  }
}

/** The layout with addresses in place of offsets; a, gamma and beta stay offsets within a parameter block. */
function absolute(relative: Layout, address: number): Layout {
  const moved = { ...relative };
  for (const name of [
    "parameters",
    "gradient",
    "first",
    "second",
    "inverse",
    "f",
    "y",
    "residual",
    "transposed",
    "data",
    "activations",
    "covariance",
    "product",
  ] as const) {
    moved[name] = relative[name] + address;
  }
  return moved;
}
