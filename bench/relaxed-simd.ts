/**
 * What fused multiply-adds of relaxed SIMD would bring to the engine `wasm`: `node --import tsx bench/relaxed-simd.ts`.
 *
 * The kernels' f32 product with plain SIMD beside the same loops with `relaxed_madd`, in tiles of 4 and of 6 rows, in one
 * process, in turn; GFLOP/s on one core, each the best of several batches. Where this Node does not compile relaxed SIMD
 * (Node 20 does with --experimental-wasm-relaxed-simd) it says so.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import asc from "assemblyscript/asc";
import type { KernelFunctions } from "../src/numeric/kernels/kernels.ts";

type Product = KernelFunctions["multiplySingle"];

// Rows of W or V, columns and sums of the products of a step; rows are multiples of 12.
const SHAPES = [
  [12, 104, 56],
  [504, 504, 100],
  [504, 104, 504],
  [2004, 2000, 200],
  [2004, 256, 1500],
];
const ROUNDS = 15;
// Operations of one batch, about.
const BATCH = 4e8;

const SOURCE = new URL("../src/numeric/kernels/assembly/single-product.ts", import.meta.url);

/** The product's source with a tile of so many rows, its multiply-adds fused. */
function relaxedSource(rows: number): string {
  const all = Array.from({ length: rows }, (_, i) => i);
  const lines = (line: (i: number) => string) => all.map(line).join("\n");
  const tile = `
function tile(k: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  ${lines((i) => `let c${i}0 = f32x4.splat(0), c${i}1 = f32x4.splat(0), a${i} = a + lda * ${i};`)}
  const end = a + ((<usize>k) << 2);
  while (a0 < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    ${lines(
      (i) => `const x${i} = v128.load32_splat(a${i});
    c${i}0 = f32x4.relaxed_madd(x${i}, b0, c${i}0);
    c${i}1 = f32x4.relaxed_madd(x${i}, b1, c${i}1);`,
    )}
    b += 32;
    ${lines((i) => `a${i} += 4;`)}
  }
  ${lines((i) => `const r${i} = c + ldc * ${i};`)}
  if (add) {
    ${lines((i) => `c${i}0 = f32x4.add(v128.load(r${i}), c${i}0); c${i}1 = f32x4.add(v128.load(r${i}, 16), c${i}1);`)}
  }
  ${lines((i) => `v128.store(r${i}, c${i}0); v128.store(r${i}, c${i}1, 16);`)}
}`;
  const plain = readFileSync(SOURCE, "utf8");
  const loops = plain.slice(0, plain.indexOf("// One 4 x 8 tile"));
  // Blocks of rows that the tile divides.
  return loops.replace("MC: i32 = 128", "MC: i32 = 120").replaceAll("i += 4", `i += ${rows}`) + tile;
}

/** Compiles a source and gives its product; undefined where this Node takes no relaxed SIMD. */
async function productOf(source: string, memory: WebAssembly.Memory): Promise<Product | undefined> {
  const folder = mkdtempSync(path.join(tmpdir(), "lawrob-relaxed-"));
  try {
    writeFileSync(path.join(folder, "product.ts"), source);
    const options = ["--optimizeLevel=3", "--noAssert", "--runtime=stub", "--importMemory"];
    const features = ["--enable=simd", "--enable=relaxed-simd"];
    const { error, stderr } = await asc.main([
      "product.ts",
      `--baseDir=${folder}`,
      "--outFile=product.wasm",
      ...options,
      ...features,
    ]);
    if (error) throw new Error(stderr.toString() || error.message);
    const bytes = readFileSync(path.join(folder, "product.wasm"));
    const module = compile(bytes);
    return (
      module && (new WebAssembly.Instance(module, { env: { memory } }).exports.multiplySingle as Product)
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(bytes: Uint8Array): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

const memory = new WebAssembly.Memory({ initial: 1000, maximum: 65536 });
const products: (readonly [name: string, product: Product])[] = [];
for (const [name, source] of [
  ["plain 4 × 8", readFileSync(SOURCE, "utf8")],
  ["relaxed 4 × 8", relaxedSource(4)],
  ["relaxed 6 × 8", relaxedSource(6)],
] as const) {
  const product = await productOf(source, memory);
  if (product) products.push([name, product]);
  else console.log(`${name}: Node ${process.version} does not compile it`);
}
console.log("m,n,k".padEnd(16) + products.map(([name]) => name.padStart(16)).join(""));
for (const [m, n, k] of SHAPES) {
  const a = 65536;
  const b = a + Math.ceil((4 * m * k) / 64) * 64;
  const c = b + Math.ceil((4 * n * k) / 64) * 64;
  new Float32Array(memory.buffer).fill(0.5);
  const best = products.map(() => Number.POSITIVE_INFINITY);
  const calls = Math.max(1, Math.round(BATCH / (2 * m * n * k)));
  for (let round = 0; round < ROUNDS; round++) {
    products.forEach(([, product], which) => {
      const start = performance.now();
      for (let call = 0; call < calls; call++) product(m, n, k, a, 4 * k, b, 32 * k, c, 4 * n, false);
      best[which] = Math.min(best[which], (performance.now() - start) / calls);
    });
  }
  const cells = best.map((milliseconds) => ((2 * m * n * k) / milliseconds / 1e6).toFixed(1).padStart(16));
  console.log(`${m},${n},${k}`.padEnd(16) + cells.join(""));
}
