/** The one list of the columns of trials.csv, timings.csv and laws.csv: their order, meaning and unit. */
import type { LawLine } from "../experiment/ask-laws.ts";
import type { Trial } from "../experiment/plan.ts";
import type { TrialResult } from "../experiment/trial.ts";

export type Cell = string | number | null;
/** A parsed row: numbers are numbers, a missing value is null. */
export type Row = Readonly<Record<string, Cell>>;

export interface Context {
  readonly experiment: string;
  readonly engine: string;
  readonly trial: Trial;
  readonly result: TrialResult;
}

export interface ColumnDescription {
  readonly name: string;
  readonly type: "text" | "number";
  readonly unit: string;
  readonly description: string;
}

/** A column with what it takes from the context of a line. */
export interface Column<Of = Context> extends ColumnDescription {
  readonly value: (context: Of) => Cell | undefined;
}

type Value<Of> = Column<Of>["value"];

function text<Of = Context>(name: string, description: string, value: Value<Of>): Column<Of> {
  return { name, type: "text", unit: "", description, value };
}

function number<Of = Context>(name: string, unit: string, description: string, value: Value<Of>): Column<Of> {
  return { name, type: "number", unit, description, value };
}

/**
 * The deterministic columns: the same seed and engine give the same bytes. The first 21 keep their places; further
 * ones follow.
 */
export const trialColumns: readonly Column[] = [
  text("trial_id", "hash of the trial's own configuration; key of its random streams", (c) => c.trial.id),
  text("experiment", "name of the experiment", (c) => c.experiment),
  number("n", "points", "number of data points", (c) => c.trial.n),
  number("d", "dimensions", "dimension of the data", (c) => c.trial.d),
  number("k", "neurons", "number of neurons of each hidden layer", (c) => c.trial.k),
  text(
    "data",
    "distribution of points and labels, as --data has it (docs/data.md): gaussian is N(0, I/d), sphere is uniform on the unit sphere, both with random signs",
    (c) => c.trial.data,
  ),
  text("activation", "activation of the neurons", (c) => c.result.activation ?? c.trial.activation),
  text("engine", "training engine", (c) => c.engine),
  number("seed", "", "seed of the experiment", (c) => c.trial.seed),
  number("replicate", "", "replicate, from 1", (c) => c.trial.replicate),
  number("epsilon", "squared error", "largest mean squared error of a kept network", (c) => c.trial.epsilon),
  number("learning_rate", "", "Adam's learning rate", (c) => c.trial.learningRate),
  number(
    "steps",
    "Adam steps",
    "full-batch steps taken until the filter passed or training gave up",
    (c) => c.result.steps,
  ),
  number(
    "loss",
    "squared error",
    "mean over the points of (f(x) − y)², of the folded network",
    (c) => c.result.loss,
  ),
  number(
    "sign_errors",
    "points",
    "points with f(x)·y <= 0, of the folded network",
    (c) => c.result.signErrors,
  ),
  text(
    "outcome",
    "kept, or why not: loss, signs, diverged, refused (no such network on these data), error",
    (c) => c.result.outcome,
  ),
  number(
    "max_random_gradient",
    "label / length",
    "largest ‖∇f(z)‖ over the draws z ~ N(0, I/d): the papers' proxy, a sampled lower bound on the Lipschitz constant",
    (c) => c.result.maxRandomGradient,
  ),
  number(
    "lipschitz_lower",
    "label / length",
    "certified lower bound on the Lipschitz constant over R^d: a gradient at a point whose gates are certain",
    (c) => c.result.lipschitzLower,
  ),
  number(
    "lipschitz_upper",
    "label / length",
    "certified upper bound on the Lipschitz constant over R^d: the semidefinite bound, every rounding error included; of more than two layers the least of that over all layers (up to 400 neurons), over the last hidden one, and the product of norms",
    (c) => c.result.lipschitzUpper,
  ),
  number(
    "spectral_bound",
    "label / length",
    "‖a‖ ‖W‖op (COLT 2021, Theorem 5), rounded up; of more layers the product of all their operator norms",
    (c) => c.result.spectralBound,
  ),
  number(
    "total_weight",
    "label",
    "Σ_l |a_l| √(‖w_l‖² + b_l²); empty for more than two layers",
    (c) => c.result.totalWeight,
  ),
  number("max_steps", "Adam steps", "steps after which training gives up", (c) => c.trial.maxSteps),
  number("gradient_draws", "draws", "T, the draws behind max_random_gradient", (c) => c.trial.draws),
  number(
    "label_sum",
    "points",
    "Σ_i y_i: ±n when every label happens to be the same sign",
    (c) => c.result.labelSum,
  ),
  text(
    "method",
    "how the network came about: train, with its depth above 2 and its own k, or construct:NAME with options; data where there is none",
    (c) => c.trial.method,
  ),
  number(
    "neurons",
    "neurons",
    "neurons of the network, of all its hidden layers, constants among them",
    (c) => c.result.neurons,
  ),
  number("max_error", "label", "max |f(x) − y| of a construction", (c) => c.result.maxError),
  number(
    "sphere_gradient",
    "label / length",
    "largest ‖∇f(x)‖ found by ascent over the unit sphere: a lower bound, with --measure sphere, of two layers",
    (c) => c.result.sphereGradient,
  ),
  number(
    "sphere_tangential",
    "label / length",
    "largest ‖(I − xxᵀ)∇f(x)‖ found over the unit sphere, the slope along it: a lower bound, with --measure sphere, of two layers",
    (c) => c.result.sphereTangential,
  ),
];

/** What depends on the machine and the moment, kept apart from trials.csv. */
export const timingColumns: readonly Column[] = [
  text("trial_id", "the trial", (c) => c.trial.id),
  number("seconds_data", "s", "sampling", (c) => round(c.result.seconds?.data)),
  number("seconds_training", "s", "training and the filter", (c) => round(c.result.seconds?.training)),
  number("seconds_proxy", "s", "maximum random gradient", (c) => round(c.result.seconds?.proxy)),
  number("seconds_spectral", "s", "spectral bound and total weight", (c) =>
    round(c.result.seconds?.spectral),
  ),
  number("seconds_bracket", "s", "certified lower and upper bound", (c) => round(c.result.seconds?.bracket)),
  text("message", "why a trial of outcome error or refused has no result", (c) => c.result.message),
];

/** A line of laws.csv, with its place among those of its trial, from 1. */
export interface LawContext {
  readonly trialId: string;
  readonly place: number;
  readonly answer: LawLine;
}

/** What the laws say of a trial, a line for each bound; deterministic as trials.csv. */
export const lawColumns: readonly Column<LawContext>[] = [
  text("trial_id", "the trial", (c) => c.trialId),
  number("line", "", "place among the trial's lines, from 1", (c) => c.place),
  text("law", "the law with its parameters, as --law has it", (c) => c.answer.law),
  text("quantity", "what is bounded, such as Lip(f), or the name of the number", (c) => c.answer.quantity),
  text(
    "kind",
    "lower, upper or exact; rate: its constant is left open; detail: a further number of the law; silent: it does not apply",
    (c) => c.answer.kind,
  ),
  number("value", "of the quantity", "the bound, or the number", (c) => c.answer.value),
  number(
    "probability",
    "",
    "that it holds over random data; empty where it holds for these",
    (c) => c.answer.probability,
  ),
  text("vacuous", "yes where it says no more than is known of any data, or no", (c) =>
    c.answer.vacuous === undefined ? undefined : c.answer.vacuous ? "yes" : "no",
  ),
  text("hypotheses", "ok, or those that fail; empty where it has none", (c) => hypothesesOf(c.answer)),
  text("theorem", "paper and statement; derived where the constant is ours", (c) => c.answer.theorem),
  text("method", "how it was found, or why the law does not apply", (c) => c.answer.method),
];

function hypothesesOf({ hypotheses = [] }: LawLine): string | undefined {
  if (hypotheses.length === 0) return undefined;
  const failed = hypotheses.filter(({ ok }) => !ok).map(({ name }) => name);
  return failed.length === 0 ? "ok" : `fails: ${failed.join("; ")}`;
}

function round(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1e4) / 1e4;
}

/** The cells of one line. */
export function cells<Of>(columns: readonly Column<Of>[], context: Of): Cell[] {
  return columns.map((column) => column.value(context) ?? null);
}
