/** Sizes, times and tables as docs/scale.md has them. */
import { duration } from "../../src/cli/terminal.ts";

export function grouped(size: number): string {
  return size.toLocaleString("en");
}

export function span(seconds: number): string {
  if (seconds < 2 * 86_400) return duration(seconds);
  const days = seconds / 86_400;
  return days < 1000 ? `${days.toPrecision(3)} days` : `${(days / 365.25).toPrecision(3)} years`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `| --- |${" ---: |".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}
