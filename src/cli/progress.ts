/** Progress of a run on stderr: a bar on a terminal, a line now and then elsewhere. */
import cliProgress from "cli-progress";
import type { Progress } from "../execute/task.ts";
import { expectedCost, expectedSteps, type Trial } from "../experiment/plan.ts";
import { duration } from "./terminal.ts";

interface ProgressBar {
  advance(trial: Trial, progress: Progress): void;
  finish(trial: Trial): void;
  stop(): void;
}

/**
 * Progress is counted in expected work, not in trials: the time left follows from the share done so far.
 * @param trials those still to run
 */
export function progressBar(trials: readonly Trial[]): ProgressBar {
  const total = trials.reduce((sum, trial) => sum + expectedCost(trial), 0);
  const underWay = new Map<string, number>();
  const started = performance.now();
  let finishedCost = 0;
  let finished = 0;
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    format: "{bar} {percentage}% | {trials} trials | {elapsed} elapsed | {left} left",
    barCompleteChar: "#",
    barIncompleteChar: ".",
    barsize: 30,
  });
  const payload = () => {
    const done = Math.min(total, finishedCost + [...underWay.values()].reduce((sum, cost) => sum + cost, 0));
    const elapsed = (performance.now() - started) / 1000;
    return {
      done,
      trials: `${finished}/${trials.length}`,
      elapsed: duration(elapsed),
      left: done > 0 ? `about ${duration((elapsed * (total - done)) / done)}` : "?",
    };
  };
  const show = () => {
    const { done, ...rest } = payload();
    bar.update(Math.floor((1000 * done) / total), rest);
  };
  bar.start(1000, 0, payload());
  return {
    advance(trial, { steps }) {
      underWay.set(trial.id, 0.95 * expectedCost(trial) * Math.min(1, steps / expectedSteps(trial)));
      show();
    },
    finish(trial) {
      underWay.delete(trial.id);
      finishedCost += expectedCost(trial);
      finished++;
      show();
    },
    stop: () => bar.stop(),
  };
}
