/** What certified networks say about the constants of Conjectures 1 and 2 (COLT 2021, §2). */
import { checkInside, checkWhole } from "./ranges.ts";

/** A network that fits n generic points with k neurons, and the ends of its Lipschitz constant. */
interface CertifiedFit {
  readonly n: number;
  readonly k: number;
  /** Found at some point; 0 says nothing. */
  readonly lower: number;
  /** Certified; a network without one is no evidence. */
  readonly upper?: number;
}

/** The least of a ratio, and the row that has it. */
interface Least<Row> {
  readonly value: number;
  readonly row: Row;
}

interface ConjectureConstants<Row> {
  /**
   * The least upper/√(n/k): no constant c of Conjecture 1 (Lip >= c √(n/k)) is larger, and some network has that C of
   * Conjecture 2 (Lip <= C √(n/k)).
   */
  readonly upper: Least<Row>;
  /** The least lower/√(n/k): no network of these can show a smaller C, however well it is certified. */
  readonly lower: Least<Row>;
  /** Rows with a certified upper bound. */
  readonly used: number;
}

/**
 * Rows that lack a certified upper bound are left out, never replaced by what was sampled.
 * @returns undefined where no row has one
 * @throws RangeError
 */
export function conjectureConstants<Row extends CertifiedFit>(
  rows: readonly Row[],
): ConjectureConstants<Row> | undefined {
  const certified = rows.filter(({ upper }) => upper !== undefined);
  if (certified.length === 0) return undefined;
  const ratios = certified.map((row) => {
    const { n, k, lower, upper = Number.POSITIVE_INFINITY } = row;
    checkWhole("n", n);
    checkWhole("k", k);
    checkInside("upper", upper, "(0, inf)");
    checkInside("lower", lower, `[0, ${upper}]`);
    const unit = Math.sqrt(n / k);
    return { row, lower: lower / unit, upper: upper / unit };
  });
  const leastOf = (end: "lower" | "upper"): Least<Row> => {
    const least = ratios.reduce((best, ratio) => (ratio[end] < best[end] ? ratio : best));
    return { value: least[end], row: least.row };
  };
  return { upper: leastOf("upper"), lower: leastOf("lower"), used: certified.length };
}
