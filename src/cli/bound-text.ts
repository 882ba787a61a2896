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

/** Each warning once, with the laws that give it. */
function notes(answers: readonly Answer[]): string[] {
  const laws = new Map<string, string[]>();
  for (const { law, finding } of answers) {
    for (const warning of finding?.warnings ?? [])
      laws.set(warning, [...(laws.get(warning) ?? []), law.name]);
  }
  return [...laws].map(([warning, names]) => `note: ${names.join(", ")}: ${warning}`);
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
function sortedBounds(answers: readonly Answer[]): { law: string; bound: Bound }[] {
  const all = answers.flatMap(({ law, finding }) =>
    (finding?.bounds ?? []).map((bound) => ({ law: law.name, bound })),
  );
  const rank = ({ bound: { quantity, kind } }: (typeof all)[number]) =>
    quantity !== "Lip(f)" ? 2 : kind === "lower" || kind === "exact" ? 0 : 1;
  return all.toSorted((p, q) => {
    const [left, right] = [rank(p), rank(q)];
    if (left !== right) return left - right;
    if (left === 0) return q.bound.value - p.bound.value;
    return left === 1 ? p.bound.value - q.bound.value : 0;
  });
}

/** The laws with their findings, in the order of their first bounds in the table, and so their bounds. */
export function sortedFindings(answers: readonly Answer[]): { law: Law; finding: Finding }[] {
  const sorted = sortedBounds(answers);
  const place = ({ law }: Answer) => sorted.findIndex((one) => one.law === law.name);
  return answers
    .toSorted((p, q) => place(p) - place(q))
    .flatMap(({ law, finding }) => {
      const bounds = sorted.filter((one) => one.law === law.name).map(({ bound }) => bound);
      return finding ? [{ law, finding: { ...finding, bounds } }] : [];
    });
}

export function everyLawText(answers: readonly Answer[], interval: Interval | undefined): string {
  const rows = sortedBounds(answers).map(({ law, bound }) => [law, ...boundRow(bound)]);
  const certified = interval
    ? [
        ["certified", "Lip(f)", ">=", figure(interval.lower), "point with its gradient", "", ""],
        ["certified", "Lip(f)", "<=", figure(interval.upper), "semidefinite bound", "", ""],
      ]
    : [];
  const silent = answers.filter(({ finding }) => !finding);
  return [
    table(["law", "quantity", "", "value", "how", "probability", "says"], [...certified, ...rows]),
    ...notes(answers),
    ...silent.map(({ reason }) => `not asked: ${reason}`),
  ].join("\n");
}
