/** `--map`: which tensor is which where names do not tell, and what it leaves out. */
import { NetworkFileError, show } from "./network-file.ts";
import { countsSuffix, type LayerParts, partNames, type Shapes } from "./tensor-names.ts";

/** Roles of `--map`: two layers, or any number of them. */
const roles = /^(W|b|a|c|gamma|beta|mean|variance|[Wb][1-9]\d*)$/;

/**
 * Reads `W=fc1.weight,b=fc1.bias,a=fc2.weight,c=fc2.bias`, with gamma, beta, mean, variance for a batch normalisation of
 * the hidden layer; or `W1=…,b1=…,W2=…` for any number of layers.
 * @throws RangeError telling what is wrong
 */
export function parseMap(text: string): LayerParts<string>[] {
  const names = new Map<string, string>();
  for (const item of text.split(",")) {
    const at = item.indexOf("=");
    const [role, name] = [item.slice(0, at).trim(), item.slice(at + 1).trim()];
    if (at < 0 || name === "") throw new RangeError(`${show(item)} is not of the form W=fc1.weight`);
    if (!roles.test(role)) {
      throw new RangeError(
        `${show(role)} is no part: take W, b, a, c, gamma, beta, mean, variance, or W1, b1, W2, …`,
      );
    }
    if (names.has(role)) throw new RangeError(`${role} stands twice`);
    names.set(role, name);
  }
  const optional = (key: string, role: string) => (names.has(role) ? { [key]: names.get(role) } : {});
  const need = (role: string) => {
    const name = names.get(role);
    if (name === undefined) throw new RangeError(`${role} is missing`);
    return name;
  };
  const numbered = [...names.keys()].filter((role) => /\d/.test(role));
  if (numbered.length === 0) {
    const normalized = ["gamma", "beta", "mean", "variance"].some((role) => names.has(role));
    const normalization = normalized && {
      normalization: {
        mean: need("mean"),
        variance: need("variance"),
        ...optional("gamma", "gamma"),
        ...optional("beta", "beta"),
      },
    };
    return [
      { W: need("W"), ...optional("b", "b"), ...normalization },
      { W: need("a"), ...optional("b", "c") },
    ];
  }
  if (numbered.length < names.size) throw new RangeError("either W, b, a, c or W1, b1, W2, …, not both");
  const count = Math.max(...numbered.map((role) => Number(role.slice(1))));
  if (count > names.size) throw new RangeError(`W${names.size} is missing`);
  return Array.from({ length: count }, (_, i) => ({ W: need(`W${i + 1}`), ...optional("b", `b${i + 1}`) }));
}

/** Beside a network's own tensors, what a saved trial holds. */
const companionsOfOwn = new Set(["X", "y", "witness", "lower_witness"]);

/**
 * The tensors that a network leaves out though it might be meant to have them.
 * @throws NetworkFileError where one is the bias of a hidden layer's weights: without it the function is another one
 */
export function leftOut(shapes: Shapes, layers: readonly LayerParts<string>[]): string[] {
  const used = new Set(layers.flatMap(partNames));
  layers.slice(0, -1).forEach(({ W, b }, i) => {
    const bias = W.endsWith(".weight")
      ? `${W.slice(0, -".weight".length)}.bias`
      : W === "W"
        ? "b"
        : undefined;
    if (b !== undefined || bias === undefined || !shapes.has(bias) || used.has(bias)) return;
    // A map of two layers calls them W and a, or W1 and W2.
    const add = layers.length === 2 ? `b=${bias} (b1=${bias} beside W1)` : `b${i + 1}=${bias}`;
    throw new NetworkFileError(`--map: leaves out ${show(bias)} beside ${show(W)}, add ${add}`);
  });
  const { W: last } = layers[layers.length - 1];
  // The output's bias does not change a gradient.
  const harmless = new Set([`${last.replace(/\.weight$/, "")}.bias`, last === "a" ? "c" : ""]);
  return [...shapes.keys()].filter(
    (name) =>
      !used.has(name) && !harmless.has(name) && !companionsOfOwn.has(name) && !name.endsWith(countsSuffix),
  );
}
