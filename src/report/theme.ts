/** One look for every figure: fonts that read everywhere, colours that a colour-blind reader tells apart. */
import type { Config } from "vega-lite";

/** The shipped font first, so that PNG and SVG agree; then fonts that other machines have. */
const FONT = "DejaVu Sans, Verdana, sans-serif";

/** Plot area of a single figure, in CSS pixels: with axes and legend about 640 wide. */
export const WIDTH = 480;
export const HEIGHT = 320;

/** Okabe & Ito's colour-blind safe palette (jfly.uni-koeln.de/color, 2008), without its yellow. */
export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
export const BLUE = PALETTE[0];
export const VERMILLION = PALETTE[1];

/** Lines and bands over coloured points. */
export const INK = "#222222";

/** Viridis without its end: the palest yellows vanish on white. */
export const SEQUENTIAL: { name: "viridis"; extent: number[] } = { name: "viridis", extent: [0, 0.92] };

export const THEME: Config = {
  background: "#ffffff",
  font: FONT,
  padding: 12,
  // Screen readers get the figure's description and axes, not one label per point: that would triple the file.
  mark: { aria: false },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 15,
    // One weight is shipped: a bold title would look different in SVG and PNG.
    fontWeight: "normal",
    color: INK,
    subtitleFontSize: 11,
    subtitleColor: "#444444",
    subtitleLineHeight: 15,
    subtitlePadding: 5,
    offset: 12,
    limit: 0,
  },
  view: { stroke: null },
  axis: {
    domainColor: "#888888",
    tickColor: "#888888",
    gridColor: "#e8e8e8",
    labelColor: "#333333",
    titleColor: INK,
    labelFontSize: 11,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
    titleLineHeight: 15,
    labelOverlap: true,
    labelFlush: false,
  },
  legend: {
    labelColor: "#333333",
    titleColor: INK,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    titleLimit: 0,
    labelLimit: 0,
    symbolSize: 60,
    symbolOpacity: 1,
    gradientLength: 160,
    gradientThickness: 12,
  },
  header: { labelFontSize: 11, titleFontSize: 12 },
  point: { filled: true, size: 38, opacity: 0.8, stroke: "#ffffff", strokeWidth: 0.5 },
};
