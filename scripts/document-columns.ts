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
export function withColumnTables(readme: string): string {
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

if (process.argv[1]?.endsWith("document-columns.ts")) {
  const readme = readFileSync(file, "utf8");
  writeFileSync(file, withColumnTables(readme));
}
