import assert from "node:assert/strict";
import test from "node:test";
import { readCsv } from "../../src/data/csv-numbers.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { stream } from "../../src/numeric/random.ts";

const limits = { mostNumbers: 1e9 };
const read = (text: string) => readCsv(bytesSource(new TextEncoder().encode(text)), limits);
const rowsOf = ({ rows, columns, values }: ReturnType<typeof read>) =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));

test("rows of numbers, with or without names, ends of lines of both kinds and a last line without", () => {
  assert.deepEqual(rowsOf(read("1,2\n3,4\n")), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(rowsOf(read("\uFEFF1,2\r\n3,4")), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(rowsOf(read("1;2\n\n3;4\n\n")), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(rowsOf(read('"1"\t 2\n-3\t+4.5e-3\n')), [
    [1, 2],
    [-3, 0.0045],
  ]);
  const named = read('"x 1",y\n1,2\n');
  assert.deepEqual([named.names, rowsOf(named)], [["x 1", "y"], [[1, 2]]]);
});

test("every number is the one that Number reads, however it is written", () => {
  const random = stream(1, "csv", "numbers");
  const texts = [
    "0",
    "-0",
    "0.1",
    "1e300",
    "1E-5",
    ".5",
    "5.",
    "123456789012345678",
    "0.000000000000000000000012",
    "9007199254740993",
  ];
  for (let i = 0; i < 5000; i++) {
    const value = random.gaussian() * 10 ** Math.floor(40 * random.uniform() - 20);
    texts.push(String(value), value.toFixed(6), value.toPrecision(5), Math.round(value).toString());
  }
  const { values } = read(`${texts.join(",")}\n`);
  texts.forEach((text, i) => {
    assert.ok(Object.is(values[i], Number(text)), `${text} ${values[i]}`);
  });
});

test("a stretch of the file may end anywhere", () => {
  const text = "a,b\n-1.25,2\r\n3,400\n5,6";
  const bytes = new TextEncoder().encode(text);
  const whole = rowsOf(read(text));
  // Sources that hand out fewer bytes at a time are met by reading from places that do not align: pad the file.
  for (let padding = (1 << 22) - 30; padding < (1 << 22) + 2; padding++) {
    const lines = new Uint8Array(4 + padding + bytes.length - 4).fill(10);
    lines.set(bytes.subarray(0, 4));
    lines.set(bytes.subarray(4), 4 + padding);
    assert.deepEqual(rowsOf(readCsv(bytesSource(lines), limits)), whole);
  }
});

for (const [text, message] of [
  ["", "the file is empty, give a line of numbers for each point"],
  ["\n1,2\n", "line 1 is empty, begin with names or numbers"],
  ["x,y\n", "has no row of numbers, give a line for each point"],
  ["1,2\n3\n", "line 2 has 1 fields, the first line 2: make all lines as long"],
  ["1,2\n3,4,5\n", "line 2 has more than the 2 fields of the first line, make all lines as long"],
  ["1,2\n3,\n", "line 2, column 2 is empty, give a number"],
  ["1,2\n3,abc\n", 'line 2, column 2: "abc" is not a finite number, give one'],
  ["1,NaN\n", 'line 1, column 2: "NaN" is not a finite number, give one'],
  ["x,y\n1,2\n1,inf\n", 'line 3, column 2: "inf" is not a finite number, give one'],
  ["1,2\n1,1e999\n", 'line 2, column 2: "1e999" is not a finite number, give one'],
  ["1,0x10\n1,2\n", 'line 1, column 2: "0x10" is not a finite number, give one'],
] as const) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => read(text), { name: "DataFileError", message });
  });
}

test("a line without end, and a file larger than memory, are refused before they are read whole", () => {
  const commas = new Uint8Array(33_000_000).fill(44);
  assert.throws(() => readCsv(bytesSource(commas), { mostNumbers: 1e9 }), {
    message: "line 1 has no end within 32 MB, give a line for each point",
  });
  const huge = { size: 1e12, read: () => assert.fail("read") };
  assert.throws(() => readCsv(huge, { mostNumbers: 1e9 }), {
    message: "has 1000000000000 bytes, memory has room for the numbers of 64000000000: take fewer rows",
  });
});

test("more numbers than memory holds are refused before they are read", () => {
  assert.throws(() => readCsv(bytesSource(new TextEncoder().encode("1,2\n3,4\n")), { mostNumbers: 3 }), {
    message: "has 2 × 2 numbers, memory has room for 3: take fewer rows",
  });
});
