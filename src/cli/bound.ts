/** `lawrob bound`: what the laws of the papers say of numbers, data or a network. */
import { type Command, Option } from "commander";
import { stream } from "../numeric/random.ts";
import { type Answer, answerOf, ParameterError, questionAbout, type Subject } from "../theory/asking.ts";
import type { Finding, Law, Question } from "../theory/law.ts";
import { laws } from "../theory/laws.ts";
import { boundText, everyLawText, listText, sortedFindings } from "./bound-text.ts";
import { type Interval, intervalOf } from "./bracket-of.ts";
import { addDataOptions, type DataFlags, labelsOf, openData, originOf } from "./data-source.ts";
import { UsageError } from "./errors.ts";
import { openNetwork } from "./network-file.ts";
import { wholeFrom } from "./numbers.ts";
import { jsonText } from "./terminal.ts";

type Flags = Partial<DataFlags> & {
  readonly network?: string;
  readonly map?: string;
  readonly activation?: string | undefined;
  readonly seed: string;
  readonly json?: boolean;
} & Record<string, string | boolean | undefined>;

export function addBound(program: Command): void {
  const command = program
    .command("bound")
    .summary("ask a law of the papers about sizes, data or a network")
    .description(
      "Evaluates a law or bound of the papers with its constants and hypotheses: of sizes given as flags, of a data set, or of a " +
        "network with the data it fits. Without a name, lists them.",
    )
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob bound\n" +
        "  lawrob bound universal --n 60000 --d 784 --p 200000 --epsilon 0.9\n" +
        "  lawrob bound undercomplete --data sphere --n 1000 --d 100 --k 10\n" +
        "  lawrob bound all --network net.safetensors --data points.csv",
    )
    .allowExcessArguments()
    .action(({ json }: { json?: boolean }, { args }: Command) => {
      if (args.length > 0) throw new UsageError(`bound: "${args[0]}" is no law, lawrob bound lists them`);
      const list = laws.map(({ name, theorem, summary }) => ({ name, theorem, summary }));
      process.stdout.write(`${json ? jsonText(list) : listText(list)}\n`);
    });
  for (const law of laws) addLaw(command, law);
  addAll(command);
}

function addLaw(bound: Command, law: Law): void {
  const { name, theorem, summary, parameters, takes, example } = law;
  const command = bound
    .command(name)
    .summary(summary)
    .description(`${summary[0].toUpperCase()}${summary.slice(1)} (${theorem}).`);
  for (const [flag, parameter] of Object.entries(parameters)) {
    const notes = [
      ...(parameter.kind === "choice" ? [`choices: ${parameter.choices.join(", ")}`] : []),
      // Told, but not filled in: only what is given counts as given.
      ...(parameter.default === undefined ? [] : [`default: ${parameter.default}`]),
    ].join("; ");
    command.option(
      `--${flag} <${parameter.kind === "choice" ? "name" : "number"}>`,
      `${parameter.description}${notes === "" ? "" : ` (${notes})`}`,
    );
  }
  if (takes.includes("data")) addDataOptions(command, Object.keys(parameters));
  // A law about an activation has that flag already.
  const ownActivation = "activation" in parameters;
  if (takes.includes("network")) addNetworkOptions(command, ownActivation);
  addCommonOptions(command)
    .addHelpText("after", `\nExample:\n  lawrob bound ${name} ${example}`)
    .action((flags: Flags) => {
      const question = questionOf(
        law,
        flags,
        subjectOf(ownActivation ? { ...flags, activation: undefined } : flags),
      );
      const finding = answered(() => law.ask(question));
      const { data, network } = question;
      const sizes = {
        ...(data && { n: data.n, d: data.d }),
        ...(network && { k: network.k, activation: network.activation }),
      };
      process.stdout.write(
        flags.json
          ? `${jsonText({ law: name, theorem, ...sizes, ...labelsIn(flags), ...finding })}\n`
          : `${boundText(law, finding)}\n`,
      );
    });
}

function addAll(bound: Command): void {
  const command = bound
    .command("all")
    .summary("every law that applies to a network and its data, beside the certified interval")
    .description(
      "Asks every law that takes data or a network, with defaults for its other parameters, and puts the certified interval " +
        "of the network's Lipschitz constant beside the answers.",
    );
  addDataOptions(command, []);
  addNetworkOptions(command);
  addCommonOptions(command)
    .addHelpText("after", "\nExample:\n  lawrob bound all --network net.safetensors --data points.csv")
    .action((flags: Flags) => {
      const subject = subjectOf(flags);
      if (!subject.data && !subject.network)
        throw new UsageError("bound all: give --network, --data or both");
      const answers = laws
        .filter(({ takes }) => takes.length > 0)
        .map((law) => answerOf(law, questionOf(law, {}, subject)));
      const interval = subject.network && intervalOf(subject.network, subject.random("bracket"));
      process.stdout.write(
        flags.json
          ? `${jsonText(everyLaw(answers, interval, flags))}\n`
          : `${everyLawText(answers, interval)}\n`,
      );
    });
}

function everyLaw(answers: readonly Answer[], interval: Interval | undefined, flags: Flags) {
  return {
    ...labelsIn(flags),
    ...(interval && { lipschitz: interval }),
    laws: sortedFindings(answers).map(({ law: { name, theorem }, finding }) => ({
      law: name,
      theorem,
      ...finding,
    })),
    not_asked: answers
      .filter(({ finding }) => !finding)
      .map(({ law: { name }, reason }) => ({ law: name, reason })),
  };
}

function addNetworkOptions(command: Command, ownActivation = false): void {
  command
    .option("--network <file>", "a network, as for lawrob lipschitz")
    .option("--map <names>", "which of its tensors is which, as for lawrob lipschitz");
  if (!ownActivation) command.option("--activation <name>", "its activation, where the file does not say");
}

function addCommonOptions(command: Command): Command {
  return command
    .option("--seed <integer>", "of sampled data and of what is drawn", "1")
    .option("--json", "print as JSON");
}

function subjectOf(flags: Flags): Subject {
  const seed = wholeFrom("--seed", flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const { data: from, network: file, map, activation } = flags;
  for (const [flag, value] of [
    ["--labels", flags.labels],
    ["--label-column", flags.labelColumn],
  ] as const) {
    if (value !== undefined && from === undefined)
      throw new UsageError(`${flag}: is for a file of --data, give it`);
  }
  for (const [flag, value] of [
    ["--map", map],
    ["--activation", activation],
  ] as const) {
    if (value !== undefined && file === undefined)
      throw new UsageError(`${flag}: is for a file of --network, give it`);
  }
  // The points that construct has with this seed.
  const data =
    from === undefined
      ? undefined
      : openData({ ...flags, data: from }, (purpose) => stream(seed, "construct", purpose));
  const origin = from === undefined ? undefined : originOf({ data: from });
  const network =
    file === undefined
      ? undefined
      : openNetwork(file, { map, activation, output: undefined, batchNormEpsilon: undefined }).network;
  if (data && network && data.d !== network.d) {
    throw new UsageError(`--network: takes points of ${network.d} numbers, those of --data have ${data.d}`);
  }
  return {
    ...(data && { data }),
    ...(origin && { origin }),
    ...(network && { network }),
    random: (purpose) => stream(seed, "bound", purpose),
  };
}

function questionOf(law: Law, flags: Partial<Flags>, subject: Subject): Question {
  const given = Object.fromEntries(
    Object.keys(law.parameters).map((name) => [
      name,
      flags[new Option(`--${name}`).attributeName()] as string | undefined,
    ]),
  );
  try {
    return questionAbout(law, given, subject);
  } catch (error) {
    if (error instanceof ParameterError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

function answered(ask: () => Finding): Finding {
  try {
    return ask();
  } catch (error) {
    // "n must lie in …" is about a flag.
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function labelsIn(flags: Flags): { labels?: string } {
  const labels = flags.data === undefined ? undefined : labelsOf({ ...flags, data: flags.data });
  return labels === undefined ? {} : { labels };
}
