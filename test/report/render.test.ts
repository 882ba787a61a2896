import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnFigure } from "../../src/report/column-figure.ts";
import { experiment1Figure, sweepFigure } from "../../src/report/gradient-figure.ts";
import type { Figure } from "../../src/report/layers.ts";
import { experiment2Figure } from "../../src/report/regime-figure.ts";
import { renderHtml, renderPng, renderSpec, renderSvg } from "../../src/report/render.ts";
import { textWidth } from "../../src/report/text-width.ts";
import { experiment1Rows, experiment2Rows } from "./made-rows.ts";

describe("rendering", () => {
  const figures = () => [
    experiment1Figure(experiment1Rows()),
    experiment2Figure(experiment2Rows()),
    columnFigure(experiment1Rows(), { x: "n", y: "k", color: "d", facet: "data", fit: true }),
  ];

  it("gives the same bytes again, one after the other or all at once", async () => {
    const once: string[] = [];
    for (const figure of figures()) once.push(await renderSvg(figure));
    const together = await Promise.all(figures().map((figure) => renderSvg(figure)));
    assert.deepEqual(together, once);
    assert.deepEqual(renderPng(together[0]), renderPng(once[0]));
  });

  it("gives a PNG of the SVG's size times the scale", async () => {
    const svg = await renderSvg(sweepFigure(experiment1Rows()));
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    for (const scale of [1, 2]) {
      const png = renderPng(svg, { scale });
      assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
      assert.equal(png.readUInt32BE(16), Number(width) * scale);
      assert.equal(png.readUInt32BE(20), Number(height) * scale);
    }
  });

  it("draws text in the PNG with the shipped font", async () => {
    const words = await renderSvg(sweepFigure([]));
    const silent = words.replace(/<text[^>]*>[^<]*<\/text>/g, "");
    assert.ok(renderPng(words).length > 3 * renderPng(silent).length);
  });

  it("names fonts that every reader has", async () => {
    const svg = await renderSvg(sweepFigure(experiment1Rows()));
    const fonts = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map((match) => match[1]));
    assert.deepEqual([...fonts], ["DejaVu Sans, Verdana, sans-serif"]);
  });

  it("measures text as the shipped font draws it", () => {
    // Advance widths in font units of 1/2048 em: W 2025, i 569, n 1298.
    const units = (2025 + 569 + 1298) / 2048;
    assert.ok(Math.abs(textWidth("Win", 20) - 20 * units) < 0.05);
    assert.equal(textWidth("", 12), 0);
  });

  it("writes a specification that reads back and a page that holds the picture", async () => {
    const figure = sweepFigure(experiment1Rows());
    assert.deepEqual(JSON.parse(renderSpec(figure)), JSON.parse(JSON.stringify(figure)));
    const page = renderHtml(await renderSvg(figure), 'a < b & "c"');
    assert.ok(page.startsWith("<!doctype html>") && page.includes("</svg>"));
    assert.ok(page.includes("<title>a &#60; b &#38; &#34;c&#34;</title>"));
  });

  it("fetches nothing for a figure, and says so", async () => {
    const figure = { data: { url: "package.json" }, mark: "point", encoding: {} } as Figure;
    const warnings: string[] = [];
    await renderSvg(figure, { warn: (message) => warnings.push(message) });
    assert.match(warnings.join("\n"), /a figure must not load package\.json/);
  });
});
