/** COLT 2021, Theorem 5 on trained networks: ‖a‖ ‖W‖op is at least about √(n/k). */
import { checkBound } from "./bound-check.ts";
import { lawReport, powerFit } from "./law-report.ts";
import { type Axis, applies, type LawTrial, linesOf, pointsOf, valueIn } from "./law-rows.ts";
import { numberIn } from "./rows.ts";
import { counted, fromTo } from "./words.ts";

const root = ({ n, k }: LawTrial) => Math.sqrt(n / k);

/** ‖a‖ ‖W‖op beside the bound on it, where its hypotheses hold; with biases both have them as a column of W. */
function derived(trial: LawTrial) {
  const line = linesOf(trial, { law: "spectral", kind: "lower", method: "(y·f)" }).find(applies);
  const bound = line && numberIn(line, "value");
  if (line === undefined || bound === undefined) return undefined;
  const measured =
    line.quantity === "‖a‖ ‖W‖op"
      ? numberIn(trial.row, "spectral_bound")
      : valueIn(trial, { law: "spectral", kind: "detail", quantity: "product_with_biases" });
  return measured === undefined ? undefined : { measured, bound, probability: numberIn(line, "probability") };
}

/** Whether the printed theorem speaks of the network: no biases, an exact fit. */
const isPrinted = (trial: LawTrial) =>
  linesOf(trial, { law: "spectral", kind: "lower", method: "sqrt(n/k)" }).some(applies);

const isTrained = ({ row }: LawTrial) => !String(row.method).startsWith("construct:");

const spectral = ({ row }: LawTrial) => numberIn(row, "spectral_bound");
const upper = ({ row }: LawTrial) => numberIn(row, "lipschitz_upper");

const against = (trials: readonly LawTrial[], y: Axis) => pointsOf(trials, root, y);

export const theorem5 = lawReport({
  name: "theorem5",
  claim:
    "COLT 2021, Theorem 5: a two-layer network of k neurons that fits n generic points has ‖a‖ ‖W‖op of at least √(n/k)",
  readingOf: "every kept network has ‖a‖ ‖W‖op above the derived form of √(n/k), and a constant below it",
  x: "sqrt(n/k)",
  y: "spectral_bound",
  view: (trials) => ({
    title: "Theorem 5: ‖a‖ ‖W‖op against √(n/k)",
    x: "√(n/k)",
    y: "label / length",
    series: [
      { label: "‖a‖ ‖W‖op, trained", points: against(trials.filter(isTrained), spectral) },
      {
        label: "‖a‖ ‖W‖op, explicit without biases",
        points: against(
          trials.filter((one) => !isTrained(one)),
          spectral,
        ),
      },
      { label: "certified upper bound on the constant", points: against(trials, upper) },
      { label: "derived bound on ‖a‖ ‖[W b]‖op", points: against(trials, (one) => derived(one)?.bound) },
      { label: "√(n/k), as printed", line: true, points: against(trials, root) },
    ],
    notes: ["the derived bound holds with probability 95% for each network"],
  }),
  find(trials) {
    const networks = trials.filter(({ network }) => network);
    const above = checkBound(
      { measured: "‖a‖ ‖[W b]‖op", bound: "its derived bound" },
      networks.flatMap((trial) => {
        const found = derived(trial);
        return found ? [{ ...trial, ...found }] : [];
      }),
    );
    const within = checkBound(
      { measured: "‖a‖ ‖W‖op", bound: "the certified lower bound on the Lipschitz constant" },
      networks.flatMap((trial) => {
        const [measured, bound] = [spectral(trial), numberIn(trial.row, "lipschitz_lower")];
        return measured === undefined || bound === undefined ? [] : [{ ...trial, measured, bound }];
      }),
    );
    const ratios = against(networks, spectral).map(({ x, y }) => y / x);
    const printed = against(networks.filter(isPrinted), spectral).map(({ x, y }) => y / x);
    const shares = networks.flatMap((trial) => {
      const [product, constant] = [spectral(trial), upper(trial)];
      return product && constant ? [product / constant] : [];
    });
    return {
      checks: [above, within],
      fits: [
        powerFit(
          "‖a‖ ‖W‖op of trained networks at fixed (n, d)",
          "√(n/k)",
          against(networks.filter(isTrained), spectral),
        ),
      ],
      words: [
        ...(ratios.length > 0
          ? [`‖a‖ ‖W‖op is ${fromTo(ratios)} times √(n/k), the printed constant being 1.`]
          : []),
        printed.length > 0
          ? `Of the ${counted(printed.length, "network")} that the printed theorem speaks of, without biases and with an exact fit, it is ${fromTo(printed)} times √(n/k).`
          : "The printed theorem speaks of none of these networks: they have biases, or no exact fit.",
        ...(shares.length > 0
          ? [`It is ${fromTo(shares)} times the certified upper bound on the constant.`]
          : []),
      ],
    };
  },
});
