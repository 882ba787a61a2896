/** The slow twin: every pattern of every neuron, feasible by a linear programme. For small integer weights. */
import highsModule from "highs";
import { activationFunction } from "../../../src/network/activation.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { type RandomStream, stream } from "../../../src/numeric/random.ts";

const loadHighs = highsModule as unknown as typeof highsModule.default;

/** max ‖Σ_l σ_l a_l w_l‖ over patterns with a margin above 1e−6 in the box |x_j| <= 10⁴; σ_l for ReLU is 1 or 0. */
export async function naiveConstant({ activation, k, d, W, b, a }: TwoLayerNetwork): Promise<number> {
  const highs = await loadHighs();
  const [before, after] = activationFunction(activation).pieces?.slopes ?? [];
  let most = 0;
  for (let bits = 0; bits < 2 ** k; bits++) {
    const gradient = new Float64Array(d);
    const rows: string[] = [];
    let possible = true;
    for (let l = 0; l < k; l++) {
      const on = ((bits >> l) & 1) === 1;
      const row = W.subarray(l * d, (l + 1) * d);
      for (let j = 0; j < d; j++) gradient[j] += (on ? after : before) * a[l] * row[j];
      // A neuron without weights has no gate.
      if (row.every((w) => w === 0)) {
        if (on) possible = false;
        continue;
      }
      const terms = Array.from(row, (w, j) => `${w < 0 ? "-" : "+"} ${Math.abs(w)} x${j}`).join(" ");
      rows.push(on ? `${terms} - t >= ${-b[l]}` : `${terms} + t <= ${-b[l]}`);
    }
    const size = Math.hypot(...gradient);
    if (!possible || size <= most) continue;
    const bounds = Array.from({ length: d }, (_, j) => `-10000 <= x${j} <= 10000`);
    if (rows.length > 0) {
      const text = `Maximize\n t\nSubject To\n${rows.join("\n")}\nBounds\n${bounds.join("\n")}\n-1 <= t <= 1\nEnd`;
      const { Status, ObjectiveValue } = highs.solve(text, { output_flag: false });
      if (Status !== "Optimal" || ObjectiveValue < 1e-6) continue;
    }
    most = size;
  }
  return most;
}

/** Weights in {−2, …, 2}, with equal, opposite, parallel and zero rows and gates through common points among them. */
export function integerNetwork(k: number, d: number, seed: number): TwoLayerNetwork {
  const random = stream(seed, `integers ${k} ${d}`, "weights");
  const draw = (reach: number) => Math.floor(random.uniform() * (2 * reach + 1)) - reach;
  const W = Float64Array.from({ length: k * d }, () => draw(2));
  const b = Float64Array.from({ length: k }, () => draw(2));
  for (let l = 1; l < k; l++) {
    const other = Math.floor(random.uniform() * l);
    const kind = random.uniform();
    const factor = kind < 0.1 ? 1 : kind < 0.2 ? -1 : kind < 0.3 ? 2 : 0;
    if (factor === 0) continue;
    for (let j = 0; j < d; j++) W[l * d + j] = factor * W[other * d + j];
    b[l] = kind < 0.25 ? factor * b[other] : draw(2);
  }
  return { activation: "relu", k, d, W, b, a: Float64Array.from({ length: k }, () => draw(3)), c: 0 };
}

export function gaussianNetwork(k: number, d: number, seed: number): TwoLayerNetwork {
  const random: RandomStream = stream(seed, `gaussians ${k} ${d}`, "weights");
  const gaussians = (count: number) => Float64Array.from({ length: count }, () => random.gaussian());
  return { activation: "relu", k, d, W: gaussians(k * d), b: gaussians(k), a: gaussians(k), c: 0 };
}
