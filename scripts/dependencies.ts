// What each direct dependency is for, and why it is not another one or our own code: docs/dependencies.md has them in a table.
import { readFileSync } from "node:fs";

interface Purpose {
  /** What it does here. */
  readonly for: string;
  /** What else there was, and why not that or our own code. */
  readonly instead: string;
}

const purposes: Readonly<Record<string, Purpose>> = {
  commander: {
    for: "the command line",
    instead: "node:util's parseArgs has no subcommands and no help; yargs is several times as large",
  },
  seedrandom: {
    for: "the generator behind every random stream (xor4096)",
    instead: "Math.random takes no seed; the published bytes hang on this generator",
  },
  "d3-random": {
    for: "Gaussian numbers from a stream, by the polar method",
    instead: "ours would be ten lines, these are read and tested by many",
  },
  highs: {
    for: "linear programmes of the exact Lipschitz search and of quantile regression: HiGHS as WebAssembly",
    instead: "solvers written in JavaScript are slower and less careful; a native one would need a compiler",
  },
  tinyqueue: {
    for: "the queue by priority of branch and bound and of shards",
    instead: "the one of our own that was here before was as long, and tested by fewer",
  },
  "ml-matrix": {
    for: "eigenvalues of the small tridiagonal matrices of Lanczos, and of symmetric d × d forms as a whole",
    instead: "an eigenvalue solver of our own would be the part of it least well tested",
  },
  yaml: {
    for: "reads specifications: one document, aliases bounded, duplicate keys refused",
    instead: "js-yaml would do, but for the bound on aliases",
  },
  zod: {
    for: "checks specifications and manifests, with messages that name the key",
    instead: "JSON Schema validators speak of paths in a schema, not of what to write",
  },
  "csv-stringify": {
    for: "tables out",
    instead: "quoting is easy to get wrong once; by hand only the numbers of large data files are read",
  },
  "csv-parse": { for: "tables in", instead: "the counterpart of csv-stringify, with the same rules" },
  workerpool: {
    for: "the pool of worker processes",
    instead: "piscina has threads alone, and a native library that crashes would take the run along",
  },
  vega: { for: "draws figures", instead: "d3 alone means axes and legends by hand" },
  "vega-lite": {
    for: "figures as specifications that anyone can open and change",
    instead: "a plotting library of Python would be a second language to install",
  },
  "vega-expression": {
    for: "parses formulas of columns and of sizes; evaluation is ours, over a whitelist",
    instead: "it is there with vega already; mathjs evaluates far more than a file from outside may ask for",
  },
  "@resvg/resvg-js": {
    for: "PNG from SVG, with the one font that is shipped",
    instead: "a canvas or a browser needs system libraries and draws otherwise on each machine",
  },
  "cli-progress": {
    for: "the bar on a terminal",
    instead: "a bar of our own would have to learn terminals anew",
  },
  "cli-table3": {
    for: "tables on a terminal",
    instead: "widths of characters and alignment are its whole work",
  },
  picocolors: {
    for: "bold heads, where the terminal has colours",
    instead: "chalk is larger and no better here",
  },
  "env-paths": {
    for: "the user's cache folder, for native parts",
    instead: "each system has its own convention; it has no dependency",
  },
  yauzl: {
    for: "reads the wheels that OpenBLAS and libtensorflow come in",
    instead: "Node has no reader of zip; adm-zip holds a whole archive in memory",
  },
  koffi: {
    for: "calls the BLAS library of the `blas` engine, in 0.15 µs and without a compiler; npm leaves it out where it has no build",
    instead: "ffi-napi is not kept up and needs a compiler",
  },
  "@tensorflow/tfjs-node": {
    for: "the `tensorflow` engine; npm leaves it out where its own download fails",
    instead: "the papers' own stack; TF.js without its native part trains too slowly to compare with",
  },
  "@biomejs/biome": {
    for: "lints and formats, and holds the folders to their imports",
    instead: "eslint with prettier and a plugin for imports is three tools and many packages",
  },
  "@tensorflow/tfjs-core": {
    for: "types of the `tensorflow` engine",
    instead: "types by hand would not notice a change",
  },
  "@types/cli-progress": { for: "types", instead: "the package has none" },
  "@types/d3-random": { for: "types", instead: "the package has none" },
  "@types/node": { for: "types of the oldest Node that is supported", instead: "Node has none of its own" },
  "@types/seedrandom": { for: "types", instead: "the package has none" },
  "@types/yauzl": { for: "types", instead: "the package has none" },
  assemblyscript: {
    for: "compiles the training kernels to WebAssembly",
    instead: "C or Rust would ask for a second toolchain",
  },
  "dejavu-fonts-ttf": {
    for: "the font of the figures, copied into the package",
    instead: "fonts of the system differ from machine to machine, and figures with them",
  },
  "fast-check": {
    for: "tests over random inputs, with the least one that fails",
    instead: "random loops by hand do not shrink what they find",
  },
  tsx: {
    for: "runs TypeScript in the tests",
    instead: "Node 20 does not strip types; a build before each test is slower",
  },
  typescript: { for: "the type checker, and the build", instead: "it is what the code is written in" },
};

type Group = "dependencies" | "optionalDependencies" | "devDependencies";
interface Locked {
  readonly version: string;
  readonly license?: string;
}

function read(name: string) {
  return JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));
}

/**
 * Rows of the table of some groups of package.json: name, version, licence, purpose, alternatives.
 * @throws Error where a dependency has no purpose above, or package-lock.json has another version than package.json
 */
export function dependencyRows(...groups: Group[]): string[][] {
  const asked: Partial<Record<Group, Record<string, string>>> = read("package.json");
  const locked: Record<string, Locked | undefined> = read("package-lock.json").packages;
  return groups.flatMap((group) =>
    Object.entries(asked[group] ?? {}).map(([name, version]) => {
      const found = locked[`node_modules/${name}`];
      if (found?.version !== version) {
        throw new Error(
          `package-lock.json has ${name} ${found?.version}, package.json ${version}: npm install`,
        );
      }
      const purpose = Object.hasOwn(purposes, name) ? purposes[name] : undefined;
      if (!purpose) throw new Error(`${name} has no purpose in scripts/dependencies.ts: write one`);
      const optional = group === "optionalDependencies" ? " (optional)" : "";
      return [`${name}${optional}`, version, found.license ?? "not stated", purpose.for, purpose.instead];
    }),
  );
}
