/** Figures as bytes: SVG, PNG, a page, the specification itself. Nothing here reads or writes a caller's file. */
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { type Loader, loader, parse, View, Warn } from "vega";
import { compile } from "vega-lite";
import type { Figure } from "./layers.ts";
import { measureWithShippedFont } from "./text-width.ts";

/** The one font the package ships, put there by scripts/build.js. */
const FONT_FILE = fileURLToPath(new URL("../../assets/DejaVuSans.ttf", import.meta.url));

/** Where Vega-Lite and Vega send their remarks about a figure; silence by default. */
export interface RenderOptions {
  readonly warn?: (message: string) => void;
}

/**
 * The figure as SVG text. The same figure gives the same text, however often and beside whatever it is drawn.
 *
 * Throws Vega-Lite's error for a specification it cannot read.
 */
export async function renderSvg(figure: Figure, { warn = () => {} }: RenderOptions = {}): Promise<string> {
  measureWithShippedFont();
  const logger = collectingLogger(warn);
  const { spec } = compile(figure, { logger });
  const view = new View(parse(spec), { renderer: "none", loader: sealedLoader(), logger, logLevel: Warn });
  try {
    return withStableIds(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** The SVG as a PNG file; `scale` is pixels per SVG pixel. */
export function renderPng(svg: string, { scale = 2 }: { readonly scale?: number } = {}): Buffer {
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: false, fontFiles: [FONT_FILE], defaultFontFamily: "DejaVu Sans" },
  });
  return image.render().asPng();
}

/** A page of its own around the SVG: no script, no link. */
export function renderHtml(svg: string, title: string): string {
  const text = title.replace(/[&<>"]/g, (mark) => `&#${mark.codePointAt(0)};`);
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title>`,
    "<style>body{margin:2rem;text-align:center}svg{max-width:100%;height:auto}</style></head>",
    `<body>${svg}</body>`,
    "</html>",
    "",
  ].join("\n");
}

/** The text of a `.vl.json` file, which any Vega-Lite editor opens. */
export function renderSpec(figure: Figure): string {
  return `${JSON.stringify(figure, null, 1)}\n`;
}

/** Vega numbers clips and gradients through the whole process: renumber them through this picture. */
function withStableIds(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/(\bid="|url\(#)(clip|gradient_)(\d+)/g, (_, before, kind, number) => {
    const key = `${kind}${number}`;
    const name = names.get(key) ?? `${kind}${names.size}`;
    names.set(key, name);
    return `${before}${name}`;
  });
}

/** A figure has its data inside: nothing may be fetched for it. */
function sealedLoader(): Loader {
  return {
    ...loader(),
    load: (uri) => Promise.reject(new Error(`a figure must not load ${uri}`)),
  };
}

function collectingLogger(warn: (message: string) => void) {
  const logger = {
    level: (_: number) => logger,
    error: (...parts: unknown[]) => {
      throw new Error(parts.join(" "));
    },
    warn: (...parts: unknown[]) => {
      warn(parts.join(" "));
      return logger;
    },
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
