/** Asks a law as its command does. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { DeepNetwork } from "../../src/network/deep.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import type { Bound, Finding, Law } from "../../src/theory/law.ts";

interface Asked {
  readonly numbers?: Readonly<Record<string, number>>;
  readonly choices?: Readonly<Record<string, string>>;
  readonly data?: Dataset;
  readonly network?: TwoLayerNetwork;
  readonly deep?: DeepNetwork;
}

export function ask(law: Law, { numbers, choices, data, network, deep }: Asked): Finding {
  const all = Object.entries(law.parameters);
  return law.ask({
    numbers: {
      ...Object.fromEntries(all.flatMap(([name, p]) => (p.kind === "number" ? [[name, p.default]] : []))),
      ...(data && { n: data.n, d: data.d }),
      ...numbers,
    },
    choices: {
      ...Object.fromEntries(all.flatMap(([name, p]) => (p.kind === "choice" ? [[name, p.default]] : []))),
      ...choices,
    },
    ...(data && { data }),
    ...(network && { network }),
    ...(deep && { deep }),
    random: (purpose) => stream(1, law.name, purpose),
  });
}

/** Those of a kind. */
export function boundsOf({ bounds }: Finding, kind: Bound["kind"], quantity?: string): Bound[] {
  return bounds.filter((bound) => bound.kind === kind && (quantity ?? bound.quantity) === bound.quantity);
}
