/** `lawrob plot`: a figure of any columns of a table. */
import { statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { fileLimits } from "../numeric/file-limits.ts";
import { type Row, trialColumns } from "../record/columns.ts";
import { StorageError, writeWhole } from "../record/files.ts";
import { parseTable } from "../record/table.ts";
import { columnFigure } from "../report/column-figure.ts";
import { columnPoints } from "../report/column-points.ts";
import { renderHtml, renderPng, renderSpec, renderSvg } from "../report/render.ts";
import { UsageError } from "./errors.ts";
import { readText } from "./open-file.ts";

interface PlotFlags {
  x: string;
  y: string;
  color?: string;
  facet?: string;
  fit?: boolean;
  log?: string;
  all?: boolean;
  title?: string;
  out: string;
  json?: boolean;
}

const formats = [".svg", ".png", ".html", ".vl.json"] as const;

export function addPlot(program: Command): void {
  program
    .command("plot")
    .summary("draw any columns of a table")
    .description(
      "Draws a scatter plot of a run's trials.csv, or of any CSV with a header. Axes and colour are columns or " +
        "formulas of columns, with sqrt, log, pow and the like. Only kept trials are drawn unless --all is given.",
    )
    .argument("<source>", "folder of a run, or a CSV file")
    .option("--x <formula>", "horizontal axis", "sqrt(n/k)")
    .option("--y <formula>", "vertical axis", "max_random_gradient")
    .option("--color <formula>", "colour of the points")
    .option("--facet <formula>", "one panel for each value")
    .option("--fit", "add the least squares line with its 95% band")
    .option("--log <axes>", "logarithmic axes: x, y or xy")
    .option("--all", "draw trials that were not kept as well")
    .option("--title <text>", "title of the figure")
    .option("--out <file>", `file to write, by its extension ${formats.join(", ")}`, "plot.svg")
    .option("--json", "print what was written as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        '  lawrob plot results/exp1 --x "sqrt(n/k)" --y max_random_gradient --color d --fit --out f.svg\n' +
        '  lawrob plot runs/pilot/trials.csv --x k --y "steps/n" --facet n --log xy --out steps.png',
    )
    .action(plot);
}

async function plot(source: string, flags: PlotFlags): Promise<void> {
  const format = formats.find((extension) => flags.out.toLowerCase().endsWith(extension));
  if (!format)
    throw new UsageError(`--out: "${flags.out}" has no known extension, take ${formats.join(", ")}`);
  const log = (["x", "y", "xy"] as const).find((axes) => axes === flags.log);
  if (flags.log !== undefined && !log) throw new UsageError(`--log: "${flags.log}" is not x, y or xy`);
  const rows = readRows(source);
  const choice = { ...flags, log };
  const figure = drawn(() => columnFigure(rows, choice));
  const counts = columnPoints(rows, choice);
  const content = await render(figure, format, flags.title ?? `${flags.y} against ${flags.x}`);
  try {
    writeWhole(flags.out, content);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { code } = error.cause as NodeJS.ErrnoException;
    throw new UsageError(`--out: ${flags.out} cannot be written (${code}), choose another`);
  }
  if (counts.leftOut > 0) {
    process.stderr.write(
      `${counts.leftOut} of ${counts.drawn + counts.leftOut} rows have no point to draw\n`,
    );
  }
  const written = { file: path.resolve(flags.out), rows: rows.length, drawn: counts.drawn };
  process.stdout.write(flags.json ? `${JSON.stringify(written, null, 2)}\n` : `${flags.out}\n`);
}

/** A choice that cannot be drawn is the user's to mend. */
function drawn<T>(draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

async function render(
  figure: ReturnType<typeof columnFigure>,
  format: (typeof formats)[number],
  title: string,
): Promise<string | Buffer> {
  if (format === ".vl.json") return renderSpec(figure);
  const svg = await renderSvg(figure);
  if (format === ".svg") return svg;
  return format === ".png" ? renderPng(svg, { scale: 2 }) : renderHtml(svg, title);
}

function readRows(source: string): Row[] {
  const file = isFolder(source) ? path.join(source, "trials.csv") : source;
  const text = readText(file, "the folder of a run or a CSV file", fileLimits.tableBytes);
  return nonEmpty(file, parseTable(file, text, trialColumns));
}

/** What cannot be looked at is told of where it is read. */
function isFolder(source: string): boolean {
  try {
    return statSync(source).isDirectory();
  } catch {
    return false;
  }
}

function nonEmpty(file: string, rows: Row[]): Row[] {
  if (rows.length === 0) throw new UsageError(`${file}: holds no rows, nothing can be drawn`);
  return rows;
}
