/**
 * The SIMD kernels and the one WebAssembly memory of this process.
 *
 * Memory is lent as regions and only ever grows: a trial reuses what the trials before it touched, because touching
 * fresh pages costs more than filling them. Results never depend on where a region lies.
 */
import { readFileSync } from "node:fs";

/** Functions of assets/kernels.wasm, documented in assembly/. Addresses and strides in bytes, counts in elements. */
export interface KernelFunctions {
  multiplySingle(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    b: number,
    panel: number,
    c: number,
    ldc: number,
    accumulate: boolean,
  ): void;
  multiplyDouble: KernelFunctions["multiplySingle"];
  softGates(k: number, t: number, z: number, gains: number, a: number, b: number): void;
  hardGates(k: number, z: number, gains: number, a: number, b: number): void;
  multiplyTransposedPanel(k: number, d: number, w: number, ldw: number, gains: number, out: number): void;
  scaleElements(length: number, x: number, y: number): void;
  normalizeColumns(d: number, x: number, norms: number): void;
  choleskyColumns(rows: number, width: number, a: number, lda: number): number;
  symmetricColumns(rows: number, width: number, a: number, lda: number, x: number, y: number): void;
  mixingSweep(
    K: number,
    d: number,
    r: number,
    b: number,
    ldb: number,
    squares: number,
    omega: number,
    v: number,
    p: number,
    lengths: number,
    g: number,
  ): number;
  grayMaximum(
    walk: number,
    low: number,
    width: number,
    value: number,
    state: number,
    rows: number,
    table: number,
    scratch: number,
    best: number,
  ): void;
  mixingStart(K: number, d: number, r: number, b: number, ldb: number, v: number, p: number): void;
  packRows(rows: number, k: number, source: number, stride: number, target: number): void;
  packColumns(k: number, columns: number, source: number, stride: number, target: number): void;
  inverseDeviations(
    k: number,
    length: number,
    x: number,
    y: number,
    stride: number,
    scale: number,
    epsilon: number,
    inverse: number,
  ): void;
  forward(
    k: number,
    length: number,
    h: number,
    stride: number,
    a: number,
    gamma: number,
    beta: number,
    inverse: number,
    f: number,
  ): void;
  residual(count: number, length: number, f: number, y: number, scale: number, r: number): void;
  backward(
    k: number,
    length: number,
    h: number,
    stride: number,
    r: number,
    reciprocal: number,
    a: number,
    gamma: number,
    beta: number,
    inverse: number,
    da: number,
    dgamma: number,
    dbeta: number,
  ): void;
  mask(
    k: number,
    length: number,
    h: number,
    stride: number,
    r: number,
    gamma: number,
    beta: number,
    inverse: number,
    q: number,
  ): void;
  finish(
    k: number,
    length: number,
    w: number,
    ws: number,
    gradient: number,
    stride: number,
    a: number,
    gamma: number,
    beta: number,
    inverse: number,
    da: number,
    dgamma: number,
    dbeta: number,
  ): void;
  adam(
    length: number,
    x: number,
    g: number,
    m: number,
    v: number,
    beta1: number,
    beta2: number,
    rate: number,
    root: number,
    epsilon: number,
  ): void;
}

/** Bytes that a WebAssembly memory can have, and its page. */
export const MEMORY_LIMIT = 2 ** 32;
const PAGE = 65536;

/** A stretch of the kernels' memory, contents undefined at first. */
export interface Region {
  /** Address of its first byte, a multiple of 64. */
  readonly address: number;
  readonly bytes: number;
  /** Gives it back; further calls do nothing. */
  release(): void;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Regions of one WebAssembly memory. */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MEMORY_LIMIT / PAGE });
  /** In order of address. The first page belongs to the module itself. */
  private readonly spans: Span[] = [{ start: 0, end: PAGE }];

  /** Lends `bytes` bytes. Throws a RangeError when they do not fit in 4 GiB beside the regions still lent. */
  reserve(bytes: number): Region {
    const length = Math.ceil(bytes / 64) * 64;
    let at = 1;
    while (at < this.spans.length && this.spans[at].start - this.spans[at - 1].end < length) at += 1;
    const start = this.spans[at - 1].end;
    this.grow(start + length);
    const span = { start, end: start + length };
    this.spans.splice(at, 0, span);
    return {
      address: start,
      bytes,
      release: () => {
        const index = this.spans.indexOf(span);
        if (index > 0) this.spans.splice(index, 1);
      },
    };
  }

  /** Lends one region for several arrays of so many floats, each at a multiple of 64 bytes. Throws as `reserve`. */
  reserveSingles(counts: readonly number[]): { readonly region: Region; readonly addresses: number[] } {
    const sizes = counts.map((count) => Math.ceil(count / 16) * 64);
    const region = this.reserve(sizes.reduce((sum, size) => sum + size, 0));
    let next = region.address;
    const addresses = sizes.map((size) => {
      const address = next;
      next += size;
      return address;
    });
    return { region, addresses };
  }

  /** View of `length` floats from `address`; reserving any region may detach it. */
  singles(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** View of `length` doubles from `address`; reserving any region may detach it. */
  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  /** Sets `bytes` bytes from `address` to zero. */
  clear(address: number, bytes: number): void {
    new Uint8Array(this.memory.buffer, address, bytes).fill(0);
  }

  private grow(end: number): void {
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    if (end > MEMORY_LIMIT) {
      throw new RangeError(`needs ${gibibytes(end)} GiB of WebAssembly memory, which ends at 4 GiB`);
    }
    try {
      this.memory.grow(missing);
    } catch {
      throw new RangeError(`this machine does not give ${gibibytes(end)} GiB of WebAssembly memory`);
    }
  }
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(2);
}

/** The kernels' functions with the memory that they work on. */
export interface Kernels {
  readonly run: KernelFunctions;
  readonly memory: KernelMemory;
}

let loaded: Kernels | undefined;

/** The kernels of this process, loaded at the first call. */
export function kernels(): Kernels {
  loaded ??= load();
  return loaded;
}

function load(): Kernels {
  const file = new URL("../../../assets/kernels.wasm", import.meta.url);
  const memory = new KernelMemory();
  const module = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  return { run: exports as unknown as KernelFunctions, memory };
}
