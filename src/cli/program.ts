/** The `lawrob` command: its words in, its exit code out. */
import { Command, Help } from "commander";
import { addBound } from "./bound.ts";
import { addCompare } from "./compare.ts";
import { addConstruct } from "./construct.ts";
import { addEngines } from "./engines.ts";
import { exitCode, oneLine, report, UsageError } from "./errors.ts";
import { addLipschitz } from "./lipschitz.ts";
import { addMerge } from "./merge.ts";
import { packageVersion } from "./package.ts";
import { addPlot } from "./plot.ts";
import { addReproduce } from "./reproduce.ts";
import { addStatus } from "./status.ts";
import { addSweep } from "./sweep.ts";

/**
 * Runs a command.
 * @param words what stands after `lawrob`
 * @returns the exit code
 */
export async function runCommand(words: readonly string[]): Promise<number> {
  // A command that does not throw says here how it ended.
  process.exitCode = exitCode.done;
  const program = commands(words);
  try {
    const [first, topic] = words;
    if (
      first === "help" &&
      topic !== undefined &&
      !program.commands.some((command) => command.name() === topic)
    ) {
      throw new UsageError(`there is no command "${topic}" to help with, ${helpHint(program, words)}`);
    }
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode);
  } catch (error) {
    return report(error);
  }
}

function commands(words: readonly string[]): Command {
  const program = new Command("lawrob")
    .description(
      "Experiments for the laws of robustness: networks that memorise, their Lipschitz constants, tables, figures.",
    )
    .version(packageVersion())
    .exitOverride()
    // An option after a subcommand is the subcommand's, also where its parent has one of that name.
    .enablePositionalOptions()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `lawrob: ${oneLine(text.replace(/^error: /, "")).replace(/\.$/, "")}, ${helpHint(program, words)}\n`,
        ),
    })
    .configureHelp({
      showGlobalOptions: false,
      // A default as it is typed, without quotes.
      optionDescription: (option) =>
        new Help().optionDescription(option).replace(/\(default: "([^"]*)"\)$/, "(default: $1)"),
    })
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob sweep --n 2000\n" +
        "  lawrob reproduce exp1 --scale smoke\n" +
        '  lawrob plot results/exp1-smoke --x "sqrt(n/k)" --color d --out figure.png\n' +
        "  lawrob lipschitz net.safetensors --exact\n" +
        "  lawrob construct caps --n 1000 --d 200\n" +
        "  lawrob compare --n 500 --d 100\n" +
        "  lawrob bound all --network net.safetensors --data points.csv\n" +
        "  lawrob status runs/big\n" +
        "  lawrob merge runs/big\n" +
        "  lawrob engines\n" +
        "\nExit codes: 0 done, 1 some trials failed, 2 wrong usage or input, 3 a merge lacks trials, 130 interrupted.",
    );

  addSweep(program);
  addReproduce(program);
  addMerge(program);
  addStatus(program);
  addPlot(program);
  addLipschitz(program);
  addConstruct(program);
  addCompare(program);
  addBound(program);
  addEngines(program);
  return program;
}

/** Where to read what the command takes. */
function helpHint(program: Command, words: readonly string[]): string {
  const names = ["lawrob"];
  let at: Command | undefined = program;
  for (const word of words) {
    at = at.commands.find((command) => command.name() === word);
    if (!at) break;
    names.push(word);
  }
  return `see ${names.join(" ")} --help`;
}
