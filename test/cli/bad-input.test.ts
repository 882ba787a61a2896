import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe, type TestContext } from "node:test";
import { contents, lawrob, temporaryFolder } from "./command.ts";

/** Exit 2, one line on stderr that names the thing and the mend, nothing on stdout, nothing written. */
async function assertRefused(
  context: TestContext,
  args: readonly string[],
  expected: RegExp,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = temporaryFolder(context);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const { code, stdout, stderr } = await lawrob(folder, ...args);
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /^lawrob: [^\n]+\n$/);
  assert.match(stderr, expected);
  assert.deepEqual(contents(folder), Object.keys(files).sort());
}

const sizes = ["--n", "60"];

// Two processes at a time.
describe("what cannot be used is refused in one line before any work", { concurrency: 2 }, () => {
  for (const [line, expected] of [
    ["swep --n 60", /unknown command 'swep' \(Did you mean sweep\?\)/],
    ["sweep --nn 60", /unknown option '--nn' \(Did you mean --n\?\)|unknown option '--nn'/],
    ["sweep --n", /option '--n <grid>' argument missing/],
    ["sweep", /sweep: no n, give the numbers of points such as --n 500/],
    ["sweep a.yaml b.yaml", /too many arguments for 'sweep'/],
    ["sweep --n 0", /n: "0" is 0, sizes must be at least 1/],
    ["sweep --n 1", /n: 1 is too small, batch normalisation needs at least 2 points/],
    ["sweep --n -3", /n: "-3" is -3, sizes must be at least 1/],
    ["sweep --n 2.5", /n: "2.5" is not a whole number/],
    ["sweep --n 1e99", /n: "1e99" is 1e\+99, sizes end at 1000000000/],
    ["sweep --n abc", /n: "abc" is not a size, write a number or a formula of d and k/],
    ["sweep --n 60 --k 10*", /k: formula "10\*": /],
    ["sweep --n 60 --d ,", /d: "," has an empty item, write values with commas between them such as 50,100/],
    ["sweep --n 60 --d 50:n", /d: "50:n" needs a step \(50:500:50\) or a number of even steps/],
    ["sweep --n 500:50:50", /n: "500:50:50" runs from 500 down to 50, write the smaller first/],
    ["sweep --n 60 --d k --k d", /d = "k", k = "d" need each other, give one of them in numbers/],
    ["sweep --n 1:100000:1 --d 1:100000:1", /more than 1000000 points, take fewer values/],
    ["sweep --n 60 --replicates 1000000", /the plan has 5\d+ trials, at most 1000000 are run/],
    ["sweep --n 60 --epsilon -1", /--epsilon: must be a number greater than 0, or a list of them/],
    ["sweep --n 60 --epsilon 0.1,0", /--epsilon: must be a number greater than 0, or a list of them/],
    ["sweep --n 60 --filter none", /--filter: must be one of signs, loss/],
    ["sweep --n 60 --epsilon small", /--epsilon: must be a number greater than 0/],
    ["sweep --n 60 --learning-rate 0", /--learning-rate: must be greater than 0/],
    ["sweep --n 60 --max-steps 0.5", /--max-steps: must be a whole number from 1 to/],
    ["sweep --n 60 --draws 0", /--draws: must be a whole number from 1 to/],
    ["sweep --n 60 --seed -1", /--seed: must be a whole number from 0 to/],
    ["sweep --n 60 --replicates many", /--replicates: must be a whole number from 1 to/],
    ["sweep --n 60 --data torus", /--data: must be one of gaussian, sphere/],
    ["sweep --n 60 --data gaussian,torus", /--data: must be one of gaussian, sphere/],
    ["sweep --n 60 --data sphere --d 1", /d: 1 is too small, sphere data need at least 2/],
    [
      "sweep --n 60 --measure speed",
      /--measure: "speed" cannot be measured, take bracket,spectral,weight,sphere, or none alone/,
    ],
    ["sweep --n 60 --engine gpu", /--engine: "gpu" is not an engine, take auto, wasm, blas or tensorflow/],
    ["sweep --n 60 --workers 0", /--workers: "0" is not a whole number from 1 to 1024/],
    ["sweep --n 60 --memory lots", /--memory: "lots" is not an amount of memory, write 8G, 512MB or 1.5GiB/],
    ["sweep --n 60 --memory 0", /--memory: "0" is not an amount of memory/],
    [
      "sweep --n 60 --memory 1MB",
      /needs about .* and 1\.00 MB can be used: take smaller sizes or more --memory/,
    ],
    ["sweep --n 60 --workers two", /--workers: "two" is not a whole number from 1 to 1024/],
    ["sweep --n 60 --save everything", /--save: "everything" cannot be saved, take networks,data/],
    [
      "sweep --n 10000000 --d 100000 --k 100000",
      /n = 10000000, d = 100000, k = 100000 needs about .* and .* can be used: take smaller sizes/,
    ],
    ["sweep none.yaml", /none\.yaml: there is no such file, give the path of a YAML specification/],
    ["sweep .", /\.: is no file, give the path of a YAML specification/],
    [
      "sweep --n 60 --out /dev/null/below",
      /\/dev\/null\/below cannot be written \(\w+\), choose another --out/,
    ],
    ["help torus", /there is no command "torus" to help with, see lawrob --help/],
    ["sweep --bogus", /unknown option '--bogus', see lawrob sweep --help/],
    ["reproduce", /missing required argument 'names'/],
    ["reproduce exp99", /there is no experiment "exp99", there are: constructions, depth, exp1, exp2/],
    ["reproduce constructor", /there is no experiment "constructor"/],
    ["reproduce exp1 --scale huge", /--scale: "huge" is not a scale of exp1, take smoke or paper/],
    ["reproduce exp1 --engine gpu", /--engine: "gpu" is not an engine/],
    ["plot", /missing required argument 'source'/],
    ["plot none", /none: there is no such file, give the folder of a run or a CSV file/],
    ["plot . --out f.svg", /trials\.csv: there is no such file/],
    ["engines install gpu", /"gpu" has no native part to install or remove, take blas or tensorflow/],
    ["engines list", /too many arguments for 'engines'/],
  ] as const) {
    test(`lawrob ${line}`, (context) => assertRefused(context, line.split(" "), expected));
  }

  for (const [what, content, expected] of [
    ["not YAML", "n: [1, 2\n", /spec\.yaml: not YAML that can be used: .* at line 2, column 1$/m],
    [
      "a key twice",
      "n: 5\nn: 6\n",
      /spec\.yaml: not YAML that can be used: Map keys must be unique at line 2/,
    ],
    ["a list", "- n: 5\n", /spec\.yaml: holds no keys, write lines such as "n: 500"/],
    ["nothing", "", /spec\.yaml: holds no keys/],
    ["two documents", "n: 5\n---\nn: 6\n", /spec\.yaml: .* it holds several documents, write one a file/],
    [
      "a tag that would run code",
      'title: !!js/function "x"\n',
      /spec\.yaml: not YAML that can be used: Unresolved tag/,
    ],
    ["an unknown key", "m: 5\n", /spec\.yaml: unknown key "m", the keys are name, title/],
    ["a prototype's key", "__proto__: {n: 5}\n", /spec\.yaml: unknown key "__proto__"/],
    ["a wrong type", "epsilon: small\n", /spec\.yaml: epsilon must be a number greater than 0/],
    ["an unknown data family", "data: torus\n", /spec\.yaml: data must be one of gaussian, sphere/],
    ["a grid that is none", "k: 10*\n", /k: formula "10\*"/],
    ["a bomb of aliases", aliasBomb(), /spec\.yaml: not YAML that can be used: Excessive alias count/],
    ["brackets without end", `n: ${"[".repeat(200_000)}`, /spec\.yaml: .* it is nested too deep$/m],
    [
      "two megabytes",
      `# ${"x".repeat(2_000_000)}\nn: 5\n`,
      /spec\.yaml: 2000008 bytes are too many for a specification, split it/,
    ],
  ] as const) {
    test(`a specification with ${what}`, (context) =>
      assertRefused(context, ["sweep", "spec.yaml", ...sizes], expected, { "spec.yaml": content }));
  }

  test("a folder below a file", (context) =>
    assertRefused(
      context,
      ["sweep", ...sizes, "--out", "notes/run"],
      /notes\/run cannot be written \(ENOTDIR\), choose/,
      {
        notes: "",
      },
    ));

  test("a file in the place of the folder", (context) =>
    assertRefused(
      context,
      ["sweep", ...sizes, "--out", "notes"],
      /notes cannot be written \(ENOTDIR\), choose/,
      {
        notes: "",
      },
    ));

  for (const [what, args, expected] of [
    ["an unknown column", ["--x", "width"], /unknown column width, there are: n, k, word/],
    ["a column of words on an axis", ["--x", "word"], /column word holds words, an axis needs numbers/],
    ["a formula that is none", ["--y", "sqrt("], /formula "sqrt\(": /],
    [
      "an unknown kind of file",
      ["--out", "f.jpeg"],
      /--out: "f.jpeg" has no known extension, take \.svg, \.png/,
    ],
    ["an unknown axis", ["--log", "z"], /--log: "z" is not x, y or xy/],
    [
      "a folder that does not exist",
      ["--out", "none/f.svg"],
      /--out: none\/f\.svg cannot be written \(ENOENT\)/,
    ],
  ] as const) {
    test(`a plot of ${what}`, (context) =>
      assertRefused(context, ["plot", "t.csv", "--x", "n", "--y", "k", ...args], expected, {
        "t.csv": "n,k,word\n1,2,a\n3,4,b\n",
      }));
  }

  test("a plot of a table without rows", (context) =>
    assertRefused(context, ["plot", "t.csv"], /t\.csv: holds no rows, nothing can be drawn/, {
      "t.csv": "n,k\n",
    }));

  test("a plot of what is not a table", (context) =>
    assertRefused(context, ["plot", "t.csv"], /t\.csv: not a CSV table: /, { "t.csv": "n,k\n1,2,3\n" }));
});

/** Nine levels of nine references each: 9⁹ values in 300 bytes. */
function aliasBomb(): string {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 10; i++) {
    const [name, below] = ["abcdefghij"[i], "abcdefghij"[i - 1]];
    lines.push(`${name}: &${name} [${Array(9).fill(`*${below}`).join(", ")}]`);
  }
  return `${lines.join("\n")}\n`;
}
