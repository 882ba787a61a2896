import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe } from "node:test";
import { laws } from "../../src/theory/laws.ts";
import { fixture, fixtureNetwork } from "../theory/fixture.ts";
import { lawrob, temporaryFolder } from "./command.ts";

/** Writes the fixture's data and network. */
function writeFixture(folder: string): void {
  const { n, d, X, y } = fixture;
  const rows = Array.from({ length: n }, (_, i) => [...X.subarray(i * d, (i + 1) * d), y[i]].join(","));
  writeFileSync(path.join(folder, "data.csv"), `${rows.join("\n")}\n`);
  const { k, W, b, a } = fixtureNetwork;
  const network = {
    activation: "relu",
    W: Array.from({ length: k }, (_, l) => [...W.subarray(l * d, (l + 1) * d)]),
    b: [...b],
    a: [...a],
    c: 0,
  };
  writeFileSync(path.join(folder, "net.json"), JSON.stringify(network));
}

interface Told {
  readonly law: string;
  readonly bounds: readonly { quantity: string; kind: string; value: number; probability?: number }[];
}

test("every law is listed, has help, and an example that works", async (context) => {
  const folder = temporaryFolder(context);
  const { stdout: list } = await lawrob(folder, "bound", "--json");
  assert.deepEqual(
    JSON.parse(list).map(({ name }: { name: string }) => name),
    laws.map(({ name }) => name),
  );
  const { stdout: shown } = await lawrob(folder, "bound");
  for (const { name, summary } of laws) {
    assert.ok(shown.includes(summary), name);
    const { stdout: help } = await lawrob(folder, "bound", name, "--help");
    const example = /Example:\n {2}lawrob (.*)\n/.exec(help)?.[1] ?? "";
    const { code, stdout, stderr } = await lawrob(folder, ...example.split(" "), "--json");
    assert.equal(code, 0, `${example}: ${stderr}`);
    const told: Told = JSON.parse(stdout);
    assert.equal(told.law, name);
    assert.ok(told.bounds.length > 0, example);
    for (const { kind, value } of told.bounds) {
      assert.ok(["lower", "upper", "exact", "rate"].includes(kind) && Number.isFinite(value), example);
    }
  }
});

test("the golden numbers come from the command line, from numbers, a file and a network", async (context) => {
  const folder = temporaryFolder(context);
  writeFixture(folder);
  for (const [line, expected] of [
    ["floor --data data.csv", 5.65733391],
    ["universal --n 1e4 --d 100 --p 1e3 --delta 0.01 --parameter-lipschitz 1", 1.410504e-2],
    [
      "random-label --n 1e4 --d 1000 --p 1e4 --diameter-times-j 1e4 --e 0.02 --delta 0.01 --eta 0.05",
      4.818525,
    ],
    ["quadratic --data data.csv --k 3", 4.03249903],
    ["spectral --network net.json", 3.52277841],
    ["size --preset imagenet --effective-dimension 2000", 2.8e10],
  ] as const) {
    const { code, stdout, stderr } = await lawrob(folder, "bound", ...line.split(" "), "--json");
    assert.equal(code, 0, `${line}: ${stderr}`);
    const values = (JSON.parse(stdout) as Told).bounds.map(({ value }) => value);
    assert.ok(
      values.some((value) => Math.abs(value / expected - 1) <= 1e-6),
      `${line}: ${values}`,
    );
  }
});

test("all laws of a network and its data stand beside its certified interval, and none contradicts it", async (context) => {
  const folder = temporaryFolder(context);
  writeFixture(folder);
  const args = ["bound", "all", "--network", "net.json", "--data", "data.csv"];
  const {
    lipschitz,
    laws: told,
    not_asked: silent,
  } = JSON.parse((await lawrob(folder, ...args, "--json")).stdout);
  // The constant of the fixture's network is known.
  assert.ok(lipschitz.lower <= 2.55445888 && lipschitz.upper >= 2.55445886);
  const asked = (told as Told[]).map(({ law }) => law);
  const left = (silent as { law: string }[]).map(({ law }) => law);
  assert.deepEqual(
    [...asked, ...left].sort(),
    laws
      .filter(({ takes }) => takes.length > 0)
      .map(({ name }) => name)
      .sort(),
  );
  for (const name of ["floor", "spectral", "undercomplete", "total-weight", "random-label"]) {
    assert.ok(asked.includes(name), name);
  }
  for (const { law, bounds } of told as Told[]) {
    for (const { quantity, kind, value, probability = 1 } of bounds) {
      if (quantity !== "Lip(f)" || probability < 1) continue;
      if (kind === "lower") assert.ok(value <= lipschitz.upper * (1 + 1e-9), `${law}: ${value}`);
      if (kind === "upper") assert.ok(value >= lipschitz.lower * (1 - 1e-9), `${law}: ${value}`);
    }
  }
  const { stdout } = await lawrob(folder, ...args);
  const values = [...stdout.matchAll(/ Lip\(f\) +│ >= │ ([\d.e-]+)/g)]
    .map(([, value]) => Number(value))
    .slice(1);
  assert.ok(values.length >= 4);
  assert.deepEqual(
    values,
    values.toSorted((p, q) => q - p),
  );
  assert.match(stdout, /not asked: power: give --degree/);
});

test("labels that follow their points are told of, those of a file are taken on trust with a note", async (context) => {
  const folder = temporaryFolder(context);
  const d = 100;
  const row = (at: number) => Array.from({ length: d }, (_, j) => Number(j === 0) * at);
  // f(x) = x_1.
  const network = { W: [row(1), row(-1)], b: [0, 0], a: [1, -1], activation: "relu" };
  writeFileSync(path.join(folder, "first.json"), JSON.stringify(network));
  const args = ["bound", "all", "--network", "first.json", "--n", "3000", "--d", `${d}`];
  const sampled = await lawrob(folder, ...args, "--data", "clusters:2");
  assert.equal(sampled.code, 0, sampled.stderr);
  const lines = sampled.stdout.split("\n");
  for (const law of ["random-label", "spectral", "total-weight"]) {
    const likely = lines.filter((line) => line.includes(` ${law} `) && line.includes(" 0.95"));
    assert.ok(likely.length > 0 && likely.every((line) => line.includes("a hypothesis fails")), law);
  }
  assert.doesNotMatch(sampled.stdout, /cannot be seen from them/);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const sign = i % 2 === 0 ? 1 : -1;
    return [...row(sign * (1 + i / 100)), sign].join(",");
  });
  writeFileSync(path.join(folder, "points.csv"), `${rows.join("\n")}\n`);
  const file = await lawrob(folder, ...args.slice(0, 4), "--data", "points.csv");
  assert.match(file.stdout, /^note: .*spectral.*total-weight.*: .*that cannot be seen from them$/m);
  const { stdout } = await lawrob(folder, ...args.slice(0, 4), "--data", "points.csv", "--json");
  const values = (JSON.parse(stdout).laws as Told[])
    .flatMap(({ bounds }) => bounds.slice(0, 1))
    .filter(({ quantity, kind }) => quantity === "Lip(f)" && kind === "lower")
    .map(({ value }) => value);
  assert.ok(values.length >= 3);
  assert.deepEqual(
    values,
    values.toSorted((p, q) => q - p),
  );
});

describe("what a law cannot be asked ends in one line", { concurrency: 2 }, () => {
  for (const [line, expected] of [
    ["universal --n 100 --d 10", /universal: give --p/],
    ["universal --n 0 --d 10 --p 5 --parameter-lipschitz 1", /n must lie in \{1, 2, …\}, got 0/],
    [
      "universal --n 100 --d 10 --p 5 --parameter-lipschitz 1 --epsilon 2",
      /epsilon must lie in \(0, 1\), got 2/,
    ],
    ["universal --n ten --d 10 --p 5", /--n: "ten" is no number/],
    ["universal --n 5 --d 5 --p 5 --constants all", /--constants: "all" is none of printed, sharpened/],
    ["floor", /floor: give --data/],
    ["floor --data torus --n 5 --d 5", /--data: "torus" must be one of gaussian, sphere/],
    ["floor --labels y.csv", /--labels: is for a file of --data, give it/],
    ["spectral --network missing.json", /missing\.json: there is no such file/],
    ["spectral --map W=x", /--map: is for a file of --network, give it/],
    ["all", /bound all: give --network, --data or both/],
    ["all --network net.json --data sphere --n 5 --d 4", /takes points of 8 numbers, those of --data have 4/],
    ["gravity", /bound: "gravity" is no law, lawrob bound lists them/],
  ] as const) {
    test(line, async (context) => {
      const folder = temporaryFolder(context);
      writeFixture(folder);
      const { code, stdout, stderr } = await lawrob(folder, "bound", ...line.split(" "));
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^lawrob: [^\n]+\n$/);
      assert.match(stderr, expected);
    });
  }
});
