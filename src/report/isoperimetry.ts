/** Universal law, Definition 1.1 on sampled points: which families have an isoperimetry constant, and of which order. */
import type { Interval } from "../numeric/fit.ts";
import { checkBound, type Judgement } from "./bound-check.ts";
import { isoperimetryFigure } from "./isoperimetry-figure.ts";
import { byFamily, type IsoperimetrySample, isoperimetrySamples } from "./isoperimetry-rows.ts";
import { type LawReport, lawVerdict, type PowerFit, powerFit } from "./law-report.ts";
import { show } from "./words.ts";

/** c_var can exceed c by so many standard errors: it is the largest of some twenty, in each of about a hundred samples. */
const errors = 5;
/** c_mgf over c_var from which on tails are too heavy for isoperimetry, as the law has it. */
const heavyTails = 5;
/** A power of d within this of what is expected is as expected. */
const near = 0.1;

/** One family, with what all of its samples say. */
interface Family {
  readonly name: string;
  readonly samples: readonly IsoperimetrySample[];
  readonly growth: PowerFit;
}

function familiesOf(samples: readonly IsoperimetrySample[]): Family[] {
  return byFamily(samples).map(({ family, samples: own }) => ({
    name: family,
    samples: own,
    growth: powerFit(
      `the c_var of ${family}, at fixed n`,
      "d",
      own.map(({ n, d, cVar }) => ({ x: d, y: cVar, group: String(n) })),
    ),
  }));
}

/** The power of d between the smallest and the largest. */
function powerOf(samples: readonly IsoperimetrySample[], of: (sample: IsoperimetrySample) => number): number {
  const sorted = samples.toSorted((p, q) => p.d - q.d);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  return first.d === last.d ? 0 : Math.log(of(last) / of(first)) / Math.log(last.d / first.d);
}

/** Whether c_var grows as the c of theory, where there is one. */
function judged({ samples, growth: { slope_interval: interval } }: Family): Judgement | undefined {
  if (samples.some(({ theory }) => theory === undefined)) return undefined;
  const most = powerOf(samples, ({ theory = 0 }) => theory) + near;
  const least = powerOf(samples, ({ theory = 0, least = theory }) => least) - near;
  if (!interval) return "undecided";
  if (interval[0] > most) return "refuted";
  return interval[0] >= least && interval[1] <= most ? "confirmed" : "undecided";
}

/** Whether the points look as those of a c of order 1 do. */
function outcome({
  samples,
  growth: { slope_interval: interval },
}: Family): "heavy" | "grows" | "passes" | "open" {
  if (samples.every(({ cVar, cMgf }) => cMgf > heavyTails * cVar)) return "heavy";
  if (!interval || (interval[0] <= near && interval[1] > near)) return "open";
  return interval[0] > near ? "grows" : "passes";
}

const outcomes = {
  heavy: `fails, c_mgf is more than ${heavyTails} times c_var`,
  grows: "fails, c_var grows with d",
  passes: "passes",
  open: "undecided",
} as const;

function range(samples: readonly IsoperimetrySample[], of: (sample: IsoperimetrySample) => number): string {
  const values = samples.map(of);
  const ends: Interval = [Math.min(...values), Math.max(...values)];
  const [low, high] = ends.map(show);
  return low === high ? low : `${low} to ${high}`;
}

function theoryWords(samples: readonly IsoperimetrySample[]): string {
  if (samples.some(({ theory }) => theory === undefined)) return "theory has no c";
  const most = range(samples, ({ theory = 0 }) => theory);
  return samples.some(({ least }) => least !== undefined)
    ? `c of theory at least ${range(samples, ({ least = 0 }) => least)}, at most ${most}`
    : `c of theory ${most}`;
}

function familyWords(family: Family): string[] {
  const { name, samples } = family;
  const found = outcome(family);
  const measured = `c_var ${range(samples, ({ cVar }) => cVar)}, c_mgf ${range(samples, ({ cMgf }) => cMgf)}`;
  const unseen = found === "passes" && samples.some(({ theory }) => theory === undefined);
  return [
    `${name}: ${measured}; ${theoryWords(samples)}; ${outcomes[found]}.`,
    ...(unseen
      ? [`What is tried does not tell ${name} from a family with a c: these estimates are from below.`]
      : []),
    ...(found === "grows" && samples.some(({ least }) => least !== undefined)
      ? [
          `As printed the claim does not hold if hypercubes are their ${name}: c_var is ${range(samples, ({ cVar, d }) => cVar / Math.sqrt(d))} times √d there.`,
        ]
      : []),
  ];
}

export const isoperimetry: LawReport = {
  name: "isoperimetry",
  figure: isoperimetryFigure,
  verdict: (rows, laws) =>
    lawVerdict(
      {
        claim:
          "A Universal Law of Robustness via Isoperimetry, section 1.3: high-dimensional Gaussians and uniform distributions on spheres and hypercubes are isoperimetric with c of order 1",
        readingOf:
          "c_var is at most the c that theory gives a family, solid cubes for hypercubes, and grows with d no more and no less than that does",
        x: "d",
        y: "c_var",
        find(trials) {
          const families = familiesOf(isoperimetrySamples(trials));
          const within = checkBound(
            { measured: `the c of theory with ${errors} standard errors added`, bound: "c_var" },
            families.flatMap(({ samples }) =>
              samples.flatMap(({ n, d, k, cVar, theory, error }) =>
                theory === undefined
                  ? []
                  : [{ n, d, k, measured: theory * (1 + errors * error), bound: cVar }],
              ),
            ),
          );
          return {
            checks: [within],
            fits: families.map(({ growth }) => growth),
            judgements: families.flatMap((family) => judged(family) ?? []),
            words: families.flatMap(familyWords),
          };
        },
      },
      rows,
      laws,
    ),
};
