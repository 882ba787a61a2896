/** Progress of a run on stderr: a bar on a terminal, a line now and then elsewhere. */
import cliProgress from "cli-progress";
import type { Progress } from "../execute/task.ts";
import type { Trial } from "../experiment/plan.ts";
import { duration, note } from "./terminal.ts";
import { WorkEstimate } from "./work-estimate.ts";

interface ProgressBar {
  advance(trial: Trial, progress: Progress): void;
  /** @param steps what the trial took, where it was trained */
  finish(trial: Trial, steps: number | undefined): void;
  stop(): void;
}

/** Seconds after which lines are written where there is no terminal; from the last on again and again. */
const lineSeconds = [5, 15, 30, 60];

/** @param trials those still to run */
export function progressBar(trials: readonly Trial[]): ProgressBar {
  const estimate = new WorkEstimate(trials);
  const started = performance.now();
  let finished = 0;
  const state = () => {
    const { share } = estimate;
    const elapsed = (performance.now() - started) / 1000;
    return {
      share,
      trials: `${finished}/${trials.length}`,
      elapsed: duration(elapsed),
      left: share > 0 ? `about ${duration((elapsed * (1 - share)) / share)}` : "?",
    };
  };
  const display = process.stderr.isTTY ? terminalBar(state) : plainLines(state);
  return {
    advance(trial, { steps }) {
      estimate.advance(trial, steps);
      display.show();
    },
    finish(trial, steps) {
      estimate.finish(trial, steps);
      finished++;
      display.show();
    },
    stop: display.stop,
  };
}

interface State {
  readonly share: number;
  readonly trials: string;
  readonly elapsed: string;
  readonly left: string;
}

function terminalBar(state: () => State) {
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    format: "{bar} {percentage}% | {trials} trials | {elapsed} elapsed | {left} left",
    barCompleteChar: "#",
    barIncompleteChar: ".",
    barsize: 30,
  });
  const show = () => {
    const { share, ...rest } = state();
    bar.update(Math.floor(1000 * share), rest);
  };
  bar.start(1000, 0, state());
  // A step of a large network takes longer than a second.
  const timer = setInterval(show, 1000);
  return {
    show,
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}

function plainLines(state: () => State) {
  const line = () => {
    const { share, trials, elapsed, left } = state();
    note(`${Math.floor(100 * share)}% | ${trials} trials | ${elapsed} elapsed | ${left} left`);
  };
  let written = 0;
  let timer: NodeJS.Timeout;
  const next = () => {
    const last = lineSeconds.length - 1;
    const [from, to] = [written - 1, written].map((at) => (at < 0 ? 0 : lineSeconds[Math.min(at, last)]));
    const wait = written > last ? lineSeconds[last] : to - from;
    timer = setTimeout(() => {
      line();
      written++;
      next();
    }, 1000 * wait);
  };
  next();
  return { show() {}, stop: () => clearTimeout(timer) };
}
