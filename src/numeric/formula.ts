/**
 * Arithmetic formulas of named variables, for grids (`10*n/d`) and plot axes (`sqrt(n/k)`).
 *
 * vega-expression parses; only the nodes, functions and constants listed here are evaluated, so a formula
 * from a file or a shell can compute numbers and do nothing else.
 */
import { parseExpression } from "vega-expression";

/** A formula that was understood. */
export interface Formula {
  /** The formula as written. */
  readonly text: string;
  /** Names the formula needs, each once, in order of appearance. */
  readonly variables: readonly string[];
  /**
   * The value under `values`. Follows IEEE arithmetic: 1/0 is Infinity and log(-1) is NaN, the caller decides.
   * Throws FormulaError when a variable has no number among the own properties of `values`.
   */
  evaluate(values: Readonly<Record<string, number>>): number;
}

/** What is wrong with a formula, in one line. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  readonly text: string;
  /** Place of the fault, counted from 1; one past the end when the formula stops too early. */
  readonly position: number | undefined;

  constructor(text: string, problem: string, position?: number) {
    super(`formula "${text}": ${problem}${position === undefined ? "" : ` (at character ${position})`}`);
    this.text = text;
    this.position = position;
  }
}

/** Longest formula accepted; the parser recurses, so an unbounded text could exhaust the stack. */
const MAX_LENGTH = 500;

type Node = ReturnType<typeof parseExpression>;
type Evaluator = (values: Readonly<Record<string, number>>) => number;

interface MathFunction {
  readonly apply: (...args: number[]) => number;
  readonly least: number;
  readonly most: number;
}

const unary = (apply: (x: number) => number): MathFunction => ({ apply, least: 1, most: 1 });

// Maps rather than objects: a look-up of "constructor" or "__proto__" finds nothing.
const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map([
  ["sqrt", unary(Math.sqrt)],
  ["log", unary(Math.log)],
  ["log2", unary(Math.log2)],
  ["log10", unary(Math.log10)],
  ["exp", unary(Math.exp)],
  ["abs", unary(Math.abs)],
  ["round", unary(Math.round)],
  ["floor", unary(Math.floor)],
  ["ceil", unary(Math.ceil)],
  ["min", { apply: Math.min, least: 1, most: Number.POSITIVE_INFINITY }],
  ["max", { apply: Math.max, least: 1, most: Number.POSITIVE_INFINITY }],
  ["pow", { apply: Math.pow, least: 2, most: 2 }],
]);

const CONSTANTS: ReadonlyMap<string, number> = new Map([["pi", Math.PI]]);

const OPERATORS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ["+", (a: number, b: number) => a + b],
  ["-", (a: number, b: number) => a - b],
  ["*", (a: number, b: number) => a * b],
  ["/", (a: number, b: number) => a / b],
  ["%", (a: number, b: number) => a % b],
]);

/**
 * Understands a formula: numbers, variables, `+ - * / %`, unary minus and plus, parentheses, `pi`, and
 * sqrt, log (natural), log2, log10, exp, abs, min, max, pow, round, floor, ceil.
 *
 * Throws FormulaError naming the text, what is wrong and where.
 */
export function parseFormula(text: string): Formula {
  if (text.length > MAX_LENGTH) {
    throw new FormulaError(
      `${text.slice(0, 20)}…`,
      `longer than ${MAX_LENGTH} characters, shorten it`,
      MAX_LENGTH + 1,
    );
  }
  const variables = new Set<string>();
  const run = compile(parse(text), text, variables);
  return { text, variables: [...variables], evaluate: run };
}

function parse(text: string): Node {
  try {
    return parseExpression(text);
  } catch (error) {
    throw syntaxError(text, error);
  }
}

/** The parser's complaint with its place: it reports one for some faults only, the others are found here. */
function syntaxError(text: string, error: unknown): FormulaError {
  const { message = "", index } = error as { message?: string; index?: number };
  if (text.trim() === "") return new FormulaError(text, "it is empty", 1);
  const power = text.indexOf("**");
  if (power >= 0) return new FormulaError(text, "there is no ** here, use pow(x, y)", power + 1);
  const assignment = /(?<![=!<>])=(?!=)/.exec(text);
  if (assignment) return new FormulaError(text, "assignments are not allowed", assignment.index + 1);
  // Where a value should stand the parser takes a slash for the start of a regular expression.
  const slash = /(?:^|[-+*/%(,])\s*(?=\/)/.exec(text);
  if (slash) return unexpected(text, slash.index + slash[0].length);
  if (message.includes("end of input")) return new FormulaError(text, "unexpected end", text.length + 1);
  const token = /^Unexpected token (\S+)$/.exec(message)?.[1];
  if (index !== undefined && token !== undefined) {
    // The parser stands behind a token it refuses, but on a character it cannot read.
    const position = token === "ILLEGAL" ? index : text.lastIndexOf(token, index - 1);
    return unexpected(text, Math.max(position, 0));
  }
  const keyword = /\b(?:this|new|function|class|return|var|let|const|delete|typeof|void|in)\b/.exec(text);
  if (keyword) return new FormulaError(text, `"${keyword[0]}" is not allowed`, keyword.index + 1);
  return unexpected(text, index ?? endOfLongestExpression(text));
}

function unexpected(text: string, index: number): FormulaError {
  if (index >= text.length) return new FormulaError(text, "unexpected end", text.length + 1);
  const token = /^(?:[\p{L}_$][\p{L}\p{N}_$]*|[\d.]+|.)/u.exec(text.slice(index))?.[0] ?? "";
  return new FormulaError(text, `unexpected "${token}"`, index + 1);
}

/** Where a complete expression stops and something that does not belong to it begins. */
function endOfLongestExpression(text: string): number {
  for (let end = text.length - 1; end > 0; end--) {
    try {
      parseExpression(text.slice(0, end));
      return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
    } catch {
      // Not an expression yet: try a shorter beginning.
    }
  }
  return 0;
}

function compile(node: Node, text: string, variables: Set<string>): Evaluator {
  const refuse = (what: string, mark: string | RegExp): never => {
    const index = typeof mark === "string" ? text.indexOf(mark) : text.search(mark);
    throw new FormulaError(text, what, index < 0 ? undefined : index + 1);
  };
  switch (node.type) {
    case "Literal": {
      const value = node.value;
      if (typeof value !== "number" || !Number.isFinite(value)) {
        return refuse(`${node.raw} is not a number that can be used`, node.raw ?? "");
      }
      return () => value;
    }
    case "Identifier":
      return compileName(node.name, text, variables);
    case "UnaryExpression": {
      const argument = compile(node.argument as Node, text, variables);
      if (node.operator === "-") return (values) => -argument(values);
      if (node.operator === "+") return argument;
      return refuse(`operator ${node.operator} is not allowed`, node.operator);
    }
    case "BinaryExpression": {
      if (node.operator === "^") return refuse("^ is not a power here, use pow(x, y)", "^");
      const operator = OPERATORS.get(node.operator);
      if (operator === undefined) return refuse(`operator ${node.operator} is not allowed`, node.operator);
      const left = compile(node.left as Node, text, variables);
      const right = compile(node.right as Node, text, variables);
      return (values) => operator(left(values), right(values));
    }
    case "CallExpression": {
      if (node.callee.type !== "Identifier") return compile(node.callee as Node, text, variables);
      const name = node.callee.name;
      const place = nameAt(name, "\\s*\\(");
      const fn = FUNCTIONS.get(name);
      if (fn === undefined) {
        return refuse(`unknown function ${name}, there are ${[...FUNCTIONS.keys()].join(", ")}`, place);
      }
      const count = node.arguments.length;
      if (count < fn.least || count > fn.most) {
        const wanted = `${fn.most === fn.least ? "" : "at least "}${fn.least} argument${fn.least === 1 ? "" : "s"}`;
        return refuse(`${name} takes ${wanted}, not ${count}`, place);
      }
      const args = node.arguments.map((argument) => compile(argument as Node, text, variables));
      return (values) => fn.apply(...args.map((argument) => argument(values)));
    }
    case "MemberExpression": {
      const name = node.property.type === "Identifier" ? node.property.name : "";
      return refuse("access to members is not allowed", node.computed ? "[" : nameAt(name, "", "\\.\\s*"));
    }
    case "ArrayExpression":
      return refuse("arrays are not allowed", "[");
    case "ObjectExpression":
      return refuse("objects are not allowed", "{");
    case "ConditionalExpression":
      return refuse("conditions are not allowed", "?");
    case "LogicalExpression":
      return refuse(`operator ${node.operator} is not allowed`, node.operator);
    default:
      return refuse("only arithmetic is allowed", /\S/);
  }
}

function compileName(name: string, text: string, variables: Set<string>): Evaluator {
  const constant = CONSTANTS.get(name);
  if (constant !== undefined) return () => constant;
  const index = text.search(nameAt(name));
  const position = index < 0 ? undefined : index + 1;
  if (FUNCTIONS.has(name)) {
    throw new FormulaError(text, `${name} is a function, write ${name}(…)`, position);
  }
  variables.add(name);
  return (values) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== "number") {
      const known = Object.keys(values).join(", ") || "none";
      throw new FormulaError(text, `unknown variable ${name}, there are: ${known}`, position);
    }
    return value;
  };
}

/** Finds a whole name in the text: the parser's tree keeps no positions. */
function nameAt(name: string, after = "", before = ""): RegExp {
  const literal = name.replace(/[$\\]/g, "\\$&");
  return new RegExp(`${before}(?<![\\p{L}\\p{N}_$])${literal}(?![\\p{L}\\p{N}_$])${after}`, "u");
}
