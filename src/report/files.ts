/** Writes the figures and the verdict of a run into its folder. */
import path from "node:path";
import type { FigureKind } from "../experiment/spec.ts";
import type { Row } from "../record/columns.ts";
import { makeWritableFolder, writeWhole } from "../record/files.ts";
import type { EngineComparison } from "./engine-comparison.ts";
import { reports } from "./figures.ts";
import { renderPng, renderSpec, renderSvg } from "./render.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Draws `DIR/figures/<name>.{vl.json,svg,png}` and writes `DIR/verdict.json`, from the rows alone, of trials.csv and of laws.csv.
 * @param comparison with another engine, which the verdict then tells of
 * @returns the paths written, and the verdict
 */
export async function writeReport(
  directory: string,
  { kind, title }: { kind: FigureKind; title?: string | undefined },
  { rows, laws = [] }: { rows: readonly Row[]; laws?: readonly Row[] },
  comparison?: EngineComparison,
): Promise<{ files: string[]; verdict: Verdict }> {
  const { name, figure, verdict } = reports[kind];
  const specification = figure(rows, title, laws);
  const svg = await renderSvg(specification);
  const folder = path.join(directory, "figures");
  makeWritableFolder(folder);
  const findings = withComparison(await verdict(rows, laws), comparison);
  const contents: [string, string | Buffer][] = [
    [path.join(folder, `${name}.vl.json`), renderSpec(specification)],
    [path.join(folder, `${name}.svg`), svg],
    [path.join(folder, `${name}.png`), renderPng(svg, { scale: 2 })],
    [path.join(directory, "verdict.json"), `${JSON.stringify(findings, null, 2)}\n`],
  ];
  for (const [file, content] of contents) writeWhole(file, content);
  return { files: contents.map(([file]) => file), verdict: findings };
}

function withComparison(verdict: Verdict, comparison: EngineComparison | undefined): Verdict {
  if (!comparison) return verdict;
  const { words, ...engine_comparison } = comparison;
  return { ...verdict, engine_comparison, words: [...verdict.words, ...words] };
}
