/**
 * The grid syntax of --n, --d and --k. A grid is a list of items with commas between them:
 *
 *   50            one value
 *   100:2000:100  from 100 to 2000 in steps of 100
 *   50:n/5        5 evenly spaced values from 50 to n
 *   10*n/d        a formula of the other sizes, rounded, at least 1
 */
import { type Formula, FormulaError, parseFormula } from "../numeric/formula.ts";

export const dimensions = ["n", "d", "k"] as const;
export type Dimension = (typeof dimensions)[number];
export type Sizes = Readonly<Record<Dimension, number>>;

/** A grid that makes no sense, in one line: which grid, what is wrong, how to mend it. */
export class GridError extends Error {
  override readonly name = "GridError";
  constructor(dimension: Dimension, problem: string) {
    super(`${dimension}: ${problem}`);
  }
}

/** Sizes beyond this are refused before anything is computed; memory refuses most sizes far below. */
const largest = 1e9;
/** Grids with more values than this are refused. */
const mostValues = 100_000;
/** Products of grids with more points than this are refused, before they fill the memory. */
const mostPoints = 1_000_000;
/** Grids whose items give more values than this, those that coincide among them, are refused: they would take minutes. */
const mostEvaluations = 10_000_000;

/** How many values may still be evaluated. */
interface Budget {
  left: number;
}

type Known = Readonly<Record<string, number>>;

export interface Grid {
  readonly dimension: Dimension;
  readonly text: string;
  /** The sizes its formulas need. */
  readonly needs: readonly Dimension[];
  /** Its values, in the order written, each once. */
  values(known: Known, budget?: Budget): number[];
}

/** Understands one grid. @throws GridError naming the grid and the mend */
export function parseGrid(dimension: Dimension, text: string): Grid {
  const items = splitOutsideParentheses(text).map((item) => parseItem(dimension, item, text));
  const needs = [...new Set(items.flatMap((item) => item.needs))];
  return {
    dimension,
    text,
    needs,
    values(known, budget = { left: mostEvaluations }) {
      const values = new Set<number>();
      for (const item of items) {
        const own = item.values(known);
        budget.left -= own.length;
        if (budget.left < 0) {
          throw new GridError(
            dimension,
            `the grids give more than ${mostEvaluations} values, coinciding ones among them: take fewer`,
          );
        }
        for (const value of own) values.add(value);
      }
      return [...values];
    },
  };
}

/**
 * All (n, d, k) of three grids: the product, with each formula evaluated at the sizes it needs.
 * @throws GridError if the formulas need each other in a circle
 */
export function gridPoints(texts: Readonly<Record<Dimension, string>>): Sizes[] {
  const order = resolve(dimensions.map((dimension) => parseGrid(dimension, texts[dimension])));
  let points: Known[] = [{}];
  const budget = { left: mostEvaluations };
  for (const grid of order) {
    const extended: Known[] = [];
    for (const known of points) {
      const values = grid.values(known, budget);
      if (extended.length + values.length > mostPoints) {
        throw new GridError(
          grid.dimension,
          `the grids have more than ${mostPoints} points, take fewer values`,
        );
      }
      for (const value of values) extended.push({ ...known, [grid.dimension]: value });
    }
    points = extended;
  }
  return points as unknown as Sizes[];
}

/** Orders the grids so that each comes after those it needs. */
function resolve(grids: Grid[]): Grid[] {
  const order: Grid[] = [];
  while (order.length < grids.length) {
    const done = order.map((grid) => grid.dimension);
    const next = grids.find(
      (grid) => !done.includes(grid.dimension) && grid.needs.every((need) => done.includes(need)),
    );
    if (!next) {
      const stuck = grids.filter((grid) => !order.includes(grid));
      const cycle = stuck.map((grid) => `${grid.dimension} = "${grid.text}"`).join(", ");
      throw new GridError(stuck[0].dimension, `${cycle} need each other, give one of them in numbers`);
    }
    order.push(next);
  }
  return order;
}

interface Item {
  readonly needs: Dimension[];
  values(known: Known): number[];
}

function parseItem(dimension: Dimension, item: string, whole: string): Item {
  const fail = (problem: string): never => {
    throw new GridError(dimension, problem);
  };
  if (item === "") {
    return fail(`"${whole}" has an empty item, write values with commas between them such as 50,100`);
  }
  const parts = item.split(":").map((part) => part.trim());
  if (parts.length === 1) {
    const formula = parse(dimension, item);
    return { needs: needs(dimension, formula), values: (known) => [wholeSize(dimension, formula, known)] };
  }
  if (parts.length === 2) {
    const even = /^(.*)\/\s*(\d+)$/.exec(parts[1]);
    if (!even) return fail(`"${item}" needs a step (50:500:50) or a number of even steps (50:500/10)`);
    const [low, high] = [parse(dimension, parts[0]), parse(dimension, even[1])];
    const count = Number(even[2]);
    if (count < 1 || count > mostValues) {
      return fail(`"${item}" asks for ${even[2]} values, take between 1 and ${mostValues}`);
    }
    return {
      needs: needs(dimension, low, high),
      values: (known) => {
        const [from, to] = [size(dimension, low, known), size(dimension, high, known)];
        if (to < from) fail(`"${item}" runs from ${from} down to ${to}, write the smaller first`);
        if (count === 1) return [rounded(from)];
        return Array.from({ length: count }, (_, i) => rounded(from + ((to - from) * i) / (count - 1)));
      },
    };
  }
  if (parts.length > 3) return fail(`"${item}" has too many colons, write from:to:step`);
  const [low, high, step] = parts.map((part) => parse(dimension, part));
  return {
    needs: needs(dimension, low, high, step),
    values: (known) => {
      const [from, to, by] = [
        size(dimension, low, known),
        size(dimension, high, known),
        size(dimension, step, known),
      ];
      if (to < from) fail(`"${item}" runs from ${from} down to ${to}, write the smaller first`);
      if ((to - from) / by > mostValues)
        fail(`"${item}" has more than ${mostValues} values, take a larger step`);
      return Array.from({ length: Math.floor((to - from) / by + 1e-9) + 1 }, (_, i) =>
        rounded(from + i * by),
      );
    },
  };
}

function parse(dimension: Dimension, text: string): Formula {
  try {
    return parseFormula(text);
  } catch (error) {
    if (error instanceof FormulaError) throw new GridError(dimension, error.message);
    throw error;
  }
}

function needs(dimension: Dimension, ...formulas: Formula[]): Dimension[] {
  const names = formulas.flatMap((formula) => formula.variables);
  for (const name of names) {
    const others = dimensions.filter((other) => other !== dimension);
    if (!others.some((other) => other === name)) {
      throw new GridError(
        dimension,
        `"${name}" is not a size, write a number or a formula of ${others.join(" and ")}`,
      );
    }
  }
  return names as Dimension[];
}

/** A value of a formula as a positive number within bounds, not yet rounded. */
function size(dimension: Dimension, formula: Formula, known: Known): number {
  const value = formula.evaluate(known);
  const where = formula.variables.map((name) => ` at ${name} = ${known[name]}`).join(",");
  if (!(value > 0)) {
    throw new GridError(dimension, `"${formula.text}" is ${value}${where}, sizes must be at least 1`);
  }
  if (value > largest)
    throw new GridError(dimension, `"${formula.text}" is ${value}${where}, sizes end at ${largest}`);
  if (formula.variables.length === 0 && value < 1) {
    throw new GridError(dimension, `"${formula.text}" is ${value}, sizes must be at least 1`);
  }
  return value;
}

/** A formula's value rounded to a size of at least 1; a plain numeral must be whole already. */
function wholeSize(dimension: Dimension, formula: Formula, known: Known): number {
  const value = size(dimension, formula, known);
  if (/^[\d.eE+-]+$/.test(formula.text.trim()) && !Number.isInteger(value)) {
    throw new GridError(dimension, `"${formula.text.trim()}" is not a whole number`);
  }
  return rounded(value);
}

/** The nearest size: at least 1, as a formula such as n/100 may be less. */
function rounded(value: number): number {
  return Math.max(1, Math.round(value));
}

function splitOutsideParentheses(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (i === text.length || (text[i] === "," && depth === 0)) {
      items.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return items;
}
