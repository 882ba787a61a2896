// Writes the tables of README.md, docs/laws.md and docs/dependencies.md from the catalogues; --check says whether they are
// up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { type ColumnDescription, lawColumns, timingColumns, trialColumns } from "../src/record/columns.ts";
import { laws } from "../src/theory/laws.ts";
import { dependencyRows } from "./dependencies.ts";

function columnTable(columns: readonly ColumnDescription[]): string {
  return table(
    ["column", "meaning", "unit"],
    columns.map(({ name, unit, description }) => [`\`${name}\``, description, unit]),
  );
}

function lawTable(): string {
  return table(
    ["name", "from", "says", "for example"],
    laws.map(({ name, theorem, summary, example }) => [`\`${name}\``, theorem, summary, `\`${example}\``]),
  );
}

function dependencyTable(...groups: Parameters<typeof dependencyRows>): string {
  return table(
    ["package", "version", "licence", "for", "why not another, or our own"],
    dependencyRows(...groups),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

const documents = [
  {
    name: "README.md",
    tables: {
      "columns of trials": columnTable(trialColumns),
      "columns of timings": columnTable(timingColumns),
      "columns of laws": columnTable(lawColumns),
    },
  },
  { name: "docs/laws.md", tables: { laws: lawTable() } },
  {
    name: "docs/dependencies.md",
    tables: {
      "what runs": dependencyTable("dependencies", "optionalDependencies"),
      "what builds and tests": dependencyTable("devDependencies"),
    },
  },
];

for (const { name, tables } of documents) {
  const file = new URL(`../${name}`, import.meta.url);
  const found = readFileSync(file, "utf8");
  const current = Object.entries(tables).reduce(
    (text, [what, rows]) =>
      text.replace(
        new RegExp(`(<!-- ${what} -->\n)[^]*?(<!-- end -->)`),
        (_, before, after) => `${before}${rows}\n${after}`,
      ),
    found,
  );
  if (!process.argv.includes("--check")) writeFileSync(file, current);
  else if (current !== found) {
    console.error(`${name}: a table is out of date: npm run docs`);
    process.exit(1);
  }
}
