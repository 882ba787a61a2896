import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Dimension, gridPoints, parseGrid } from "../../src/experiment/grid.ts";

const values = (text: string, known: Record<string, number> = {}) => parseGrid("k", text).values(known);

/** The message of the GridError that a grid of k makes, when it is read or when its values are asked for. */
function problem(text: string, known: Record<string, number> = { n: 100, d: 10 }): string {
  let message = "";
  assert.throws(
    () => values(text, known),
    (error: Error) => {
      assert.equal(error.name, "GridError");
      message = error.message;
      return true;
    },
    `${text} is accepted`,
  );
  assert.ok(!message.includes("\n"));
  return message;
}

test("a list gives its values in the order written", () => {
  assert.deepEqual(values("50"), [50]);
  assert.deepEqual(values("100, 50 ,75"), [100, 50, 75]);
  assert.deepEqual(values("1e3"), [1000]);
});

test("a range ends at its end, or at the last step before it", () => {
  assert.deepEqual(values("100:300:100"), [100, 200, 300]);
  assert.deepEqual(values("100:399:100"), [100, 200, 300]);
  assert.deepEqual(values("7:7:3"), [7]);
  assert.deepEqual(values("n/10:n:n/4", { n: 100 }), [10, 35, 60, 85]);
});

test("even steps begin and end where they say", () => {
  assert.deepEqual(values("50:n/5", { n: 2000 }), [50, 538, 1025, 1513, 2000]);
  assert.deepEqual(values("10:500/3"), [10, 255, 500]);
  assert.deepEqual(values("10:n/1", { n: 70 }), [10]);
  // The last quotient is the number of steps, whatever stands before it.
  assert.deepEqual(values("1:n/d/3", { n: 100, d: 4 }), [1, 13, 25]);
});

test("even steps are even: successive gaps differ by at most one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 2, max: 60 }),
      (from, width, count) => {
        fc.pre(width >= count);
        const grid = values(`${from}:${from + width}/${count}`);
        assert.equal(grid.length, count);
        assert.equal(grid[0], from);
        assert.equal(grid[count - 1], from + width);
        const gaps = grid.slice(1).map((value, i) => value - grid[i]);
        assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1);
      },
    ),
  );
});

test("a range holds every multiple of its step and nothing else", () => {
  const part = fc.integer({ min: 1, max: 500 });
  fc.assert(
    fc.property(part, part, part, (from, width, step) => {
      const expected = [];
      for (let value = from; value <= from + width; value += step) expected.push(value);
      assert.deepEqual(values(`${from}:${from + width}:${step}`), expected);
    }),
  );
});

test("a formula is evaluated at the other sizes, rounded, and at least 1", () => {
  assert.deepEqual(values("10*n/d", { n: 1000, d: 350 }), [29]);
  assert.deepEqual(values("n/d", { n: 10, d: 4000 }), [1]);
  assert.deepEqual(values("min(n,d), max(n, d)", { n: 3, d: 8 }), [3, 8]);
  assert.deepEqual(values("round(sqrt(n))", { n: 1000 }), [32]);
});

test("every size of a range or of even steps is at least 1", () => {
  assert.deepEqual(values("n/100:n/3", { n: 30 }), [1, 15, 30]);
  assert.deepEqual(values("n/100:3:1", { n: 30 }), [1, 2]);
  assert.deepEqual(values("n/100:n/1", { n: 30 }), [1]);
});

test("a value that comes twice is taken once", () => {
  assert.deepEqual(values("5,5,2+3"), [5]);
  assert.deepEqual(values("1:3/9"), [1, 2, 3]);
  assert.deepEqual(values("n, 10*n/d", { n: 50, d: 10 }), [50]);
});

test("the three grids multiply, each formula at the sizes it stands beside", () => {
  assert.deepEqual(gridPoints({ n: "10,20", d: "k+1", k: "n/10,7" }), [
    { n: 10, k: 1, d: 2 },
    { n: 10, k: 7, d: 8 },
    { n: 20, k: 2, d: 3 },
    { n: 20, k: 7, d: 8 },
  ]);
});

test("grids that need each other in a circle are refused, naming them", () => {
  for (const texts of [
    { n: "d", d: "k", k: "n" },
    { n: "100", d: "k", k: "2*d" },
  ]) {
    assert.throws(
      () => gridPoints(texts),
      /^GridError: .*d = "k", k = ".*" need each other, give one of them in numbers$/,
    );
  }
  assert.match(problem("k+1"), /^k: "k" is not a size, write a number or a formula of n and d$/);
});

test("what is not a grid is refused in one line that names the grid, the fault and the mend", () => {
  for (const [text, expected] of [
    ["0", /^k: "0" is 0, sizes must be at least 1$/],
    ["-3", /^k: "-3" is -3, sizes must be at least 1$/],
    ["0.4", /^k: "0.4" is 0.4, sizes must be at least 1$/],
    ["1e99", /^k: "1e99" is 1e\+99, sizes end at 1000000000$/],
    ["1/0", /^k: "1\/0" is Infinity, sizes end at 1000000000$/],
    ["0/0", /^k: "0\/0" is NaN, sizes must be at least 1$/],
    ["n-d*10", /^k: "n-d\*10" is 0 at n = 100, at d = 10, sizes must be at least 1$/],
    ["2.5", /^k: "2.5" is not a whole number$/],
    ["abc", /^k: "abc" is not a size, write a number or a formula of n and d$/],
    ["constructor", /^k: "constructor" is not a size/],
    ["10*", /^k: formula "10\*": /],
    [",", /^k: "," has an empty item, write values with commas between them such as 50,100$/],
    ["", /^k: "" has an empty item/],
    ["50,,60", /^k: "50,,60" has an empty item/],
    ["50:n", /^k: "50:n" needs a step \(50:500:50\) or a number of even steps \(50:500\/10\)$/],
    ["50:", /^k: "50:" needs a step/],
    [":n/5", /^k: formula "": /],
    ["50:n/0", /^k: "50:n\/0" asks for 0 values, take between 1 and 100000$/],
    ["50:n/1000000", /^k: "50:n\/1000000" asks for 1000000 values/],
    ["500:50:50", /^k: "500:50:50" runs from 500 down to 50, write the smaller first$/],
    ["1:1e9:1", /^k: "1:1e9:1" has more than 100000 values, take a larger step$/],
    ["1:9:0", /^k: "0" is 0, sizes must be at least 1$/],
    ["1:9:-1", /^k: "-1" is -1, sizes must be at least 1$/],
    ["1:2:3:4", /^k: "1:2:3:4" has too many colons, write from:to:step$/],
    ["min(1,2", /^k: formula "min\(1,2": /],
    ["process.exit()", /^k: formula "process.exit\(\)": /],
  ] as const) {
    assert.match(problem(text), expected);
  }
});

test("no text makes anything but sizes or a GridError", () => {
  const pieces = fc.array(
    fc.constantFrom(
      "n",
      "d",
      "k",
      "0",
      "1",
      "7",
      ".",
      "e",
      ":",
      "/",
      ",",
      "*",
      "-",
      "(",
      ")",
      " ",
      "sqrt",
      "x",
    ),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(pieces, (items) => {
      let found: number[];
      try {
        found = values(items.join(""), { n: 40, d: 6 });
      } catch (error) {
        assert.equal((error as Error).name, "GridError", String(error));
        return;
      }
      assert.ok(
        found.length >= 1 && found.every((value) => Number.isInteger(value) && value >= 1),
        `${found}`,
      );
    }),
    { numRuns: 2000 },
  );
});

test("grids with a huge product are refused before their points fill the memory", () => {
  const huge: Record<Dimension, string> = { n: "1:100000:1", d: "1:100000:1", k: "1:100000:1" };
  assert.throws(
    () => gridPoints(huge),
    /^GridError: d: the grids have more than 1000000 points, take fewer values$/,
  );
});

test("grids whose values coincide are refused before they take minutes", () => {
  const coinciding = { n: "2:100000:1", d: "1:1/1000", k: "1" };
  assert.throws(
    () => gridPoints(coinciding),
    /^GridError: d: the grids give more than 10000000 values, coinciding ones among them: take fewer$/,
  );
});
