#!/usr/bin/env node
/** The `lawrob` command. */
import { Command } from "commander";
import { addEngines } from "./engines.ts";
import { oneLine, report } from "./errors.ts";
import { addLipschitz } from "./lipschitz.ts";
import { packageVersion } from "./package.ts";
import { addPlot } from "./plot.ts";
import { addReproduce } from "./reproduce.ts";
import { addSweep } from "./sweep.ts";

const program = new Command("lawrob")
  .description(
    "Experiments for the laws of robustness: networks that memorise, their Lipschitz constants, tables, figures.",
  )
  .version(packageVersion())
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(`lawrob: ${oneLine(text.replace(/^error: /, ""))}\n`),
  })
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    "\nExamples:\n" +
      "  lawrob sweep --n 2000\n" +
      "  lawrob reproduce exp1 --scale smoke\n" +
      '  lawrob plot results/exp1-smoke --x "sqrt(n/k)" --color d --out figure.png\n' +
      "  lawrob lipschitz net.safetensors --exact\n" +
      "  lawrob engines\n" +
      "\nExit codes: 0 done, 1 some trials failed, 2 wrong usage or input, 130 interrupted.",
  );

addSweep(program);
addReproduce(program);
addPlot(program);
addLipschitz(program);
addEngines(program);

// A reader that closes early, such as head, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
