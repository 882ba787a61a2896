/**
 * Threads that help with the products of one session. A product is cut into slabs of rows by its shape alone, each slab is
 * computed whole by whichever thread is free, and no slab touches another's rows: the bytes do not depend on how many
 * threads there are.
 *
 * The kernels' memory is not shared with the threads: a library takes addresses, and they hold in the whole process.
 */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PLAIN, ROWS, type Sgemm } from "../../native/blas.ts";

/** One product, as `cblas_sgemm` takes it: addresses in this process, strides in floats. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly lda: number;
  readonly b: number;
  readonly ldb: number;
  readonly beta: number;
  readonly c: number;
  readonly ldc: number;
}

// At most 16 slabs, of at least 512 rows but for the last: a library packs the other factor for each slab again, which
// costs 1 to 4% here and 5 to 13% with 250 rows.
const MOST_SLABS = 16;
const LEAST_ROWS = 512;

/** Rows of a slab of a product of m rows. */
export function slabRows(m: number): number {
  return Math.max(LEAST_ROWS, 16 * Math.ceil(m / MOST_SLABS / 16));
}

/** Computes the slab of rows that begins at `first`. */
export function multiplySlab(
  sgemm: Sgemm,
  { m, n, k, a, lda, b, ldb, beta, c, ldc }: Product,
  first: number,
) {
  const rows = Math.min(slabRows(m), m - first);
  sgemm(ROWS, PLAIN, PLAIN, rows, n, k, 1, a + 4 * first * lda, lda, b, ldb, beta, c + 4 * first * ldc, ldc);
}

// Places in the shared words. Slabs are numbered through all products, and the numbers wrap: only differences count.
const TAKEN = 0;
const OFFERED = 1;
const FINISHED = 2;
const fields = ["m", "n", "k", "a", "lda", "b", "ldb", "beta", "c", "ldc"] as const;
// Looks at a word before a thread goes to sleep: about 50 µs, as long as the passes between two products often take.
const LOOKS = 20_000;

/** The memory that a team shares: which slabs are taken and finished, and the product under way. */
export class Board {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly product: Float64Array;

  constructor(buffer = new SharedArrayBuffer(128)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, 4);
    this.product = new Float64Array(buffer, 16, fields.length + 1);
  }

  /** Offers the slabs of a product. The one before it must be finished. */
  offer(product: Product): void {
    const offered = Atomics.load(this.words, OFFERED);
    fields.forEach((field, i) => {
      this.product[i] = product[field];
    });
    this.product[fields.length] = offered;
    Atomics.store(this.words, OFFERED, (offered + Math.ceil(product.m / slabRows(product.m))) | 0);
    Atomics.notify(this.words, OFFERED);
  }

  /** Computes slabs as long as some are left. */
  help(sgemm: Sgemm): void {
    for (;;) {
      const next = Atomics.load(this.words, TAKEN);
      if (((Atomics.load(this.words, OFFERED) - next) | 0) <= 0) return;
      if (Atomics.compareExchange(this.words, TAKEN, next, (next + 1) | 0) !== next) continue;
      // Until this slab is finished nobody writes another product.
      const [m, n, k, a, lda, b, ldb, beta, c, ldc, first] = this.product;
      const slab = (next - first) | 0;
      multiplySlab(sgemm, { m, n, k, a, lda, b, ldb, beta, c, ldc }, slab * slabRows(m));
      Atomics.add(this.words, FINISHED, 1);
      Atomics.notify(this.words, FINISHED);
    }
  }

  /** Waits until all slabs offered are finished. */
  finish(): void {
    const target = Atomics.load(this.words, OFFERED);
    this.wait(FINISHED, (finished) => finished === target);
  }

  /** Waits for more slabs than were taken. */
  waitForOffer(): void {
    this.wait(OFFERED, (offered) => ((offered - Atomics.load(this.words, TAKEN)) | 0) > 0);
  }

  private wait(word: number, enough: (value: number) => boolean): void {
    for (let looks = 0; ; looks++) {
      const value = Atomics.load(this.words, word);
      if (enough(value)) return;
      if (looks > LOOKS) Atomics.wait(this.words, word, value);
    }
  }
}

/** What a thread of a team is started with. */
export interface TeamData {
  readonly buffer: SharedArrayBuffer;
  /** The library that it has to use: where it finds another, it does not join. */
  readonly description: string;
}

/**
 * Starts the threads that help this one, which ends when the process does. They load the library as this thread did.
 * @param helpers threads beside this one
 */
export async function openTeam(helpers: number, description: string): Promise<Board> {
  const board = new Board();
  const here = fileURLToPath(import.meta.url);
  const file = here.replace(/team\.[jt]s$/, `team-thread${extname(here)}`);
  const workerData: TeamData = { buffer: board.buffer, description };
  await Promise.all(
    Array.from({ length: Math.min(helpers, MOST_SLABS - 1) }, () => {
      const thread = new Worker(file, { workerData });
      return new Promise<void>((resolve) => {
        // A thread that does not come up is one helper less.
        for (const event of ["message", "error", "exit"]) thread.once(event, () => resolve());
      }).finally(() => thread.unref());
    }),
  );
  return board;
}
