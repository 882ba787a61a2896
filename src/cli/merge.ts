/** `lawrob merge`: shards of a run joined into the tables that one machine would have written. */
import { copyFileSync, existsSync, linkSync, rmSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import type { Plan, Trial } from "../experiment/plan.ts";
import { shardName, shardsOf } from "../experiment/shard.ts";
import { lawColumns, type Row, timingColumns, trialColumns } from "../record/columns.ts";
import { makeWritableFolder } from "../record/files.ts";
import { rowLine, writeTable } from "../record/journal.ts";
import { takeLock } from "../record/lock.ts";
import { type ManifestIdentity, writeMerged } from "../record/manifest.ts";
import type { Store } from "../record/store.ts";
import { writeReport } from "../report/files.ts";
import { counted } from "../report/words.ts";
import type { EngineChoice } from "../train/engines.ts";
import { exitCode, UsageError } from "./errors.ts";
import { contentsOf, makeFolder } from "./folder.ts";
import {
  type Part,
  partName,
  partsOf,
  planOfPart,
  shardFolders,
  soundTables,
  trialsOfParts,
} from "./parts.ts";
import { printSummary, summaryForPrograms } from "./summary.ts";
import { note, shellCommand, shortPath } from "./terminal.ts";

interface MergeFlags {
  out?: string;
  allowMixedEngines?: boolean;
  json?: boolean;
}

export function addMerge(program: Command): void {
  program
    .command("merge")
    .summary("join the shards of a run into one table, figure and verdict")
    .description(
      "Joins folders that sweep --shard has written into the trials.csv that a single run would have written, byte for " +
        "byte, with its figures and verdict. Refuses other plans, other engines, shards that are unfinished, missing or " +
        "not as they were written, and says what to run again: exit code 3.",
    )
    .argument(
      "<folders...>",
      "folder with the shards of a run (shard-1-of-3, …), or the folders of the shards",
    )
    .option("--out <folder>", "folder of the whole (default: the one folder that has the shards)")
    .option(
      "--allow-mixed-engines",
      "join what different engines, or versions of one, have trained; the manifest says so",
    )
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob merge runs/big\n" +
        "  lawrob merge node1/shard-1-of-2 node2/shard-2-of-2 --out runs/whole",
    )
    .action(async (folders: string[], flags: MergeFlags) => {
      process.exitCode = await merge(
        folders.map((folder) => path.resolve(folder)),
        flags,
      );
    });
}

async function merge(folders: readonly string[], flags: MergeFlags): Promise<number> {
  const started = performance.now();
  const parts = partsOf([...new Set(folders)]);
  const directory = outOf(folders, flags);
  const plan = samePlan(parts);
  const engines = sameEngine(parts, flags.allowMixedEngines ?? false);
  const save = sameSave(parts);
  checkPlace(directory, parts, plan);
  const trialsOf = trialsOfParts(plan);
  const read = parts.map((part) => ({ part, ...soundTables(part, plan) }));
  const merged = new Map<string, { row: Row; part: Part; store: Store }>();
  for (const { part, store } of read) {
    if (!store) continue;
    for (const { id } of trialsOf(part)) {
      const row = store.rows.get(id);
      if (!row) continue;
      const other = merged.get(id);
      if (other && rowLine(trialColumns, other.row) !== rowLine(trialColumns, row)) {
        throw new UsageError(
          `${partName(other.part)} and ${partName(part)} disagree about the trial ${id}: leave one of them out`,
        );
      }
      merged.set(id, { row, part, store });
    }
  }
  const missing = plan.trials.filter(({ id }) => !merged.has(id));
  if (missing.length > 0) {
    for (const { part, problem } of read) if (problem) note(`${partName(part)}: ${problem}`);
    note(
      `lawrob: missing are ${missing.length} of ${counted(plan.trials.length, "trial")}: ${mend(plan, missing, parts)}`,
    );
    return exitCode.incomplete;
  }

  makeFolder(directory, false);
  const lock = await takeLock(directory, note);
  try {
    const found = plan.trials.flatMap(({ id }) => merged.get(id) ?? []);
    const rows = found.map(({ row }) => row);
    const ofTrial = (pick: (store: Store, id: string) => readonly Row[]) =>
      found.map(({ row, store }) => pick(store, String(row.trial_id)));
    const timings = ofTrial((store, id) => [store.timingOf(id) ?? {}].filter((row) => "trial_id" in row));
    const laws = ofTrial((store, id) => store.lawsOf(id));
    copyNetworks(directory, found);
    writeTable(path.join(directory, "timings.csv"), timingColumns, timings.flat());
    if (plan.laws.length > 0) writeTable(path.join(directory, "laws.csv"), lawColumns, laws.flat());
    writeTable(path.join(directory, "trials.csv"), trialColumns, rows);
    const [first] = engines;
    const engine = { ...first, reason: first.reason ?? "of the shards" } as EngineChoice;
    const { spec } = plan;
    writeMerged(
      directory,
      { spec, plan_hash: plan.hash, trials: plan.trials.length, engine, save },
      {
        sessions: parts.flatMap(({ manifest }) => manifest.sessions),
        folders: parts.map((part) => path.relative(directory, part.directory)),
        engines: engines.map(({ name, version, reason = "of a shard" }) => ({ name, version, reason })),
      },
    );
    const report = await writeReport(
      directory,
      { kind: spec.figure, title: spec.title },
      { rows, laws: laws.flat() },
    );
    const seconds = (performance.now() - started) / 1000;
    const summary = {
      directory,
      plan,
      engine,
      workers: 0,
      seconds,
      resumed: 0,
      merged: parts.length,
      rows,
      timings: timings.flat(),
      ...report,
    };
    if (flags.json) process.stdout.write(`${JSON.stringify(summaryForPrograms(summary), null, 2)}\n`);
    else printSummary(summary);
    const failed = rows.filter((row) => row.outcome === "error").length;
    if (failed > 0) note(`${counted(failed, "trial")} failed: run their shards again with --retry-failed`);
    return failed > 0 ? exitCode.failed : exitCode.done;
  } finally {
    lock.release();
  }
}

/** @throws UsageError where nothing says where to */
function outOf(folders: readonly string[], { out }: MergeFlags): string {
  if (out?.trim() === "") throw new UsageError('--out: "" is no folder, name one or leave it out');
  if (out !== undefined) return path.resolve(out);
  if (folders.length === 1 && shardFolders(folders[0]).length > 0) return folders[0];
  throw new UsageError("--out: give the folder of the whole");
}

/** @throws UsageError where the folder is one of the parts, or holds another run */
function checkPlace(directory: string, parts: readonly Part[], plan: Plan): void {
  const choose = "choose another --out";
  if (parts.some((part) => part.directory === directory)) {
    throw new UsageError(`--out: ${shortPath(directory)} is one of the parts, ${choose}`);
  }
  const found = contentsOf(directory);
  if (found.kind === "other") throw new UsageError(`${found.what}, ${choose}`);
  if (found.kind === "run" && (found.manifest.plan_hash !== plan.hash || !found.manifest.merged_from)) {
    throw new UsageError(
      `${shortPath(directory)} holds a run of its own (${found.manifest.spec.name}), ${choose}`,
    );
  }
}

/** @throws UsageError where they are of different plans */
function samePlan(parts: readonly Part[]): Plan {
  const [first, ...others] = parts;
  const plan = planOfPart(first);
  for (const other of others) {
    const { name } = other.manifest.spec;
    if (other.manifest.plan_hash !== plan.hash || name !== plan.spec.name) {
      throw new UsageError(
        `${partName(first)} and ${partName(other)} are of different plans ` +
          `(${plan.spec.name} ${plan.hash}, ${name} ${other.manifest.plan_hash}): merge them apart`,
      );
    }
    planOfPart(other);
  }
  return plan;
}

/** All engines, each once. @throws UsageError where there are several and that was not asked for */
function sameEngine(parts: readonly Part[], mixed: boolean): ManifestIdentity["engine"][] {
  const engines = new Map(
    parts.map(({ manifest: { engine } }) => [`${engine.name} (${engine.version})`, engine] as const),
  );
  if (engines.size > 1 && !mixed) {
    throw new UsageError(
      `the shards were trained by different engines, ${[...engines.keys()].join(" and ")}: ` +
        "run some again with one --engine, or give --allow-mixed-engines",
    );
  }
  return [...engines.values()];
}

/** @throws UsageError where they kept different arrays */
function sameSave(parts: readonly Part[]): readonly string[] {
  const all = new Set(parts.map(({ manifest }) => manifest.save.join()));
  if (all.size === 1) return parts[0].manifest.save;
  throw new UsageError(
    `the shards were run with different --save (${[...all].map((save) => save || "none").join(", ")}): run some again`,
  );
}

/** Which shards to run again, and how. */
function mend(plan: Plan, missing: readonly Trial[], parts: readonly Part[]): string {
  const counts = new Set(parts.map(({ manifest }) => manifest.shard?.count ?? 1));
  const [count] = counts;
  if (counts.size !== 1 || count === 1)
    return "run the same plan again into one folder, or give the shards that have them";
  const lacking = new Set(missing);
  const shards = shardsOf(plan, count).flatMap((trials, i) =>
    trials.some((trial) => lacking.has(trial)) ? [shardName({ index: i + 1, count })] : [],
  );
  const [shown, more] = [shards.slice(0, 10).join(", "), shards.length - 10];
  const command = commandOf(parts, shards[0]);
  return `run shard ${shown}${more > 0 ? ` and ${more} more` : ""} again${command ? `, as ${command}` : ""}`;
}

/** The command of a part with another shard in it. */
function commandOf(parts: readonly Part[], shard: string): string | undefined {
  const [session] = parts[0].manifest.sessions.slice(-1) as { argv?: unknown }[];
  if (!Array.isArray(session?.argv)) return undefined;
  const argv = session.argv.map(String);
  const withShard = withOption(argv, "--shard", shard);
  if (!withShard) return undefined;
  // The folder may have been moved since. (That of reproduce is one for several experiments.)
  const out = shortPath(path.dirname(parts[0].directory));
  const words = argv[0] === "sweep" ? (withOption(withShard, "--out", out) ?? withShard) : withShard;
  return shellCommand(["lawrob", ...words]);
}

/** The words with another value of an option; undefined where it is not among them. */
function withOption(words: readonly string[], name: string, value: string): string[] | undefined {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at < 0) return undefined;
  return words[at] === name ? words.with(at + 1, value) : words.with(at, `${name}=${value}`);
}

/** Networks lie in the whole too; where the file system can, without taking more room. */
function copyNetworks(directory: string, found: readonly { row: Row; part: Part }[]): void {
  for (const { row, part } of found) {
    const name = path.join("networks", `${row.trial_id}.safetensors`);
    const [from, to] = [path.join(part.directory, name), path.join(directory, name)];
    if (!existsSync(from)) continue;
    makeWritableFolder(path.dirname(to));
    rmSync(to, { force: true });
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  }
}
