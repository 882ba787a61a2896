/** A certificate as `lawrob lipschitz` prints it: JSON, or a table for people. */
import type { Bound } from "../lipschitz/bound.ts";
import { exactTolerance } from "../lipschitz/exact/exact-constant.ts";
import { layersOf, type Network } from "../network/deep.ts";
import { table } from "./terminal.ts";

/** A bound and the seconds it took. */
export interface Part {
  readonly bound: Bound;
  readonly seconds: number;
}

export interface Certificate {
  readonly proxy: Part;
  readonly lower: Part;
  readonly upper: Part;
  readonly spectral: Part;
  /** Only where the interval was closed. */
  readonly exact?: Part;
  /** Seconds spent on closing it, and whether there were too few of them. */
  readonly tightening?: number;
  readonly open?: keyof typeof notClosed | undefined;
}

/** upper/lower; undefined where the lower bound is 0 and the upper is not. */
function ratioOf({ lower, upper }: Certificate): number | undefined {
  if (upper.bound.value === 0) return 1;
  return lower.bound.value > 0 ? upper.bound.value / lower.bound.value : undefined;
}

export function asJson(network: Network, certificate: Certificate, radius: number | undefined) {
  const { proxy, lower, upper, spectral, exact } = certificate;
  const shown = ({ bound }: Part) => ({
    kind: bound.kind,
    value: bound.value,
    method: bound.method,
    ...(bound.witness && { witness: Array.from(bound.witness) }),
  });
  const parts = (["proxy", "lower", "upper", "spectral", "exact"] as const).flatMap((name) => {
    const seconds = name === "exact" ? certificate.tightening : certificate[name].seconds;
    return seconds === undefined ? [] : [[name, seconds] as const];
  });
  return {
    proxy: shown(proxy),
    lower: shown(lower),
    upper: shown(upper),
    spectral: shown(spectral),
    ...(exact && { exact: { ...shown(exact), tolerance: exactTolerance } }),
    ...(certificate.open && { open: certificate.open }),
    ratio: ratioOf(certificate) ?? null,
    network: shapeOf(network),
    ...(radius !== undefined && { radius }),
    seconds: Object.fromEntries(parts),
  };
}

/** k is the number of hidden neurons, `layers` the sizes from the inputs on. */
function shapeOf(network: Network) {
  const sizes = [network.d, ...layersOf(network).layers.map(({ rows }) => rows)];
  const k = sizes.slice(1, -1).reduce((sum, size) => sum + size, 0);
  return { k, d: network.d, activation: network.activation, layers: sizes };
}

export function asText(network: Network, certificate: Certificate, radius: number | undefined): string {
  const { layers, activation } = shapeOf(network);
  const domain = radius === undefined ? `all of R^${network.d}` : `the ball of radius ${radius}`;
  const rows = (["proxy", "lower", "exact", "upper", "spectral"] as const).flatMap((name) => {
    const part = certificate[name];
    if (!part) return [];
    const { method } = part.bound;
    return [[name, digits(part.bound), method, `${part.seconds.toPrecision(2)} s`, meanings[name]]];
  });
  const ratio = ratioOf(certificate);
  const { open } = certificate;
  return [
    `${activation} network ${showSizes(layers)} on ${domain}`,
    table(["", "value", "method", "time", ""], rows),
    `upper / lower = ${ratio === undefined ? "unknown, no gradient was found" : showRatio(ratio)}`,
    ...(open ? [notClosed[open](certificate.tightening ?? 0)] : []),
  ].join("\n");
}

/** "5 → 7 → 1"; of many layers the first and the last. */
function showSizes(sizes: readonly number[]): string {
  const shown = sizes.length > 9 ? [...sizes.slice(0, 4), "…", ...sizes.slice(-3)] : sizes;
  return `${shown.join(" → ")}${sizes.length > 9 ? ` (${sizes.length - 1} layers)` : ""}`;
}

/** Why a search for the constant left the interval open. */
const notClosed = {
  range: () => "the interval was not closed: the numbers are too extreme for f64, scale the weights",
  time: (seconds: number) =>
    `the interval was not closed in ${seconds.toPrecision(2)} s, --budget gives more time`,
  rounding: () =>
    "the interval was not closed: what is left is too close to call in f64, more time would not help",
} as const;

function showRatio(ratio: number): string {
  return ratio < 1.0001 ? `1 + ${(ratio - 1).toPrecision(2)}` : ratio.toPrecision(5);
}

/** Eight digits, rounded to the side that the bound is on. */
function digits({ kind, value }: Bound): string {
  const nearest = value.toPrecision(8);
  // A constant that was found is its lower end, within a relative 1e-9.
  const side = kind === "upper" ? 1 : -1;
  if (value === 0 || side * (Number(nearest) - value) >= 0) return nearest;
  const last = 10 ** (Math.floor(Math.log10(value)) - 7);
  return (value + side * last).toPrecision(8);
}

const meanings = {
  proxy: "largest of random gradients",
  lower: "certified",
  exact: "the constant, within 1e-9",
  upper: "certified",
  spectral: "product of norms",
} as const;
