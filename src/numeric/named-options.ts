/** A name with options as one text: "caps,form=disjoint" or "tensor-norm,degree=3". */

export interface NamedOptions {
  readonly name: string;
  readonly given: Readonly<Record<string, string>>;
  /** The first part after the name that is no option=value, or gives an option a second time. */
  readonly malformed?: string;
}

/** Splits at commas and equals signs; spaces at the ends of a part do not count. */
export function namedOptions(text: string): NamedOptions {
  const [name, ...parts] = text.split(",").map((part) => part.trim());
  const given = new Map<string, string>();
  let malformed: string | undefined;
  for (const part of parts) {
    const at = part.indexOf("=");
    const option = part.slice(0, Math.max(0, at)).trim();
    if (at < 1 || given.has(option)) malformed ??= part;
    else given.set(option, part.slice(at + 1).trim());
  }
  return { name, given: Object.fromEntries(given), ...(malformed !== undefined && { malformed }) };
}
