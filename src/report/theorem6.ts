/** COLT 2021, Theorem 6 on trained networks: few neurons in many dimensions need a constant of about √(d/k). */
import { extent } from "../numeric/extent.ts";
import { checkBound } from "./bound-check.ts";
import { lawReport, powerFit } from "./law-report.ts";
import { type Axis, type LawTrial, linesOf, pointsOf, valueIn } from "./law-rows.ts";
import { numberIn } from "./rows.ts";

const law = { law: "undercomplete", kind: "lower" } as const;
const root = ({ d, k }: LawTrial) => Math.sqrt(d / k);
const anyProjection = (trial: LawTrial) => valueIn(trial, { ...law, method: "mean gap/sqrt(λ_1" });
const bestPair = (trial: LawTrial) => valueIn(trial, { ...law, method: "largest" });
const certified = ({ row }: LawTrial, end: "lower" | "upper") => numberIn(row, `lipschitz_${end}`);

/** The largest of the bounds that hold for these data and this network. */
function surest(trial: LawTrial): number | undefined {
  const values = linesOf(trial, law)
    .filter(({ probability }) => probability === null)
    .flatMap((line) => numberIn(line, "value") ?? []);
  return values.length > 0 ? extent(values)[1] : undefined;
}

const against = (trials: readonly LawTrial[], y: Axis) => pointsOf(trials, root, y);

export const theorem6 = lawReport({
  name: "theorem6",
  claim:
    "COLT 2021, Theorem 6: a two-layer network of k <= d neurons that fits n >= d generic points has a Lipschitz constant of at least c √(d/k), whatever its activation",
  readingOf:
    "no kept network has a certified constant below what its data and its row space force, and what any k neurons need falls with k",
  x: "sqrt(d/k)",
  y: "lipschitz_upper",
  view(trials) {
    const [networks, data] = [true, false].map((with_) => trials.filter(({ network }) => network === with_));
    return {
      title: "Theorem 6: the Lipschitz constant against √(d/k)",
      x: "√(d/k)",
      y: "Lipschitz constant",
      series: [
        {
          label: "certified upper bound, trained",
          points: against(networks, (one) => certified(one, "upper")),
        },
        { label: "best pair in the network's row space", points: against(networks, bestPair) },
        { label: "any network of k neurons with these values", points: against(networks, anyProjection) },
        { label: "any network of k neurons that fits exactly", points: against(data, anyProjection) },
        { label: "√(d/k)", line: true, points: against(trials, root) },
      ],
      notes: ["points of different labels are matched by least Σ ‖x − x'‖²"],
    };
  },
  find(trials) {
    const [networks, data] = [true, false].map((with_) => trials.filter(({ network }) => network === with_));
    const above = checkBound(
      { measured: "the certified upper bound", bound: "the largest bound of the law" },
      networks.flatMap((trial) => {
        const [measured, bound] = [certified(trial, "upper"), surest(trial)];
        return measured === undefined || bound === undefined ? [] : [{ ...trial, measured, bound }];
      }),
    );
    const envelope = powerFit(
      "what any k neurons need at fixed (n, d)",
      "√(d/k)",
      against(data.length > 0 ? data : networks, anyProjection),
    );
    const falls = envelope.slope_interval;
    return {
      checks: [above],
      fits: [
        envelope,
        powerFit(
          "the certified lower bound at fixed (n, d)",
          "√(d/k)",
          against(networks, (one) => certified(one, "lower")),
        ),
        powerFit(
          "the certified upper bound at fixed (n, d)",
          "√(d/k)",
          against(networks, (one) => certified(one, "upper")),
        ),
      ],
      // The bound is computed from the data: its growth is what the theorem says, no measurement of networks.
      judgements: [falls && falls[0] > 0 ? "confirmed" : "undecided"],
    };
  },
});
