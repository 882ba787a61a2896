/** Valid inputs with something wrong in them. */
import fc from "fast-check";

/** Numbers, and what stands in their place, that a reader may not have thought of. */
export const oddNumbers = [
  ..."0 -0 -1 1 2 3 1.5 NaN nan Infinity -inf 1e999 1e308 -1e308 5e-324 1e-400 0x10 1_000 007".split(" "),
  ..."9007199254740993 18446744073709551616 99999999999999999999 + - . e null true".split(" "),
  ...["", " ", '"1"', "[]", "{}", "1,2", "--1"],
];

/** Words that a reader may take for something else. */
export const oddWords = [
  ..."__proto__ constructor prototype toString hasOwnProperty ../../../escape /dev/null /dev/zero .".split(
    " ",
  ),
  ..."/proc/self/environ .. - -x n k d n/d 1:5:2 1:n/3 5:1 :: sqrt(n) 10*n/d sqrt( n** $(id) %s a=b".split(
    " ",
  ),
  ...[
    "$HOME",
    "\u001b[2J",
    "two\nlines",
    "tab\there",
    "\u202eabc",
    "é",
    "🙂",
    "\ufeff",
    "x".repeat(3000),
    ",",
  ],
];

interface Change {
  readonly kind: "flip" | "cut" | "repeat" | "end" | "number" | "word" | "zero";
  /** Where, from 0 to 1. */
  readonly at: number;
  readonly length: number;
  readonly byte: number;
  readonly number: string;
  readonly word: string;
}

const change = (kinds: readonly Change["kind"][]): fc.Arbitrary<Change> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    byte: fc.nat(255),
    number: fc.constantFrom(...oddNumbers),
    word: fc.constantFrom(...oddWords),
  });

const textKinds = ["flip", "cut", "repeat", "end", "number", "number", "word"] as const;

/** Texts with up to three changes. */
export function changedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(change(textKinds), { maxLength: 3 }))
    .map(([text, changes]) => changes.reduce(changeText, text));
}

function changeText(text: string, { kind, at, length, byte, number, word }: Change): string {
  const from = Math.floor(at * text.length);
  const piece = text.slice(from, from + length);
  switch (kind) {
    case "cut":
      return text.slice(0, from) + text.slice(from + length);
    case "repeat":
      return text.slice(0, from) + piece.repeat(3) + text.slice(from + length);
    case "end":
      return text.slice(0, from);
    case "number": {
      const numbers = [...text.matchAll(/-?\d+(\.\d+)?(e[+-]?\d+)?/g)];
      const chosen = numbers[Math.floor(at * numbers.length)];
      if (!chosen) return number;
      return text.slice(0, chosen.index) + number + text.slice(chosen.index + chosen[0].length);
    }
    case "word":
      return text.slice(0, from) + word + text.slice(from);
    default:
      return text.slice(0, from) + String.fromCharCode(byte) + text.slice(from + 1);
  }
}

/** Numbers of eight bytes that a reader may not have thought of. */
const oddDoubles = [
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e308,
    -1e308,
    5e-324,
    1e-300,
    1e200,
  ],
].map((value) => new Uint8Array(Float64Array.of(value).buffer));
const oddLengths = [0n, 1n, 2n ** 15n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map(
  (value) => new Uint8Array(BigUint64Array.of(value).buffer),
);
const eightBytes = [...oddDoubles, ...oddLengths];

const byteKinds = ["flip", "cut", "repeat", "end", "number", "number", "zero"] as const;

/** Bytes with up to three changes. */
export function changedBytes(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...files), fc.array(change(byteKinds), { maxLength: 3 }))
    .map(([bytes, changes]) => changes.reduce(changeBytes, bytes));
}

function changeBytes(bytes: Uint8Array, { kind, at, length, byte }: Change): Uint8Array {
  const from = Math.floor(at * bytes.length);
  const [before, piece, after] = [
    bytes.subarray(0, from),
    bytes.subarray(from, from + length),
    bytes.subarray(from + length),
  ];
  switch (kind) {
    case "cut":
      return Buffer.concat([before, after]);
    case "repeat":
      return Buffer.concat([before, piece, piece, piece, after]);
    case "end":
      return before;
    case "number": {
      // Numbers lie at multiples of eight.
      const changed = bytes.slice();
      const odd = eightBytes[byte % eightBytes.length];
      changed.set(odd.subarray(0, Math.max(0, bytes.length - (from & ~7))), from & ~7);
      return changed;
    }
    case "zero":
      return bytes.slice().fill(0, from, Math.min(bytes.length, from + length));
    default:
      return Buffer.concat([before, Uint8Array.of(byte), bytes.subarray(from + 1)]);
  }
}
