/** `lawrob engines`: which engines work here, how fast, and how to get their native parts. */
import type { Command } from "commander";
import { measuredShape, measureEngine } from "../execute/measure-engine.ts";
import { installBlas, uninstallBlas } from "../native/blas.ts";
import { cacheFolder } from "../native/cache.ts";
import { installTensorflow, uninstallTensorflow } from "../native/tensorflow.ts";
import { makeWritableFolder, StorageError } from "../record/files.ts";
import { chooseEngine, describeEngines, type EngineDescription } from "../train/engines.ts";
import { UsageError } from "./errors.ts";
import { shortPath, table } from "./terminal.ts";

/** The engines with a native part that lawrob installs, and removes. */
const installable = {
  blas: { install: installBlas, remove: uninstallBlas },
  tensorflow: { install: installTensorflow, remove: uninstallTensorflow },
} as const;
const installableNames = Object.keys(installable).join(" or ");

export function addEngines(program: Command): void {
  const engines = program
    .command("engines")
    .summary("list the training engines, or install their native parts")
    .description(
      "Lists the engines, whether each works here, its measured speed, and which one --engine auto takes and why. " +
        "All train the same networks from the same seed, up to float rounding.",
    )
    .option("--no-measure", "do not measure the speed, which takes some seconds")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExamples:\n  lawrob engines\n  lawrob engines install blas")
    .action(list);
  engines
    .command("install")
    .description(
      "get the native part of an engine into the user's cache folder, from package registries only",
    )
    .argument("<engine>", installableNames)
    .option("--force", "install again")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  lawrob engines install blas")
    .action(async (name: string, flags: { force?: boolean; json?: boolean }) => {
      const { install } = nativePart(name);
      checkCache();
      const onMessage = (line: string) => process.stderr.write(`${line}\n`);
      const result = await install({ onMessage, force: flags.force ?? false });
      if (flags.json) process.stdout.write(`${JSON.stringify({ engine: name, ...result }, null, 2)}\n`);
    });
  engines
    .command("remove")
    .description("remove what install put there")
    .argument("<engine>", installableNames)
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  lawrob engines remove blas")
    .action(async (name: string, flags: { json?: boolean }) => {
      const removed = await nativePart(name).remove();
      if (flags.json) process.stdout.write(`${JSON.stringify({ engine: name, removed }, null, 2)}\n`);
      else
        process.stdout.write(
          removed.length > 0 ? `removed ${removed.join(", ")}\n` : "nothing was installed\n",
        );
    });
}

function nativePart(name: string): (typeof installable)[keyof typeof installable] {
  if (!Object.hasOwn(installable, name)) {
    throw new UsageError(`"${name}" has no native part to install or remove, take ${installableNames}`);
  }
  return installable[name as keyof typeof installable];
}

/** Sizes whose choice is told: what `auto` takes depends on the plan. */
const examples = [
  { n: 200, d: 50, k: 50 },
  { n: 2000, d: 1000, k: 1000 },
];

function checkCache(): void {
  const folder = cacheFolder();
  try {
    makeWritableFolder(folder);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new UsageError(`${folder} cannot be written: name another cache folder in LAWROB_CACHE`);
  }
}

async function list(flags: { measure: boolean; json?: boolean }): Promise<void> {
  const engines: (EngineDescription & { millisecondsPerStep?: number })[] = [];
  for (const engine of describeEngines()) {
    if (!flags.measure || !engine.available) engines.push(engine);
    else engines.push({ ...engine, ...(await measureEngine(engine.name)) });
  }
  const auto = examples.map((shape) => ({ shape, ...chooseEngine("auto", [{ shape, steps: 1 }]) }));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ engines, measured: measuredShape, auto }, null, 2)}\n`);
    return;
  }
  const rows = engines.map((engine) => [
    engine.name,
    engine.available ? "yes" : "no",
    engine.version ?? "",
    engine.millisecondsPerStep === undefined ? "" : `${engine.millisecondsPerStep.toPrecision(3)} ms`,
    engine.available
      ? shortPath(engine.where ?? "")
      : [engine.whyNot, engine.remedy].filter(Boolean).join("; "),
  ]);
  process.stdout.write(`${table(["engine", "works here", "version", "step", "where"], rows)}\n`);
  if (flags.measure)
    process.stdout.write(`step: one Adam step at ${showShape(measuredShape)}, in one process\n`);
  for (const { shape, name, reason } of auto) {
    process.stdout.write(`at ${showShape(shape)} auto takes ${name} (${reason})\n`);
  }
}

function showShape({ n, d, k }: { n: number; d: number; k: number }): string {
  return `n = ${n}, d = ${d}, k = ${k}`;
}
