// Writes the tables of columns into README.md from the one catalogue; --check says whether they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { type Column, timingColumns, trialColumns } from "../src/record/columns.ts";

const file = new URL("../README.md", import.meta.url);

function markdown(columns: readonly Column[]): string {
  const lines = columns.map(
    ({ name, unit, description }) => `| \`${name}\` | ${description.replaceAll("|", "\\|")} | ${unit} |`,
  );
  return ["| column | meaning | unit |", "|---|---|---|", ...lines].join("\n");
}

/** The README with its tables replaced. */
function withColumnTables(readme: string): string {
  const tables = { trials: trialColumns, timings: timingColumns };
  return Object.entries(tables).reduce(
    (text, [name, columns]) =>
      text.replace(
        new RegExp(`(<!-- columns of ${name} -->\n)[^]*?(<!-- end -->)`),
        (_, before, after) => `${before}${markdown(columns)}\n${after}`,
      ),
    readme,
  );
}

const readme = readFileSync(file, "utf8");
const current = withColumnTables(readme);
if (!process.argv.includes("--check")) writeFileSync(file, current);
else if (current !== readme) {
  console.error("README.md: the tables of columns are out of date: npm run docs");
  process.exit(1);
}
