import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Cell, type Column, trialColumns } from "../../src/record/columns.ts";
import { headerLine, line, parseTable } from "../../src/record/table.ts";

const column = (name: string, type: Column["type"]): Column => ({
  name,
  type,
  unit: "",
  description: "",
  value: () => null,
});
const columns = [column("id", "text"), column("x", "number"), column("note", "text"), column("y", "number")];
const names = columns.map(({ name }) => name);

const table = (rows: readonly (readonly Cell[])[]) => headerLine(columns) + rows.map(line).join("");
const parse = (content: string, known = columns) => parseTable("t.csv", content, known);

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom("1", "1e5", "NaN", '"', ",", "a\nb", "a\r\nb", "\r", " ", "=1+1", "\ufeffa"),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
const row = fc.tuple(text, fc.option(number), fc.option(text), fc.option(number));

test("any rows read back as they were written, and write the same bytes again", () => {
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const content = table(rows);
      const read = parse(content);
      assert.deepEqual(
        read,
        rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]]))),
      );
      assert.equal(table(read.map((cells) => names.map((name) => cells[name]))), content);
    }),
    { numRuns: 500 },
  );
});

test("numbers are written in the shortest form that reads back the same", () => {
  assert.equal(line([0.1, 1e21, -2.5e-7, 100, 0]), "0.1,1e+21,-2.5e-7,100,0\n");
});

test("a value that is missing or not finite is an empty cell, never 0", () => {
  assert.equal(line([null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "x"]), ",,,,x\n");
  assert.deepEqual(parse(table([["a", null, null, Number.NaN]])), [
    { id: "a", x: null, note: null, y: null },
  ]);
});

test("words in a column of numbers are refused with the line", () => {
  assert.throws(() => parse("id,x\na,1\nb,one\n"), {
    name: "TableError",
    message: 't.csv: line 3: x is "one", not a number',
  });
});

test("an unknown column holds numbers only if every cell of it reads as one", () => {
  const content = "u,v,w,h\n1,1,,\n2.5,two, ,3\n";
  assert.deepEqual(parse(content, []), [
    { u: 1, v: "1", w: null, h: null },
    { u: 2.5, v: "two", w: " ", h: 3 },
  ]);
});

test("a trial id of digits stays a text", () => {
  const [read] = parse(
    `${headerLine(trialColumns)}${line(["123456789012", ...trialColumns.slice(1).map(() => null)])}`,
    [...trialColumns],
  );
  assert.equal(read.trial_id, "123456789012");
});

test("a table saved by a spreadsheet, with a byte order mark and CRLF, reads the same", () => {
  const content = table([["a", 1, "b", 2]]);
  assert.deepEqual(parse(`\ufeff${content.replaceAll("\n", "\r\n")}`), parse(content));
});

test("a table without rows, or without anything, is empty", () => {
  assert.deepEqual(parse(headerLine(columns)), []);
  assert.deepEqual(parse(""), []);
});

test("what is not a table is refused in one line that names it", () => {
  for (const content of ["a,b\n1,2,3\n", 'a,b\n"1,2\n', "a,a\n1,2\n"]) {
    assert.throws(
      () => parse(content, []),
      (error: Error) => error.name === "TableError" && /^t\.csv: [^\n]+$/.test(error.message),
    );
  }
  assert.throws(() => parse("a,b,a\n1,2,3\n"), { message: 't.csv: the column "a" stands there twice' });
});

test("a table whose cells would fill the memory or its columns the time, is refused before they do", () => {
  assert.throws(() => parse(`a\n${"\n".repeat(4_000_001)}`), /^TableError: t\.csv: has 4000002 lines and/);
  assert.throws(
    () => parse(`a\n${",".repeat(30_000_000)}`),
    /^TableError: t\.csv: has 1 lines and 30000001 cells/,
  );
  assert.throws(
    () => parse(",".repeat(10_000)),
    /^TableError: t\.csv: has 10001 columns, where at most 10000/,
  );
});
