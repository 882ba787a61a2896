import fc from "fast-check";
import { constructionMethods } from "../../src/construct/methods.ts";
import { laws } from "../../src/theory/laws.ts";
import { oddNumbers, oddWords } from "./mutations.ts";
import { fuzz, type Input } from "./session.ts";

const network = '{"activation":"relu","W":[[1,2],[3,-1],[0.5,1]],"b":[0.1,0,-1],"a":[1,-1,2],"c":0}';
const points = "x,y,label\n1,0,1\n0,1,-1\n-1,0,1\n0.5,0.5,-1\n";
const files = { "net.json": network, "points.csv": points, "spec.yaml": "n: [20, 30]\nd: 5\nk: 2,4\n" };

/** Command lines that can be used. Where work could be long, what bounds it comes last, for the last one counts. */
const sweeps = [
  "sweep --n 60",
  "sweep spec.yaml --seed 2",
  "sweep --n 30,60 --shard 1/3 --trial-timeout 5 --filter loss --epsilon 0.1,0.2 --out out",
  "sweep --n 30,60 --d 5:n/3 --k 2,n/2 --replicates 2 --epsilon 0.1 --learning-rate 0.01",
  "sweep --n 20 --d 4 --data clusters:2+flip:0.1 --measure bracket,weight --law floor --max-steps 10 --draws 5",
  "sweep --n 20 --method train --method construct:caps,form=disjoint --save networks,data --out out",
  "sweep --n 20 --engine wasm --workers 2 --memory 2GB --retry-failed --force --json",
  "reproduce exp1 --scale smoke --seed 3 --out out",
  "compare --n 40 --d 10 --k 5",
];
const others = [
  "lipschitz net.json --radius 2 --activation tanh --output 0 --seed 1 --json",
  "lipschitz net.json --exact --map W=a,a=b --batch-norm-epsilon 0.1",
  "plot points.csv --x x --y sqrt(y+1) --color label --facet label --fit --log x --all --title t --out out.vl.json",
  "status . --json",
  "merge . out --out out --allow-mixed-engines --json",
  "bound all --network net.json --data points.csv --labels points.csv --label-column 1 --seed 2 --json",
  ...laws.map(({ name, example }) => `bound ${name} ${example}`),
  ...constructionMethods.map(({ name }) => `construct ${name} --data sphere --n 8 --d 20 --seed 2 --json`),
  "construct caps --data points.csv --label-column label --points points.csv --out out.safetensors --check",
];

const options = [
  ...new Set(
    [...sweeps, ...others].flatMap((line) => line.split(" ").filter((word) => word.startsWith("--"))),
  ),
  "--help",
  "--version",
  "--bogus",
  "--no-json",
];
const names = [...laws.map(({ name }) => name), ...constructionMethods.map(({ name }) => name)];
const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 2, arbitrary: fc.constantFrom(...oddWords) },
  { weight: 3, arbitrary: fc.constantFrom(...options) },
  { weight: 1, arbitrary: fc.constantFrom(...names, "train,depth=3", "construct:caps", "data") },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(files), "none.json", "spec.yaml,net.json") },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", maxLength: 12 }).filter((text) => !text.includes("\0")),
  },
);

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom("drop", "replace", "insert", "twice"),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    word,
  }),
  { maxLength: 3 },
);

function changed(lines: readonly string[], last: readonly string[]): fc.Arbitrary<Input> {
  return fc.tuple(fc.constantFrom(...lines), changes).map(([line, changes]) => {
    const words = line.split(" ").filter((text) => text !== "");
    for (const { kind, at, word } of changes) {
      const place = Math.floor(at * (words.length + 1));
      if (kind === "drop") words.splice(place, 1);
      else if (kind === "replace") words.splice(place, 1, word);
      else if (kind === "insert") words.splice(place, 0, word);
      else words.splice(place, 0, ...words.slice(place, place + 2));
    }
    return { words: [...words, ...last], files };
  });
}

// Twice, for an option before it may take the first for its value.
const dry = ["--engine", "wasm", "--dry-run", "--dry-run"];
fuzz("sweeps", 1000, changed(sweeps, dry));
fuzz(
  "other commands",
  1500,
  fc.oneof(
    changed(others.slice(0, 2), ["--draws", "5", "--budget", "0.01"]),
    changed(others.slice(2), []),
    fc.array(word, { maxLength: 6 }).map((words) => ({ words, files })),
  ),
);
