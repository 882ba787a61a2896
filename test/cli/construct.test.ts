import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe } from "node:test";
import { constructionMethods } from "../../src/construct/methods.ts";
import { contents, lawrob, temporaryFolder } from "./command.ts";

test("every construction has a command with help, an example that works, and JSON", async (context) => {
  const folder = temporaryFolder(context);
  const { stdout: list } = await lawrob(folder, "construct", "--help");
  for (const { name } of constructionMethods) {
    assert.match(list, new RegExp(`^  ${name} `, "m"));
    const { stdout: help } = await lawrob(folder, "construct", name, "--help");
    const example = /Example:\n {2}lawrob (.*)\n/.exec(help)?.[1] ?? "";
    const { code, stdout, stderr } = await lawrob(folder, ...example.split(" "));
    assert.equal(code, 0, `${example}: ${stderr}`);
    const report = JSON.parse(stdout);
    for (const key of [
      "name",
      "theorem",
      "n",
      "d",
      "max_error",
      "mse",
      "sign_errors",
      "lipschitz",
      "guarantee",
      "hypotheses",
      "seed",
    ]) {
      assert.ok(key in report, `${name} ${key}`);
    }
  }
});

test("a written network is what was reported: read back, certified, and evaluated at points", async (context) => {
  const folder = temporaryFolder(context);
  const sizes = ["--n", "60", "--d", "40"];
  for (const file of ["net.json", "net.safetensors"]) {
    const args = ["construct", "caps", ...sizes, "--json"];
    const plain = JSON.parse((await lawrob(folder, ...args)).stdout);
    const checked = JSON.parse((await lawrob(folder, ...args, "--out", file, "--check")).stdout);
    for (const key of ["k", "max_error", "mse", "total_weight", "lipschitz", "hypotheses"]) {
      assert.deepEqual(checked[key], plain[key], key);
    }
    const { stdout } = await lawrob(folder, "lipschitz", file, "--json");
    const { lower, upper } = JSON.parse(stdout);
    assert.ok(lower.value <= plain.lipschitz.global.upper && plain.lipschitz.global.lower <= upper.value);
  }
  const shown = await lawrob(folder, "construct", "caps", ...sizes);
  assert.match(shown.stdout, /^caps \(COLT 2021, section 3\.2.*n = 60, d = 40, k = 60 neurons/);
});

test("the same seed gives the same bytes, another seed other ones", async (context) => {
  const folder = temporaryFolder(context);
  const write = (file: string, seed: string) =>
    lawrob(folder, "construct", "caps", "--n", "30", "--d", "20", "--seed", seed, "--out", file);
  await Promise.all([write("a.safetensors", "1"), write("b.safetensors", "1"), write("c.safetensors", "2")]);
  const [a, b, c] = ["a", "b", "c"].map((name) => readFileSync(path.join(folder, `${name}.safetensors`)));
  assert.ok(a.equals(b));
  assert.ok(!a.equals(c));
});

test("data from CSV, .npy and safetensors, labels in a column or a second file, are the same data", async (context) => {
  const folder = temporaryFolder(context);
  const python = process.env.LAWROB_PYTHON ?? "python3";
  const script = `
import numpy as np, json, struct
r = np.random.default_rng(0)
X = r.normal(size=(12, 30)); y = np.where(r.random(12) < .5, -1., 1.)
np.save("X.npy", X); np.save("F.npy", np.asfortranarray(X)); np.save("y.npy", y.astype(np.int64))
np.savetxt("y.csv", y, fmt="%d")
np.savetxt("all.csv", np.c_[X, y], delimiter=",", fmt="%.17g")
np.savetxt("first.csv", np.c_[y, X], delimiter=",", fmt="%.17g", header=",".join(["label"] + [f"x{i}" for i in range(30)]), comments="")
np.save("all.npy", np.c_[X, y])
h = json.dumps({"X": {"dtype": "F64", "shape": [12, 30], "data_offsets": [0, 2880]}, "y": {"dtype": "F32", "shape": [12], "data_offsets": [2880, 2928]}}).encode()
open("both.safetensors", "wb").write(struct.pack("<Q", len(h)) + h + X.tobytes() + y.astype("f").tobytes())
`;
  try {
    execFileSync(python, ["-c", script], { cwd: folder, stdio: "pipe" });
  } catch (error) {
    if (process.env.CI === "true") throw error;
    return context.skip("no Python with NumPy, see LAWROB_PYTHON");
  }
  const labels: string[] = [];
  const reports = await Promise.all(
    [
      ["--data", "all.csv"],
      ["--data", "first.csv", "--label-column", "label"],
      ["--data", "first.csv", "--label-column", "1"],
      ["--data", "all.npy"],
      ["--data", "X.npy", "--labels", "y.npy"],
      ["--data", "F.npy", "--labels", "y.csv"],
      ["--data", "both.safetensors"],
    ].map(async (flags) => {
      const { code, stdout, stderr } = await lawrob(folder, "construct", "linear", ...flags, "--json");
      assert.equal(code, 0, `${flags.join(" ")}: ${stderr}`);
      const { seconds: _, labels: from, ...report } = JSON.parse(stdout);
      labels.push(from);
      return report;
    }),
  );
  assert.deepEqual(labels.sort(), [
    "column 1 of first.csv",
    "column label of first.csv",
    "the last column of all.csv",
    "the last column of all.npy",
    "y of both.safetensors",
    "y.csv",
    "y.npy",
  ]);
  for (const report of reports) assert.deepEqual(report, reports[0]);
  assert.equal(reports[0].n, 12);
  const { stdout } = await lawrob(
    folder,
    "construct",
    "mcshane",
    "--data",
    "all.csv",
    "--points",
    "X.npy",
    "--json",
  );
  assert.equal(JSON.parse(stdout).values.length, 12);
});

describe("what cannot be used is refused in one line", { concurrency: 2 }, () => {
  const files: Record<string, string> = {
    "nan.csv": "1,2,1\n3,nan,-1\n",
    "ragged.csv": "1,2,1\n3,-1\n",
    "twice.csv": "1,2,1\n1,2,-1\n",
    "real.csv": "1,0,0.5\n0,1,-1\n",
    "points.csv": "1,2\n3,4\n",
    "data.txt": "1,2\n",
    "huge.csv": "1,2,1\n3e200,4,-1\n",
    "tiny.csv": "1e-200,2e-200,1\n0,0,-1\n",
    "zero.csv": "1,2,1\n0,0,-1\n",
    "same.csv": "1,2,1\n3,1,-1\n1,2,1\n",
    "named.csv": "x,y,y\n1,2,1\n",
    "binary.csv": "\x89PNG\n\x00\x00,\x01\n",
  };
  for (const [line, expected] of [
    ["linear --n 600 --d 500", /linear: needs n <= d \(got n=600, d=500\)/],
    ["caps --n 200 --d 3", /point \d+ lies in the cap of point \d+ \(needs <x, x_i> <= [\d.]+, got [\d.]+\)/],
    ["caps --n 5 --d 3 --threshold 2", /threshold: "2" is not a number from 0 to 1/],
    ["caps --n 5 --d 3 --form round", /--form: "round" is none of relative, printed, disjoint, isolate/],
    ["linear --data nan.csv", /nan\.csv: line 2, column 2: "nan" is not a finite number/],
    ["linear --data ragged.csv", /ragged\.csv: line 2 has 2 fields, the first line 3/],
    [
      "linear --data twice.csv",
      /contradictory duplicates, points 1 and 2 are equal and have labels 1 and -1/,
    ],
    ["linear --data missing.csv", /missing\.csv: there is no such file/],
    ["linear --data data.txt", /--data: "data\.txt" must be one of gaussian, sphere, .*; a file is a \.csv/],
    ["linear --data points.csv --labels points.csv", /points\.csv: has 2 × 2 numbers, give one label a row/],
    ["linear --data points.csv --label-column 3", /has no column 3, give a number from 1 to 2/],
    ["linear --data points.csv --n 3", /--n: is for sampled data/],
    ["linear --n 5", /give --n and --d/],
    ["linear --n 5 --d 9 --label-column 2", /--label-column: is for a file/],
    ["linear --n 5 --d 9 --out net.txt", /"net\.txt" must end in \.json or \.safetensors/],
    ["linear --n 5 --d 9 --check", /--check: reads the file of --out back/],
    ["linear --n 5 --d 9 --points points.csv", /points\.csv: has points of 2 numbers, the function takes 9/],
    ["mcshane --n 5 --d 9 --out net.json", /unknown option '--out', see lawrob construct mcshane --help/],
    [
      "linear --data huge.csv",
      /point 2 has a norm that is not from 1e-15 to 1000000000000000 \(entries up to 3\.00e\+200\), scale/,
    ],
    [
      "linear --data tiny.csv",
      /point 1 has a norm that is not from 1e-15 to .* \(entries up to 2\.00e-200\), scale/,
    ],
    ["caps --data zero.csv", /caps: point 2 is 0, take it out/],
    ["tensor --data same.csv", /tensor: points 1 and 3 are equal, take one out/],
    ["linear --data named.csv --label-column y", /named\.csv: has several columns y, give the number of one/],
    ["linear --n 5 --d 9 --out data.txt/net.json", /--out: data\.txt is a file where a folder belongs/],
    ["ntk --n 20 --d 30 --gates 100000000", /ntk: 100000000 gates need .* GiB .* take fewer --gates/],
    [
      "one-parameter --n 20 --d 20 --tau-value 10",
      /every point has a coordinate of at most tau .* smaller --tau-value/,
    ],
    ["linear --data binary.csv", /binary\.csv: is binary, not CSV: give text/],
    ["circle --n 5 --d 9", /unknown command 'circle'/],
  ] as const) {
    test(line, async (context) => {
      const folder = temporaryFolder(context);
      for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
      const { code, stdout, stderr } = await lawrob(folder, "construct", ...line.split(" "));
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^lawrob: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.deepEqual(contents(folder), Object.keys(files).sort());
    });
  }
});
