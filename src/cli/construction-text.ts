/** A construction for people. */
import type { ConstructionReport } from "./construct.ts";
import { figure, table } from "./terminal.ts";

const domains = {
  space: "on R^d",
  ball: "on the unit ball",
  sphere: "along the sphere",
  "sphere-gradient": "gradient on the sphere",
} as const;

export function constructionText(report: ConstructionReport): string {
  const { name, theorem, n, d, k, labels, options, guarantee, hypotheses, details, warnings, file, values } =
    report;
  const chosen = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `, ${key} ${value}`);
  const lines = [
    `${name} (${theorem}${chosen.join("")}): n = ${n}, d = ${d}${k === undefined ? ", no network" : `, k = ${k} neurons`}${labels === undefined ? "" : `; labels: ${labels}`}`,
    table(["", "value"], fitRows(report)),
    table(["Lipschitz constant", "on R^d", "ball, sphere", "sampled", ""], lipschitzRows(report)),
    `promised: ${guarantee.statement}${guarantee.value === undefined ? "" : ` = ${figure(guarantee.value)}`}`,
  ];
  if (hypotheses.length > 0) {
    const rows = hypotheses.map(({ name: what, ok, left, right }) => [
      what,
      figure(left),
      figure(right),
      ok ? "yes" : "NO",
    ]);
    lines.push(table(["hypothesis", "left", "right", "holds"], rows));
  }
  const further = Object.entries(details).map(([key, value]) => {
    return [key.replaceAll("_", " "), typeof value === "number" ? figure(value) : String(value)];
  });
  if (further.length > 0) lines.push(table(["further", ""], further));
  lines.push(...warnings.map((warning) => `note: ${warning}`));
  if (values) lines.push(values.join("\n"));
  if (file !== undefined) lines.push(`written: ${file}`);
  return lines.join("\n");
}

function fitRows(report: ConstructionReport): [string, string][] {
  const { max_error, mse, sign_errors, total_weight, total_weight_over_bound: over, n } = report;
  const beside = over === undefined ? "" : ` = ${figure(over)} √n/8, where generic points need 1`;
  return [
    ["largest error", figure(max_error)],
    ["mean squared error", figure(mse)],
    ["wrong signs", `${sign_errors} of ${n}`],
    ...(total_weight === undefined
      ? []
      : ([["total weight", `${figure(total_weight)}${beside}`]] as [string, string][])),
  ];
}

/** What holds on R^d, what on the unit ball or sphere and what was sampled: three columns, for they are never to be compared. */
function lipschitzRows({ lipschitz, n, activation }: ConstructionReport): string[][] {
  const { proxy, sphere, global, exact = [], smallest } = lipschitz;
  const rows: string[][] = [];
  for (const { value, domain, formula } of exact) {
    const shown = figure(value);
    const columns = domain === "space" ? [shown, "", ""] : ["", shown, ""];
    rows.push([domains[domain], ...columns, `exact: ${formula}`]);
  }
  if (global) {
    rows.push([domains.space, `${figure(global.lower)} to ${figure(global.upper)}`, "", "", "certified"]);
  }
  if (sphere) {
    rows.push([domains["sphere-gradient"], "", `>= ${figure(sphere.gradient)}`, "", "ascent"]);
    rows.push([domains.sphere, "", `>= ${figure(sphere.tangential)}`, "", "ascent"]);
  }
  if (proxy) {
    const kinks = proxy.on_kinks > 0 ? `; ${proxy.on_kinks} of ${n} lie on kinks, the slope before them` : "";
    rows.push(["at the points", "", "", figure(proxy.points), `largest gradient${kinks}`]);
    rows.push(["at random", "", "", figure(proxy.random), "largest gradient of the draws"]);
  }
  if (activation === "step") rows.push([domains.space, "none", "", "", "the function jumps"]);
  if (smallest !== undefined) {
    rows.push(["of any function that fits", `>= ${figure(smallest)}`, "", "", "a pair of points"]);
  }
  return rows;
}
