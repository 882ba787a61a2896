/**
 * Non-negative least squares by the active-set method of Lawson and Hanson (Solving Least Squares Problems, chapter 23),
 * on the Gram matrix, of which only rows of unknowns that enter are formed: the Cholesky factor of its passive part is updated as unknowns enter and leave. Gram matrices square
 * the condition number, so the end is judged by the matrix itself, after a step of refinement with it (the corrected
 * seminormal equations: Björck, Linear Algebra Appl. 88, 1987). In f64; nothing here is a certificate.
 */
import { UpdatedCholesky } from "./cholesky-update.ts";

export interface NonNegativeSolution {
  /** x >= 0, n. */
  readonly x: Float64Array;
  /** b − A x, m. */
  readonly residual: Float64Array;
  /** Sets of unknowns that entered. */
  readonly iterations: number;
  /** Whether no gradient asks for more; else the iterations ran out. */
  readonly converged: boolean;
}

/** An unknown enters where the cosine of its column and the residual, times ‖residual‖/‖b‖, exceeds these. */
const tolerance = { gram: 1e-10, matrix: 1e-14 };
/** Together with the steepest enter those of this part of its slope: fewer solutions, and most of them stay. */
const enteringPart = 0.5;
const mostAtOnce = 16;

/**
 * min ‖A x − b‖ over x >= 0, for a matrix of m rows and n columns.
 * @param columns the columns of A as rows: n × m, row-major
 * @param b m
 * @param gramRow row j of AᵀA, length n, where the caller has it at less than nm operations
 * @throws RangeError if a length does not agree
 */
export function nonNegativeLeastSquares(
  columns: Float64Array,
  n: number,
  m: number,
  b: Float64Array,
  gramRow = (j: number) => products(columns, n, m, columns.subarray(j * m, (j + 1) * m)),
): NonNegativeSolution {
  if (columns.length !== n * m)
    throw new RangeError(`A must have ${n} × ${m} entries, got ${columns.length}`);
  if (b.length !== m) throw new RangeError(`b must have ${m} entries, got ${b.length}`);
  const x = new Float64Array(n);
  const projected = products(columns, n, m, b);
  const scale = Math.sqrt(dot(b, b));
  const lengths = Float64Array.from({ length: n }, (_, j) => {
    const column = columns.subarray(j * m, (j + 1) * m);
    return Math.sqrt(dot(column, column)) * scale;
  });
  const factor = new UpdatedCholesky(n, Math.min(n, m));
  const rows = new Map<number, Float64Array>();
  // Unknowns that entered alone and left at once, since anything last moved: rounding, not slope.
  const refused = new Set<number>();
  let alone = false;
  let iterations = 0;
  const most = 10 * n + 100;
  for (;;) {
    let entering = steepest(gramGradient(), tolerance.gram);
    if (entering.length === 0) {
      refine();
      const residual = residualOf(columns, m, b, x, factor.members);
      entering = steepest(products(columns, n, m, residual), tolerance.matrix);
      if (entering.length === 0 || iterations >= most) {
        return { x, residual, iterations, converged: entering.length === 0 };
      }
    } else if (iterations >= most) {
      return {
        x,
        residual: residualOf(columns, m, b, x, factor.members),
        iterations,
        converged: false,
      };
    }
    iterations++;
    const moved = enter(alone ? entering.slice(0, 1) : entering);
    if (moved) refused.clear();
    else if (alone || entering.length === 1) refused.add(entering[0]);
    alone = !moved;
  }

  /** Unknowns at 0 whose slope is above the tolerance and near the steepest, steepest first. */
  function steepest(slopes: Float64Array, least: number): number[] {
    const found: { readonly j: number; readonly slope: number }[] = [];
    let top = 0;
    for (let j = 0; j < n; j++) {
      if (!(slopes[j] > least * lengths[j]) || factor.has(j) || refused.has(j)) continue;
      const slope = slopes[j] / lengths[j];
      top = Math.max(top, slope);
      if (slope >= enteringPart * top) found.push({ j, slope });
    }
    return found
      .filter(({ slope }) => slope >= enteringPart * top)
      .sort((first, second) => second.slope - first.slope)
      .slice(0, mostAtOnce)
      .map(({ j }) => j);
  }

  /** Lets unknowns enter, then others leave until the solution on the rest is positive. @returns whether x moved */
  function enter(entering: readonly number[]): boolean {
    const before = factor.members.length;
    const added = new Set(entering.filter((j) => factor.add(j, rowOf(j))));
    if (factor.members.length === before) return false;
    let moved = false;
    for (;;) {
      const { members } = factor;
      const z = factor.solve(members.map((j) => projected[j]));
      let step = 1;
      for (let i = 0; i < members.length; i++) {
        if (!(z[i] > 0)) step = Math.min(step, x[members[i]] / (x[members[i]] - z[i]) || 0);
      }
      moved ||= step > 0 && members.some((j) => added.has(j));
      const leaving: number[] = [];
      for (let i = 0; i < members.length; i++) {
        const j = members[i];
        const at = x[j] + step * (z[i] - x[j]);
        // The one that limits the step must leave, whatever rounding says.
        const leaves = step < 1 && !(z[i] > 0) && (at <= 0 || x[j] / (x[j] - z[i]) <= step || x[j] === 0);
        x[j] = leaves ? 0 : step === 1 ? z[i] : at;
        if (leaves) leaving.push(i);
      }
      for (let i = leaving.length - 1; i >= 0; i--) factor.remove(leaving[i]);
      if (step === 1 || factor.members.length === 0) return moved;
    }
  }

  /** Kept: what leaves may enter again. */
  function rowOf(j: number): Float64Array {
    let row = rows.get(j);
    if (!row) {
      row = gramRow(j);
      rows.set(j, row);
    }
    return row;
  }

  /** Aᵀ(b − A x) from Aᵀb and the Gram matrix. */
  function gramGradient(): Float64Array {
    const slopes = Float64Array.from(projected);
    for (const p of factor.members) {
      const [row, weight] = [rowOf(p), x[p]];
      for (let j = 0; j < n; j++) slopes[j] -= weight * row[j];
    }
    return slopes;
  }

  /** One step of refinement of x on its support; left out where it would make an unknown negative. */
  function refine(): void {
    const { members } = factor;
    const residual = residualOf(columns, m, b, x, members);
    const correction = factor.solve(members.map((j) => dot(columns.subarray(j * m, (j + 1) * m), residual)));
    if (members.every((j, i) => x[j] + correction[i] > 0)) {
      members.forEach((j, i) => {
        x[j] += correction[i];
      });
    }
  }
}

/** Aᵀ v. */
function products(columns: Float64Array, n: number, m: number, v: Float64Array): Float64Array {
  const result = new Float64Array(n);
  for (let j = 0; j < n; j++) result[j] = dot(columns.subarray(j * m, (j + 1) * m), v);
  return result;
}

function residualOf(
  columns: Float64Array,
  m: number,
  b: Float64Array,
  x: Float64Array,
  members: readonly number[],
): Float64Array {
  const residual = Float64Array.from(b);
  for (const j of members) {
    const factor = x[j];
    for (let i = 0, at = j * m; i < m; i++, at++) residual[i] -= factor * columns[at];
  }
  return residual;
}

/** In four partial sums: one waits for itself. */
function dot(x: Float64Array, y: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let p = 0;
  for (; p + 3 < x.length; p += 4) {
    s0 += x[p] * y[p];
    s1 += x[p + 1] * y[p + 1];
    s2 += x[p + 2] * y[p + 2];
    s3 += x[p + 3] * y[p + 3];
  }
  for (; p < x.length; p++) s0 += x[p] * y[p];
  return s0 + s1 + (s2 + s3);
}
