/** What a run prints on stdout: the plan of a dry run, the summary at the end; as tables or as JSON. */
import path from "node:path";
import { trialMemory } from "../execute/memory.ts";
import type { Plan } from "../experiment/plan.ts";
import { shardName } from "../experiment/shard.ts";
import { type Cell, type Row, timingColumns } from "../record/columns.ts";
import { law } from "../report/constructions-verdict.ts";
import { lawFactor, sizeOf } from "../report/depth-rows.ts";
import type { Verdict } from "../report/verdict.ts";
import { counted } from "../report/words.ts";
import type { EngineChoice } from "../train/engines.ts";
import { bytes, duration, shortPath, table } from "./terminal.ts";

interface Summary {
  readonly directory: string;
  readonly plan: Plan;
  readonly engine: EngineChoice;
  readonly workers: number;
  readonly seconds: number;
  /** Trials that an earlier run had finished. */
  readonly resumed: number;
  /** Folders that were joined, where no trial was run. */
  readonly merged?: number;
  readonly rows: readonly Row[];
  /** Rows of timings.csv. */
  readonly timings: readonly Row[];
  readonly files: readonly string[];
  readonly verdict: Verdict;
}

const mostLines = 60;

/** What a dry run tells. */
interface DryRun {
  readonly plan: Plan;
  readonly engine: EngineChoice;
  readonly workers: number;
  readonly directory: string;
}

export function dryRunForPrograms({ plan, engine, workers, directory }: DryRun): object {
  const { spec, hash, trials, measure, laws, shard } = plan;
  const memory_bytes = largestMemory(plan, engine);
  return {
    plan_hash: hash,
    ...(shard && { shard }),
    engine,
    workers,
    directory,
    memory_bytes,
    measure,
    laws,
    spec,
    trials,
  };
}

function largestMemory(plan: Plan, engine: EngineChoice): number {
  return plan.trials.reduce(
    (most, trial) => Math.max(most, trialMemory(trial, engine.name, plan.laws.length > 0)),
    0,
  );
}

export function printDryRun({ plan, engine, workers, directory }: DryRun): void {
  const shown = plan.trials.slice(0, mostLines);
  const head = ["trial_id", "n", "d", "k", "replicate"];
  print(
    table(
      head,
      shown.map((trial) => [trial.id, trial.n, trial.d, trial.k, trial.replicate]),
    ),
  );
  if (shown.length < plan.trials.length)
    print(`… and ${plan.trials.length - shown.length} more: --json lists all`);
  print(
    `plan ${plan.hash}: ${counted(plan.trials.length, "trial")}, ${plan.spec.data} data, epsilon ${plan.spec.epsilon.join(", ")}`,
  );
  print(
    `engine ${engine.name} (${engine.reason}), ${counted(workers, "worker")}, at most ${bytes(largestMemory(plan, engine))} each`,
  );
  if (plan.shard) print(`shard ${shardName(plan.shard)} of the plan`);
  print(`into ${shortPath(directory)}; nothing was run`);
}

export function summaryForPrograms(summary: Summary): object {
  const { directory, plan, engine, workers, seconds, resumed, files, verdict } = summary;
  const csv = path.join(directory, "trials.csv");
  const laws = plan.laws.length > 0 ? { laws_csv: path.join(directory, "laws.csv") } : {};
  const { merged } = summary;
  // A merge has no workers, and resumes nothing.
  const run = merged === undefined ? { workers, seconds, resumed } : { merged, seconds };
  return { directory, csv, ...laws, files, plan_hash: plan.hash, engine, ...run, verdict };
}

/** What a shard tells at its end: figure and verdict are for the whole. */
interface ShardSummary extends Omit<Summary, "timings" | "files" | "verdict"> {}

export function shardForPrograms(summary: ShardSummary): object {
  const { directory, plan, engine, workers, seconds, resumed, rows } = summary;
  const csv = path.join(directory, "trials.csv");
  const { shard, hash: plan_hash } = plan;
  return { directory, csv, plan_hash, shard, trials: rows.length, engine, workers, seconds, resumed };
}

export function printShard({ directory, plan, engine, seconds, resumed, rows }: ShardSummary): void {
  print(`table    ${shortPath(path.join(directory, "trials.csv"))}`);
  print(`engine   ${engine.name} (${engine.reason})`);
  print(`${counted(rows.length, "trial")} in ${duration(seconds)}${earlier(resumed)}`);
  print(
    `when all ${plan.shard?.count} shards are finished: lawrob merge ${shortPath(path.dirname(directory))}`,
  );
}

function earlier(resumed: number): string {
  return resumed > 0 ? `, ${resumed} of them in an earlier run` : "";
}

export function printSummary(summary: Summary): void {
  const { directory, plan, engine, seconds, resumed, rows, timings, files, verdict } = summary;
  print(resultsTable(plan.spec.figure, rows));
  for (const sentence of verdict.words) print(sentence);
  print("");
  print(`table    ${shortPath(path.join(directory, "trials.csv"))}`);
  if (plan.laws.length > 0) print(`laws     ${shortPath(path.join(directory, "laws.csv"))}`);
  for (const file of files)
    print(
      `${file.endsWith(".json") && !file.endsWith(".vl.json") ? "verdict" : "figure "}  ${shortPath(file)}`,
    );
  print(`engine   ${engine.name} (${engine.reason})`);
  const shares = timeShares(timings);
  if (shares) print(`time     ${shares}`);
  const of = summary.merged === undefined ? "" : ` of ${counted(summary.merged, "folder")} merged`;
  print(`${counted(rows.length, "trial")}${of} in ${duration(seconds)}${earlier(resumed)}`);
}

/** "training 82%, proxy 9%, bracket 5%, … of 312 s in workers": the parts of a trial, largest first. */
function timeShares(timings: readonly Row[]): string | undefined {
  const parts = timingColumns
    .filter(({ name }) => name.startsWith("seconds_"))
    .map(({ name }) => {
      const seconds = timings.reduce((sum, row) => sum + (Number(row[name]) || 0), 0);
      return { name: name.slice("seconds_".length), seconds };
    })
    .sort((p, q) => q.seconds - p.seconds);
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total === 0) return undefined;
  const shares = parts.map(({ name, seconds }) => `${name} ${Math.round((100 * seconds) / total)}%`);
  return `${shares.join(", ")} of ${duration(total)} in workers`;
}

function resultsTable(figure: Plan["spec"]["figure"], rows: readonly Row[]): string {
  if (figure === "constructions") return networksTable(rows);
  return figure === "depth" ? depthsTable(rows) : sizesTable(rows);
}

/** One line for each (n, d): how many networks memorised, in how many steps, with which gradients and constants. */
function sizesTable(rows: readonly Row[]): string {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.n} ${row.d}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const intervals = rows.some((row) => typeof row.lipschitz_upper === "number");
  const lines = [...groups.values()].map((group) => {
    const kept = group.filter((row) => row.outcome === "kept");
    return [
      number(group[0].n),
      number(group[0].d),
      range(
        group.map((row) => ({ ...row, k: row.neurons ?? row.k ?? null })),
        "k",
        0,
      ),
      `${kept.length}/${group.length}`,
      range(kept, "steps", 0),
      range(kept, "max_random_gradient", 2),
      ...(intervals ? [range(kept, "lipschitz_lower", 2), range(kept, "lipschitz_upper", 2)] : []),
    ];
  });
  const certified = intervals ? ["lower bound", "upper bound"] : [];
  return table(["n", "d", "k", "kept", "steps", "max random gradient", ...certified], lines);
}

/** The certified upper bound over √(n/k). */
function lawRatio({ n, neurons, lipschitz_upper: upper }: Row): number | undefined {
  if (typeof n !== "number" || typeof neurons !== "number" || typeof upper !== "number") return undefined;
  return upper / law({ n, neurons });
}

/** One line for each network: its method, size and constants, those in units of √(nd/p) as well. */
function depthsTable(rows: readonly Row[]): string {
  const head = ["n", "d", "method", "neurons", "p", "outcome", "steps", "lower bound", "upper bound"];
  const lines = rows.map((row) => {
    const [lower, upper] = [row.lipschitz_lower, row.lipschitz_upper];
    const scaled = (bound: Cell | undefined) =>
      shown(Number(bound ?? Number.NaN) * (lawFactor(row) ?? Number.NaN), 3);
    return [
      shown(row.n),
      shown(row.d),
      methodName(row),
      shown(row.neurons),
      shown(sizeOf(row)?.parameters, 9),
      String(row.outcome),
      shown(row.steps),
      shown(lower),
      shown(upper),
      scaled(lower),
      scaled(upper),
    ];
  });
  return table([...head, "lower √(p/nd)", "upper √(p/nd)"], lines);
}

function methodName(row: Row): string {
  return String(row.method ?? "train").replace(/^construct:/, "");
}

function shown(value: Cell | undefined, digits = 4): string {
  return typeof value === "number" && !Number.isNaN(value) ? String(Number(value.toPrecision(digits))) : "";
}

/** One line for each network: its method, size, error and constants. */
function networksTable(rows: readonly Row[]): string {
  const head = [
    "n",
    "d",
    "method",
    "neurons",
    "outcome",
    "mse",
    "max error",
    "lower bound",
    "upper bound",
    "upper/√(n/k)",
    "on the sphere",
    "total weight",
  ];
  const lines = rows.map((row) => [
    shown(row.n),
    shown(row.d),
    methodName(row),
    shown(row.neurons),
    String(row.outcome),
    shown(row.loss, 2),
    shown(row.max_error, 2),
    shown(row.lipschitz_lower),
    shown(row.lipschitz_upper),
    shown(lawRatio(row), 3),
    shown(row.sphere_gradient),
    shown(row.total_weight),
  ]);
  return table(head, lines);
}

function number(value: unknown): number {
  return Number(value);
}

/** "10–500", or one number, or "" when there is none. */
function range(rows: readonly Row[], column: string, digits: number): string {
  const values = rows.map((row) => row[column]).filter((value) => typeof value === "number");
  if (values.length === 0) return "";
  const [least, most] = [Math.min(...values).toFixed(digits), Math.max(...values).toFixed(digits)];
  return least === most ? least : `${least}–${most}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
