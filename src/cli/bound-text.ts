/** Laws and their answers for people. */
import type { Answer } from "../theory/asking.ts";
import type { Bound, Finding, Law } from "../theory/law.ts";
import type { Interval } from "./bracket-of.ts";
import { figure, table } from "./terminal.ts";

const signs = { lower: ">=", upper: "<=", exact: "=", rate: "~" } as const;

export function listText(list: readonly { name: string; theorem: string; summary: string }[]): string {
  return [
    table(
      ["law", "from", "says"],
      list.map(({ name, theorem, summary }) => [name, theorem, summary]),
    ),
    "lawrob bound NAME --help tells what each takes; lawrob bound all asks every one that applies",
  ].join("\n");
}

export function boundText({ name, theorem }: Law, { bounds, details = {}, warnings = [] }: Finding): string {
  const lines = [
    `${name} (${theorem})`,
    table(["quantity", "", "value", "how", "probability", "says"], bounds.map(boundRow)),
  ];
  const hypotheses = new Map(
    bounds
      .flatMap((bound) => bound.hypotheses)
      .map(({ name: what, ok, left, right }) => [
        `${what} ${left} ${right}`,
        [what, figure(left), figure(right), ok ? "yes" : "NO"],
      ]),
  );
  if (hypotheses.size > 0)
    lines.push(table(["hypothesis", "left", "right", "holds"], [...hypotheses.values()]));
  const further = Object.entries(details).map(([key, value]) => {
    return [key.replaceAll("_", " "), typeof value === "number" ? figure(value) : String(value)];
  });
  if (further.length > 0) lines.push(table(["further", ""], further));
  lines.push(...warnings.map((warning) => `note: ${warning}`));
  return lines.join("\n");
}

function boundRow({ quantity, kind, value, method, probability, vacuous, hypotheses }: Bound): string[] {
  const failed = hypotheses.some(({ ok }) => !ok);
  return [
    quantity,
    signs[kind],
    figure(value),
    method,
    probability === undefined ? "" : figure(probability),
    [...(vacuous ? ["vacuous"] : []), ...(failed ? ["a hypothesis fails"] : [])].join(", "),
  ];
}

/** Lower bounds on the constant from the largest down, upper ones from the smallest up, then all else. */
export function everyLawText(answers: readonly Answer[], interval: Interval | undefined): string {
  const all = answers.flatMap(({ law, finding }) =>
    (finding?.bounds ?? []).map((bound) => ({ law: law.name, bound })),
  );
  const rank = ({ bound: { quantity, kind } }: (typeof all)[number]) =>
    quantity !== "Lip(f)" ? 2 : kind === "lower" || kind === "exact" ? 0 : 1;
  const sorted = all.toSorted((p, q) => {
    const [left, right] = [rank(p), rank(q)];
    if (left !== right) return left - right;
    if (left === 0) return q.bound.value - p.bound.value;
    return left === 1 ? p.bound.value - q.bound.value : 0;
  });
  const rows = sorted.map(({ law, bound }) => [law, ...boundRow(bound)]);
  const certified = interval
    ? [
        ["certified", "Lip(f)", ">=", figure(interval.lower), "point with its gradient", "", ""],
        ["certified", "Lip(f)", "<=", figure(interval.upper), "semidefinite bound", "", ""],
      ]
    : [];
  const silent = answers.filter(({ finding }) => !finding);
  return [
    table(["law", "quantity", "", "value", "how", "probability", "says"], [...certified, ...rows]),
    ...silent.map(({ reason }) => `not asked: ${reason}`),
  ].join("\n");
}
