/**
 * How wide a text is, for the layout of a figure.
 *
 * Vega asks a canvas when one is installed and otherwise guesses far too wide; the shipped font's own widths
 * give the same tight layout on every machine.
 */
import * as vega from "vega";

/** Advance widths of DejaVu Sans 2.37 for the characters U+0020 to U+007E, in thousandths of the font size (its hmtx table). */
const ASCII_WIDTHS = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
  636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
  295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
  500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
  392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/** Every other character (√ 637, ∇ 669, ε 541, − 838): near enough for a margin. */
const OTHER_WIDTH = 650;

/** Width of one line of text in the figures' font, in the unit of fontSize. */
export function textWidth(text: string, fontSize: number): number {
  let thousandths = 0;
  for (const character of text) {
    thousandths += ASCII_WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? OTHER_WIDTH;
  }
  return (thousandths * fontSize) / 1000;
}

interface TextItem {
  readonly fontSize?: number;
}

/**
 * Makes Vega measure texts with textWidth. Vega keeps one measure for the whole process, and offers this
 * property for replacing it; its type declarations leave it out.
 */
export function measureWithShippedFont(): void {
  const { textMetrics } = vega as unknown as {
    textMetrics: { width: (item: TextItem, text: unknown) => number };
  };
  textMetrics.width = (item, text) => textWidth(text == null ? "" : String(text), item.fontSize ?? 11);
}
