/** Matrices that would not fit are refused before any work. */
import { HypothesisError } from "./construction.ts";

/** Numbers that a build may hold at once: 2 GiB. */
const mostNumbers = 2 ** 28;

/** @throws HypothesisError saying what needs how much */
export function checkNumbers(name: string, numbers: number, what: string, mend = "take fewer points"): void {
  if (numbers <= mostNumbers) return;
  throw new HypothesisError(
    `${name}: ${what} need ${(numbers / 2 ** 27).toPrecision(3)} GiB (needs at most ${mostNumbers / 2 ** 27} GiB), ${mend}`,
  );
}
