/** COLT 2021, Theorems 7 to 9 on explicit networks: tensors and forms of few neurons that fit signs have large norms. */
import { type BoundCheck, checkBound, type Judgement } from "./bound-check.ts";
import { lawReport, type PowerFit, powerFit } from "./law-report.ts";
import {
  many,
  rate,
  rateOfNeurons,
  roomy,
  roomyOfNeurons,
  type Tensor,
  tensorGroups,
} from "./tensor-rows.ts";
import { counted, show } from "./words.ts";

type Height = (one: Tensor) => number | undefined;

function points(tensors: readonly Tensor[], x: (one: Tensor) => number, y: Height) {
  return tensors.flatMap((one) => {
    const up = y(one);
    return up === undefined ? [] : [{ x: x(one), y: up, one }];
  });
}

function cases(
  tensors: readonly Tensor[],
  measured: (one: Tensor) => number,
  bound: (one: Tensor) => number | undefined,
) {
  return points(tensors, measured, bound).map(({ x, y, one: { n, d, k } }) => ({
    n,
    d,
    k,
    measured: x,
    bound: y,
  }));
}

/** The power of √(n/d^(p−1)), at fixed d. */
function tensorFit(of: string, tensors: readonly Tensor[], y: Height): PowerFit {
  const drawn = points(tensors.filter(many), rate, y);
  return powerFit(
    `${of} at fixed d`,
    "√(n/d^(p−1))",
    drawn.map((point) => ({ ...point, group: `${point.one.d}` })),
  );
}

/** The power of √(nd)/k, at fixed (n, d). */
function neuronFit(of: string, tensors: readonly Tensor[], y: Height): PowerFit {
  const drawn = points(tensors, rateOfNeurons, y);
  return powerFit(
    `${of} at fixed (n, d)`,
    "√(nd)/k",
    drawn.map((point) => ({ ...point, group: `${point.one.n} ${point.one.d}` })),
  );
}

type Groups = ReturnType<typeof tensorGroups>;

function normFits({ degrees, few }: Groups): PowerFit[] {
  const upper: Height = (one) => one.upper;
  return [
    ...degrees.flatMap(({ p, tensors }) => {
      const inside = tensors.filter(roomy);
      const norm = `‖T‖op for p = ${p}`;
      // Of forms both ends are the norm itself.
      if (p === 2) return [tensorFit(norm, inside, upper)];
      return [
        tensorFit(`${norm} from below`, inside, (one) => one.lower),
        tensorFit(`${norm} from above`, inside, upper),
      ];
    }),
    neuronFit("‖T‖op of k neurons", few, upper),
    neuronFit("‖T‖op of k neurons that could fit twice as many points", few.filter(roomyOfNeurons), upper),
  ];
}

function boundFits({ degrees, few }: Groups): PowerFit[] {
  return [
    ...degrees.map(({ p, tensors }) =>
      tensorFit(`what the data force for p = ${p}`, tensors, (one) => one.bound),
    ),
    neuronFit("Ky Fan's bound for k neurons", few, (one) => one.ofNeurons),
  ];
}

/** What is said of a power that is not the 1 of the paper's bound. */
function powerWords({ of, x, slope_interval: interval }: PowerFit): string[] {
  if (!interval) return [];
  if (interval[0] > 1) return [`So ${of} grows faster than the paper's ${x}.`];
  return interval[1] < 1 ? [`So ${of} grows slower than the paper's ${x}.`] : [];
}

/** "For p = 2, ‖T‖op is 1.40 to 3.10 times √(n/d^(p−1)) in 12 networks." */
function ratioWords(what: string, over: string, ratios: readonly number[]): string[] {
  if (ratios.length === 0) return [];
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map(show);
  const range = least === most ? least : `${least} to ${most}`;
  return [`${what} is ${range} times ${over} in ${counted(ratios.length, "network")}.`];
}

/** Whether the lower ends settle what the upper ones leave open. */
function lowerEnds(tensors: readonly Tensor[]): { judgement: Judgement; words: string[] } {
  const open = tensors.filter(({ lower, bound }) => lower < bound).length;
  if (tensors.length === 0) return { judgement: "undecided", words: [] };
  return open === 0
    ? {
        judgement: "confirmed",
        words: ["The lower end of ‖T‖op is above what the data force on any T as well."],
      }
    : {
        judgement: "undecided",
        words: [
          `The lower end of ‖T‖op is below what the data force on any T in ${counted(open, "case")}: undecided.`,
        ],
      };
}

export const theorem89 = lawReport({
  name: "theorem8-9",
  claim:
    "COLT 2021, Theorems 7 to 9: T with ⟨T, x^⊗p⟩ = ±1 at n generic points has ‖T‖op of at least c √(n/d^(p−1)), and for p = 2 and k neurons of at least c √(nd)/k",
  readingOf: "every network has ‖T‖op at or above what its data force, on any T and on one of its k neurons",
  x: "sqrt(n/d^(p-1)), sqrt(nd)/k",
  y: "norm of T",
  view(trials) {
    const { degrees, few } = tensorGroups(trials);
    const whole = degrees.flatMap(({ tensors }) => tensors.filter((one) => many(one) && roomy(one)));
    const fewer = few.filter(({ d, k }) => k < d);
    const of = (p: number) => whole.filter(({ degree }) => degree === p);
    const drawn = (...of: Parameters<typeof points>) => points(...of).map(({ x, y }) => ({ x, y }));
    const sizes = [...drawn(whole, rate, rate), ...drawn(fewer, rateOfNeurons, rateOfNeurons)];
    return {
      title: "Theorems 7 to 9: ‖T‖op against the sizes of the paper",
      x: "√(n/d^(p−1)), or √(nd)/k for k neurons",
      y: "‖T‖op",
      series: [
        { label: "p = 2", points: drawn(of(2), rate, ({ lower }) => lower) },
        { label: "p = 3, from below", points: drawn(of(3), rate, ({ lower }) => lower) },
        { label: "p = 3, from above", points: drawn(of(3), rate, ({ upper }) => upper) },
        { label: "forced on any T", points: drawn(whole, rate, ({ bound }) => bound) },
        { label: "p = 2, k < d neurons", points: drawn(fewer, rateOfNeurons, ({ upper }) => upper) },
        { label: "forced on k neurons", points: drawn(fewer, rateOfNeurons, ({ ofNeurons }) => ofNeurons) },
        { label: "the paper's size, times 1", line: true, points: sizes },
      ],
      notes: [
        "p = 2 and p = 3: n from d^(p−1) to half of what tensors can fit",
        "k neurons: up to what they can fit, near which the norm rises steeply",
      ],
    };
  },
  find(trials) {
    const found = tensorGroups(trials);
    const { tensors, degrees, few } = found;
    const ends = lowerEnds(tensors);
    const checks: BoundCheck[] = [
      checkBound(
        { measured: "‖T‖op, by its upper end,", bound: "what the data force on any T" },
        cases(
          tensors,
          ({ upper }) => upper,
          ({ bound }) => bound,
        ),
      ),
      checkBound(
        {
          measured: "the constant p ‖T‖op on the unit ball",
          bound: "what they force where there are biases too",
        },
        cases(
          tensors,
          ({ degree, upper }) => degree * upper,
          ({ withBiases }) => withBiases,
        ),
      ),
      checkBound(
        { measured: "‖T‖op for p = 2", bound: "Ky Fan's bound for its k neurons" },
        cases(
          tensors,
          ({ upper }) => upper,
          ({ ofNeurons }) => ofNeurons,
        ),
      ),
    ];
    const fits = normFits(found);
    const over = (own: readonly Tensor[]) => own.map((one) => one.lower / rate(one));
    return {
      checks,
      fits: [...fits, ...boundFits(found)],
      judgements: [ends.judgement],
      words: [
        ...ends.words,
        ...fits.flatMap(powerWords),
        ...degrees.flatMap(({ p, tensors: own }) => [
          ...ratioWords(
            `For p = ${p} and n from d^(p−1) to half of what tensors can fit, ‖T‖op from below`,
            "√(n/d^(p−1))",
            over(own.filter((one) => many(one) && roomy(one))),
          ),
          ...ratioWords(
            "With more points it",
            "that root",
            over(own.filter((one) => many(one) && !roomy(one))),
          ),
        ]),
        ...ratioWords(
          "For k < d neurons ‖T‖op",
          "√(nd)/k",
          few.flatMap((one) => (one.k < one.d ? [one.lower / rateOfNeurons(one)] : [])),
        ),
        ...ratioWords(
          "It",
          "Ky Fan's bound",
          few.flatMap((one) => (one.ofNeurons && one.k < one.d ? [one.lower / one.ofNeurons] : [])),
        ),
      ],
    };
  },
});
