/** Rows like those of the published experiments, made from a fixed multiplicative generator. */
import type { Row } from "../../src/report/rows.ts";

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** 40 trials like Experiment 1: gradient 4 + 2√(n/k) plus a little noise; 36 kept. */
export function experiment1Rows(): Row[] {
  const random = generator(7);
  const rows: Row[] = [];
  for (const n of [200, 500, 1000, 2000]) {
    for (const share of [0.25, 1]) {
      for (const neurons of [0.05, 0.1, 0.2, 0.5, 1]) {
        const d = n * share;
        const k = n * neurons;
        const gradient = 4 + 2 * Math.sqrt(n / k) + random();
        const outcome = rows.length % 16 === 7 ? "loss" : rows.length === 20 ? "signs" : "kept";
        rows.push(row({ n, d, k, epsilon: 0.02, outcome, gradient }));
      }
    }
  }
  return rows;
}

/** 16 trials like Experiment 2: gradient 4 + √d for k = 10n/d, `flat` + √d·`slope` for k = n. */
export function experiment2Rows({ flat = 6, slope = 0 } = {}): Row[] {
  const random = generator(11);
  return [20, 50, 100, 200, 500, 1000, 2000, 5000].flatMap((d) => {
    const shared = { n: 10_000, d, epsilon: 0.1, outcome: "kept" };
    const root = Math.sqrt(d);
    return [
      row({ ...shared, k: 100_000 / d, gradient: 4 + root + random() }),
      row({ ...shared, k: 10_000, gradient: flat + slope * root + random() }),
    ];
  });
}

interface Sizes {
  n: number;
  d: number;
  k: number;
  epsilon: number;
  outcome: string;
  gradient: number | null;
}

/** The same rows with 0.3 more for d of 200 and below, and 6 less for d from 500 to 1000, where k is not n. */
export function bent(rows: readonly Row[]): Row[] {
  return rows.map((one) => {
    const d = Number(one.d);
    const bend = one.k === one.n ? 0 : d === 500 || d === 1000 ? -6 : 0.3;
    return { ...one, max_random_gradient: Number(one.max_random_gradient) + bend };
  });
}

/** Every row twice, 0.4 above and 0.4 below. */
export function replicated(rows: readonly Row[]): Row[] {
  return rows.flatMap((one) =>
    [0.4, -0.4].map((shift) => ({ ...one, max_random_gradient: Number(one.max_random_gradient) + shift })),
  );
}

/** One row; unmeasured columns are null as in a parsed trials.csv. */
export function row({ gradient, ...sizes }: Sizes): Row {
  return {
    ...sizes,
    data: sizes.d % 100 === 0 ? "gaussian" : "sphere",
    max_random_gradient: gradient,
    gradient_draws: 1000,
    lipschitz_lower: null,
    lipschitz_upper: null,
  };
}

/** The same rows with a certified interval around every measurement. */
export function withBrackets(rows: readonly Row[]): Row[] {
  return rows.map((one) => {
    const gradient = Number(one.max_random_gradient);
    return { ...one, lipschitz_lower: gradient * 1.05, lipschitz_upper: gradient * 1.5 };
  });
}
