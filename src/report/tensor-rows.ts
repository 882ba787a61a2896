/** Networks f(x) = ⟨T, x^⊗p⟩ with what is known of ‖T‖op, as trials.csv and laws.csv give them. */
import { type LawTrial, linesOf, valueIn } from "./law-rows.ts";
import { numberIn } from "./rows.ts";

/** A network f(x) = ⟨T, x^⊗p⟩ with the two ends of its ‖T‖op and what the laws say of it. */
export interface Tensor {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly degree: number;
  /** Whether T was fitted for its number of neurons; else it has the least Frobenius norm. */
  readonly few: boolean;
  readonly lower: number;
  readonly upper: number;
  /** What the data force on ‖T‖op, whatever the number of neurons. */
  readonly bound: number;
  /** What they force on the constant on the unit ball, p ‖T‖op, where there are biases too (Theorem 8). */
  readonly withBiases: number | undefined;
  /** What they force on ‖T‖op of k neurons, for p = 2. */
  readonly ofNeurons: number | undefined;
}

function tensorsOf(trials: readonly LawTrial[]): Tensor[] {
  return trials.flatMap((trial) => {
    const { n, d, k, row } = trial;
    const ofNetwork = { law: "power", quantity: "‖T‖op of the network" };
    const [lower, upper] = ["lower", "upper"].map((kind) => valueIn(trial, { ...ofNetwork, kind }));
    const bound = valueIn(trial, { law: "power", kind: "lower", quantity: "‖T‖op" });
    const degree = valueIn(trial, { law: "power", kind: "detail", quantity: "degree" });
    if (lower === undefined || upper === undefined || bound === undefined || degree === undefined) return [];
    const kyFan = linesOf(trial, { law: "quadratic", kind: "lower", method: "(y·f)/(s_1" })[0];
    return [
      {
        n,
        d,
        k,
        degree,
        few: row.method === "construct:quadratic",
        lower,
        upper,
        bound,
        withBiases: valueIn(trial, { law: "polynomial", kind: "lower" }),
        ofNeurons: kyFan?.hypotheses === "ok" ? numberIn(kyFan, "value") : undefined,
      },
    ];
  });
}

/** √(n/d^(p−1)). */
export const rate = ({ n, d, degree }: Tensor) => Math.sqrt(n / d ** (degree - 1));
/** √(nd)/k. */
export const rateOfNeurons = ({ n, d, k }: Tensor) => Math.sqrt(n * d) / k;

/** Dimension of the symmetric tensors: more points can be fitted by none. */
function dimension({ d, degree }: Tensor): number {
  return degree === 2 ? (d * (d + 1)) / 2 : (d * (d + 1) * (d + 2)) / 6;
}

/** Where the theorem's rate is at least 1. */
export const many = (tensor: Tensor) => rate(tensor) >= 1;
/** Where tensors have room: near their dimension ‖T‖op grows without bound. */
export const roomy = (tensor: Tensor) => tensor.n <= dimension(tensor) / 2;
/** The same for forms of k neurons, and their dimension. */
export const roomyOfNeurons = ({ n, d, k }: Tensor) => n <= (k * d - (k * (k - 1)) / 2) / 2;

/** Those of least norm by degree, and those of few neurons. */
export function tensorGroups(trials: readonly LawTrial[]) {
  const tensors = tensorsOf(trials);
  const whole = tensors.filter(({ few }) => !few);
  const degrees = [...new Set(whole.map(({ degree }) => degree))].sort((p, q) => p - q);
  return {
    tensors,
    degrees: degrees.map((p) => ({ p, tensors: whole.filter(({ degree }) => degree === p) })),
    few: tensors.filter(({ few }) => few),
  };
}
