import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FormulaError, parseFormula } from "../../src/numeric/formula.ts";

const value = (text: string, values: Record<string, number> = {}) => parseFormula(text).evaluate(values);

function errorOf(text: string): FormulaError {
  try {
    parseFormula(text);
  } catch (error) {
    assert.ok(error instanceof FormulaError, `${text} throws ${error}`);
    return error;
  }
  assert.fail(`${text} is accepted`);
}

describe("a formula", () => {
  it("follows the usual precedence, left to right", () => {
    assert.equal(value("1+2*3"), 7);
    assert.equal(value("(1+2)*3"), 9);
    assert.equal(value("8/4/2"), 1);
    assert.equal(value("10-4-3"), 3);
    assert.equal(value("-2*-3"), 6);
    assert.equal(value("17 % 5"), 2);
    assert.equal(value("1e-3 + .5"), 0.501);
  });

  it("computes the grids and axes of the experiments", () => {
    assert.equal(value("round(10*n/d)", { n: 10_000, d: 300 }), 333);
    assert.equal(value("sqrt(n/k)", { n: 100, k: 4 }), 5);
    assert.equal(
      value("lipschitz_upper/max_random_gradient", { lipschitz_upper: 9, max_random_gradient: 3 }),
      3,
    );
    assert.equal(value("max(1, min(n, 7), 3)", { n: 5 }), 5);
    assert.equal(value("pow(2, 10) + log2(8) + log10(100) + log(exp(1)) + abs(-1)"), 1031);
    assert.equal(value("floor(2.7) + ceil(2.2)"), 5);
    assert.equal(value("2*pi"), 2 * Math.PI);
  });

  it("lists its variables once, in order, without functions and constants", () => {
    assert.deepEqual(parseFormula("k*sqrt(n/k)+pi*d").variables, ["k", "n", "d"]);
    assert.deepEqual(parseFormula("12").variables, []);
  });

  it("follows IEEE arithmetic", () => {
    assert.equal(value("1/0"), Number.POSITIVE_INFINITY);
    assert.ok(Number.isNaN(value("log(-1)")));
  });

  it("agrees with arithmetic done directly, for any numbers", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        assert.equal(value("a + b * c - a / (b - c)", { a, b, c }), a + b * c - a / (b - c));
      }),
    );
  });

  it("names a variable that has no value, and those that have one", () => {
    assert.throws(
      () => value("10*n/q", { n: 1, d: 2 }),
      /formula "10\*n\/q": unknown variable q, there are: n, d \(at character 6\)/,
    );
  });
});

describe("a bad formula", () => {
  it("is refused with the text, what is wrong and where", () => {
    const cases: [string, RegExp, number][] = [
      ["10*", /^formula "10\*": unexpected end \(at character 4\)$/, 4],
      ["", /it is empty/, 1],
      ["  ", /it is empty/, 1],
      ["sqrt(n", /unexpected end/, 7],
      ["sqrt(n))", /unexpected "\)"/, 8],
      ["10 n", /unexpected "n"/, 4],
      ["n*/d", /unexpected "\/"/, 3],
      ["2^3", /\^ is not a power here, use pow\(x, y\)/, 2],
      ["2**3", /use pow\(x, y\)/, 2],
      ["ln(n)", /unknown function ln, there are sqrt, log/, 1],
      ["1+sqrt", /sqrt is a function, write sqrt\(…\)/, 3],
      ["sqrt()", /sqrt takes 1 argument, not 0/, 1],
      ["pow(2)", /pow takes 2 arguments, not 1/, 1],
      ["min()", /min takes at least 1 argument, not 0/, 1],
      ["n = 3", /assignments are not allowed/, 3],
      ["n == 3", /operator == is not allowed/, 3],
      ["n & 3", /operator & is not allowed/, 3],
      ["!n", /operator ! is not allowed/, 1],
      ["n > 3 ? 1 : 2", /conditions are not allowed/, 7],
      ['1+"s"', /"s" is not a number/, 3],
      ["true", /true is not a number/, 1],
      ["1e999", /1e999 is not a number/, 1],
      ["n @ d", /unexpected "@"/, 3],
    ];
    for (const [text, message, position] of cases) {
      const error = errorOf(text);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(`formula "${text}": `), error.message);
      assert.equal(error.position, position, `${text}: ${error.message}`);
    }
  });

  it("cannot reach beyond arithmetic", () => {
    for (const text of [
      "this",
      "a.b",
      "a[0]",
      "[1]",
      "{a: 1}",
      "constructor()",
      "__proto__(1)",
      "toString()",
      "sqrt.constructor",
      "sqrt.call(1)",
      'sqrt["constructor"]("x")()',
      "(1).constructor",
      "new Date",
      "/a/",
      "`x`",
      "a => 1",
      "a, b",
      "1; 2",
      "null",
      "random()",
      "eval(1)",
      "9".repeat(501),
      "(".repeat(400),
    ]) {
      errorOf(text);
    }
  });

  it("does not read inherited properties as variables", () => {
    for (const name of ["constructor", "__proto__", "toString", "valueOf"]) {
      assert.deepEqual(parseFormula(name).variables, [name]);
      assert.throws(() => value(name), FormulaError);
      assert.throws(() => value(name, { n: 1 }), FormulaError);
    }
    const own = Object.fromEntries([["__proto__", 4]]) as Record<string, number>;
    assert.equal(value("__proto__ + 1", own), 5);
  });

  it("throws nothing but FormulaError, whatever the text", () => {
    const piece = fc.constantFrom(
      "n",
      "1",
      ".",
      "(",
      ")",
      "+",
      "*",
      "^",
      "=",
      "[",
      "]",
      "sqrt",
      ",",
      " ",
      '"',
      "\\",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          try {
            parseFormula(text).evaluate({ n: 2 });
          } catch (error) {
            assert.ok(error instanceof FormulaError, `${text}: ${error}`);
            assert.ok(error.position === undefined || error.position >= 1);
          }
        },
      ),
    );
  });
});
