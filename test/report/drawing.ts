/** What the tests of figures look at: the texts and the marks of a picture. */
import assert from "node:assert/strict";
import type { Figure } from "../../src/report/layers.ts";
import { renderSvg } from "../../src/report/render.ts";
import type { Row } from "../../src/report/rows.ts";

/** Renders, fails on any warning of Vega-Lite or Vega, and returns the texts in the picture, one a line. */
export async function draw(figure: Figure): Promise<string> {
  const warnings: string[] = [];
  const svg = await renderSvg(figure, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  return [...svg.matchAll(/>([^<>]+)</g)].map((match) => match[1]).join("\n");
}

export function layersOf(figure: Figure): { mark: { type: string }; data: { values: Row[] } }[] {
  return "layer" in figure ? (figure.layer as never) : [];
}

export function pointsOf(figure: Figure): Row[] {
  return layersOf(figure).find((layer) => layer.mark.type === "point")?.data.values ?? [];
}

export const marksOf = (figure: Figure) => layersOf(figure).map((layer) => layer.mark.type);
