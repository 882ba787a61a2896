import assert from "node:assert/strict";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { stream } from "../../src/numeric/random.ts";
import { contents, lawrob, root, temporaryFolder } from "./command.ts";

const absolute = { activation: "relu", W: [[1], [-1]], b: [0, 0], a: [1, 1], c: 0 };
// Three layers on the plane.
const deep = {
  layers: [
    {
      W: [
        [1, 2],
        [-1, 0.5],
        [0.3, -1],
      ],
      b: [0.1, 0, -0.2],
    },
    {
      W: [
        [1, -1, 0.5],
        [0.2, 1, -0.7],
      ],
      b: [0, 0.1],
    },
    { W: [[1, -2]], b: [0] },
  ],
};

function write(folder: string, name: string, content: unknown): void {
  writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
}

async function asJson(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await lawrob(folder, "lipschitz", ...args, "--json");
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

test("|x| has the constant 1, as JSON with kinds, methods and a witness", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "abs.json", absolute);
  const found = await asJson(folder, "abs.json");
  const { proxy, lower, upper, spectral, ratio, network, seconds } = found;
  assert.deepEqual(Object.keys(found), [
    "proxy",
    "lower",
    "upper",
    "spectral",
    "ratio",
    "network",
    "seconds",
  ]);
  assert.deepEqual([proxy.kind, lower.kind, upper.kind, spectral.kind], ["lower", "lower", "upper", "upper"]);
  assert.deepEqual([proxy.method, lower.method, spectral.method], ["random", "ascent", "spectral"]);
  assert.ok(lower.value <= 1 && lower.value > 1 - 1e-12 && upper.value >= 1 && upper.value < 1 + 1e-6);
  assert.ok(lower.witness.length === 1 && lower.witness[0] !== 0);
  assert.equal(ratio, upper.value / lower.value);
  assert.deepEqual(network, { k: 2, d: 1, activation: "relu", layers: [1, 2, 1] });
  assert.deepEqual(Object.keys(seconds), ["proxy", "lower", "upper", "spectral"]);
  assert.deepEqual(contents(folder), ["abs.json"]);
});

test("people get a table, rounded to the side of each bound, without colours in a pipe", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "abs.json", absolute);
  const { code, stdout, stderr } = await lawrob(folder, "lipschitz", "abs.json");
  assert.equal(code, 0);
  assert.equal(stderr, "");
  assert.match(stdout, /^relu network 1 → 2 → 1 on all of R\^1\n/);
  const value = (name: string) => Number(new RegExp(`│ ${name} +│ +([\\d.e-]+) `).exec(stdout)?.[1]);
  assert.ok(value("lower") < 1 && value("upper") > 1 && value("spectral") >= 2);
  assert.match(stdout, /upper \/ lower = 1 \+ \d/);
  assert.ok(!stdout.includes("\u001b"));
});

test("--exact finds the constant, and without time tightens the interval and says so", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "abs.json", absolute);
  const { exact, lower, upper, ratio, seconds } = await asJson(folder, "abs.json", "--exact");
  assert.equal(exact.kind, "exact");
  assert.ok(Math.abs(exact.value - 1) < 1e-9 && ratio - 1 < 1e-9 && seconds.exact > 0);
  assert.ok(lower.value <= 1 && upper.value >= 1);
  const single = { activation: "abs", W: [[3, 4]], b: [1], a: [2] };
  write(folder, "one.json", single);
  const { exact: ten, network } = await asJson(folder, "one.json", "--exact");
  assert.ok(Math.abs(ten.value - 10) < 1e-8 && network.activation === "abs");
  // Opposite neurons that cancel up to rounding: nothing but rounding keeps the interval open.
  const third = { W: [[1 / 3], [1 / 3], [1 / 3]], a: [0.1, 0.2, -0.3] };
  write(folder, "none.json", third);
  const none = await asJson(folder, "none.json", "--exact");
  assert.equal(none.open, "rounding");
  // More neurons than dimensions, too many to be done in no time.
  const random = stream(1, "test", "lipschitz");
  const gaussians = (length: number) => Array.from({ length }, () => random.gaussian());
  const wide = { W: Array.from({ length: 60 }, () => gaussians(8)), b: gaussians(60), a: gaussians(60) };
  write(folder, "wide.json", wide);
  const { code, stdout } = await lawrob(folder, "lipschitz", "wide.json", "--exact", "--budget", "0.05");
  assert.equal(code, 0);
  assert.match(stdout, /\nthe interval was not closed in [\d.]+ s, --budget gives more time\n$/);
});

test("the same seed gives the same bounds", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "deep.json", deep);
  const { seconds: _, ...first } = await asJson(folder, "deep.json", "--seed", "3");
  const { seconds: __, ...second } = await asJson(folder, "deep.json", "--seed", "3");
  assert.deepEqual(first, second);
});

test("deep networks get lower and upper bounds with their methods", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "deep.json", deep);
  const { lower, upper, spectral, network } = await asJson(folder, "deep.json");
  assert.equal(upper.method, "lipsdp");
  assert.ok(lower.value > 0 && lower.value <= upper.value && upper.value <= spectral.value);
  assert.deepEqual(network, { k: 5, d: 2, activation: "relu", layers: [2, 3, 2, 1] });
});

test("a longer budget never finds less", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "deep.json", deep);
  const short = await asJson(folder, "deep.json");
  const start = performance.now();
  const long = await asJson(folder, "deep.json", "--budget", "1.5");
  assert.ok(performance.now() - start >= 1500);
  assert.ok(long.lower.value >= short.lower.value);
});

test("activations and balls are taken from the flags", async (context) => {
  const folder = temporaryFolder(context);
  write(folder, "square.json", { activation: "polynomial:0,0,1", W: [[0.6, 0.8]], b: [0], a: [1] });
  const { lower, upper, radius } = await asJson(folder, "square.json", "--radius", "2");
  assert.equal(radius, 2);
  assert.ok(lower.value > 3.99 && lower.value <= 4 && upper.value >= 4 && upper.value < 4.001);
  const tanh = await asJson(folder, "square.json", "--activation", "tanh");
  assert.equal(tanh.network.activation, "tanh");
  assert.ok(tanh.lower.value <= 1 && tanh.upper.value >= 1 && tanh.upper.value < 1.001);
});

test("a network that a sweep saved is read as it is, and its bracket is around the row's proxy", async (context) => {
  const folder = temporaryFolder(context);
  const sizes = ["--n", "40", "--d", "7", "--k", "9", "--max-steps", "300"];
  const run = await lawrob(
    folder,
    "sweep",
    ...sizes,
    "--engine",
    "wasm",
    "--save",
    "networks",
    "--out",
    "run",
  );
  assert.equal(run.code, 0, run.stderr);
  const [file] = readdirSync(path.join(folder, "run", "networks"));
  const { lower, upper, network } = await asJson(folder, path.join("run", "networks", file));
  assert.deepEqual([network.k, network.d], [9, 7]);
  assert.ok(lower.value > 0 && lower.value <= upper.value);
});

test("PyTorch's names, batch normalisations and outputs", async (context) => {
  const folder = temporaryFolder(context);
  for (const name of ["batch-norm", "deep-bf16"]) {
    const file = `${name}.safetensors`;
    copyFileSync(path.join(root, "test", "fixtures", "networks", file), path.join(folder, file));
  }
  const folded = await asJson(folder, "batch-norm.safetensors");
  assert.deepEqual(folded.network, { k: 6, d: 4, activation: "relu", layers: [4, 6, 1] });
  const softer = await asJson(folder, "batch-norm.safetensors", "--batch-norm-epsilon", "100");
  assert.ok(softer.upper.value < folded.upper.value);
  const outputs = await Promise.all(
    [0, 1].map((i) => asJson(folder, "deep-bf16.safetensors", "--output", `${i}`)),
  );
  assert.equal(outputs[0].network.activation, "tanh");
  assert.notEqual(outputs[0].upper.value, outputs[1].upper.value);
  const refused = await lawrob(folder, "lipschitz", "deep-bf16.safetensors");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^lawrob: deep-bf16\.safetensors: net\.fc3\.weight gives 2 outputs, choose one with --output INDEX \(0 to 1\)\n$/,
  );
});

test("a mapped network is the one with our names", async (context) => {
  const folder = temporaryFolder(context);
  const file = "sequential-f16.safetensors";
  copyFileSync(path.join(root, "test", "fixtures", "networks", file), path.join(folder, file));
  const { upper } = await asJson(folder, file);
  const mapped = await asJson(folder, file, "--map", "W=0.weight,b=0.bias,a=2.weight");
  assert.equal(mapped.upper.value, upper.value);
});

test("tensors that a network leaves out are told on stderr and in the JSON", async (context) => {
  const folder = temporaryFolder(context);
  const file = "batch-norm.safetensors";
  copyFileSync(path.join(root, "test", "fixtures", "networks", file), path.join(folder, file));
  const map = ["--map", "W=fc1.weight,b=fc1.bias,a=fc2.weight,c=fc2.bias"];
  const { code, stdout, stderr } = await lawrob(folder, "lipschitz", file, ...map, "--json");
  assert.equal(code, 0);
  const names = ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"];
  assert.deepEqual(JSON.parse(stdout).leftOut, names);
  assert.equal(
    stderr,
    `${file}: no part of the network: ${names.map((name) => `"${name}"`).join(", ")} ` +
      "(gamma=…,beta=…,mean=…,variance=… in --map fold a batch normalisation)\n",
  );
  const refused = await lawrob(folder, "lipschitz", file, "--map", "W=fc1.weight,a=fc2.weight");
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^lawrob: .*: --map: leaves out "fc1\.bias" .* add b=fc1\.bias .*\n$/);
});
