/** Every lower bound that a law gives on the constant of a network, beside what is certified of it. */
import { conjectureConstants } from "../theory/conjectures.ts";
import { checkBound } from "./bound-check.ts";
import { lawReport } from "./law-report.ts";
import { type Axis, applies, type LawTrial, pointsOf } from "./law-rows.ts";
import { numberIn, type Row } from "./rows.ts";
import { counted, show } from "./words.ts";

const root = ({ n, k }: LawTrial) => Math.sqrt(n / k);
const lower: Axis = ({ row }) => numberIn(row, "lipschitz_lower");
const upper: Axis = ({ row }) => numberIn(row, "lipschitz_upper");

interface LowerBound {
  readonly law: string;
  readonly bound: number;
  readonly probability: number | undefined;
}

/** The largest bound of each law whose hypotheses hold. */
function boundsOf({ lines }: LawTrial): LowerBound[] {
  const largest = new Map<string, LowerBound>();
  for (const line of lines.filter(isApplicable)) {
    const [law] = String(line.law).split(",");
    const bound = numberIn(line, "value");
    if (bound === undefined || bound <= (largest.get(law)?.bound ?? Number.NEGATIVE_INFINITY)) continue;
    largest.set(law, { law, bound, probability: numberIn(line, "probability") });
  }
  return [...largest.values()];
}

function isApplicable(line: Row): boolean {
  return line.kind === "lower" && line.quantity === "Lip(f)" && applies(line);
}

/** The largest of all of them. */
function best(trial: LawTrial): LowerBound | undefined {
  return boundsOf(trial).toSorted((p, q) => q.bound - p.bound)[0];
}

export const lowerBounds = lawReport({
  name: "lower-bounds",
  claim:
    "The three papers: each of their lower bounds on the Lipschitz constant of a network that fits the data holds",
  readingOf: "no certified upper bound is below a lower bound of a law whose hypotheses hold",
  x: "sqrt(n/k)",
  y: "lipschitz_upper",
  view: (trials) => ({
    title: "The largest proven lower bound beside the certified interval",
    x: "√(n/k)",
    y: "Lipschitz constant",
    series: [
      { label: "certified upper bound, trained", points: pointsOf(trials, root, upper) },
      { label: "certified lower bound, trained", points: pointsOf(trials, root, lower) },
      { label: "largest bound of a law", points: pointsOf(trials, root, (one) => best(one)?.bound) },
      { label: "√(n/k)", line: true, points: pointsOf(trials, root, root) },
    ],
    notes: ["a law whose hypotheses fail is left out"],
  }),
  find(trials) {
    const cases = trials.flatMap((trial) => {
      const measured = upper(trial);
      return measured === undefined ? [] : boundsOf(trial).map((one) => ({ ...trial, ...one, measured }));
    });
    const names = [...new Set(cases.map(({ law }) => law))];
    const largest = trials.flatMap((trial) => best(trial)?.law ?? []);
    return {
      checks: names.map((name) =>
        checkBound(
          { measured: "the certified upper bound", bound: `the law ${name}` },
          cases.filter(({ law }) => law === name),
        ),
      ),
      fits: [],
      words: [
        ...names.map((name) => {
          const times = largest.filter((law) => law === name).length;
          return `The law ${name} gives the largest bound for ${counted(times, "network")}.`;
        }),
        ...conjectureWords(trials),
      ],
    };
  },
});

/** What the networks leave to the constants of COLT 2021, Conjectures 1 and 2. */
function conjectureWords(trials: readonly LawTrial[]): string[] {
  const found = conjectureConstants(
    trials.flatMap((trial) => {
      const [low, high] = [lower(trial), upper(trial)];
      return low === undefined || high === undefined ? [] : [{ ...trial, lower: low, upper: high }];
    }),
  );
  if (!found) return [];
  const { value, row } = found.upper;
  return [
    `The smallest certified constant is ${show(value)} √(n/k), at n = ${row.n}, d = ${row.d}, k = ${row.k}: ` +
      "the c of Conjecture 1 (Lip >= c √(n/k)) is at most that.",
    `None of these networks can show a C of Conjecture 2 below ${show(found.lower.value)}.`,
  ];
}
