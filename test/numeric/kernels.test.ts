import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { KernelMemory, kernels, MEMORY_LIMIT, type Region } from "../../src/numeric/kernels/kernels.ts";

function numbers(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** Runs `use` with the addresses of float arrays, and gives back what they hold afterwards. */
function withArrays(arrays: Float32Array[], use: (...addresses: number[]) => void): Float32Array[] {
  const { memory } = kernels();
  const regions = arrays.map((array) => memory.reserve(array.byteLength));
  regions.forEach(({ address }, i) => {
    memory.singles(address, arrays[i].length).set(arrays[i]);
  });
  use(...regions.map(({ address }) => address));
  const results = regions.map(({ address }, i) => memory.singles(address, arrays[i].length).slice());
  for (const region of regions) region.release();
  return results;
}

test("the f32 product equals three loops in f64, overwriting or accumulating, on any shape", () => {
  const shape = fc.record({
    m: fc.integer({ min: 1, max: 40 }).map((count) => count * 4),
    n: fc.integer({ min: 1, max: 8 }).map((count) => count * 8),
    k: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 250, max: 600 }), fc.constant(1030)),
    gap: fc.integer({ min: 0, max: 5 }),
    accumulate: fc.boolean(),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shape, ({ m, n, k, gap, accumulate, seed }) => {
      const [lda, panel, ldc] = [k + gap, k * 8 + gap * 4, n + gap];
      const A = numbers(m * lda, seed);
      const B = numbers((n / 8) * panel, seed + 1);
      const C = numbers(m * ldc, seed + 2);
      const { run } = kernels();
      const [, , result] = withArrays([A, B, C], (a, b, c) =>
        run.multiplySingle(m, n, k, a, lda * 4, b, panel * 4, c, ldc * 4, accumulate),
      );
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < ldc; j++) {
          const at = i * ldc + j;
          if (j >= n) {
            assert.equal(result[at], C[at], "what lies between rows is untouched");
            continue;
          }
          let expected = accumulate ? C[at] : 0;
          let magnitude = Math.abs(expected);
          for (let p = 0; p < k; p++) {
            const term = A[i * lda + p] * B[(j >> 3) * panel + p * 8 + (j & 7)];
            expected += term;
            magnitude += Math.abs(term);
          }
          const error = Math.abs(result[at] - expected);
          assert.ok(error <= 1e-5 * magnitude, `${result[at]} and ${expected}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("Adam clears moments below 1e-30, keeps larger ones and lets not-a-number through", () => {
  const x = Float32Array.of(1, 1, 1, 1);
  const g = Float32Array.of(0, 0, 0, Number.NaN);
  const m = Float32Array.of(1e-31, -1e-31, 1e-20, 0);
  const v = Float32Array.of(1e-31, 1e-29, 1e-20, 0);
  const { run } = kernels();
  const [after, , first, second] = withArrays([x, g, m, v], (...at) =>
    run.adam(4, at[0], at[1], at[2], at[3], 0.9, 0.999, 0.1, 1, 1e-8),
  );
  assert.deepEqual([...first.subarray(0, 2)], [0, 0]);
  assert.equal(second[0], 0);
  assert.ok(first[2] > 8e-21 && second[1] > 9e-30);
  assert.equal(after[0], 1);
  assert.ok(Number.isNaN(after[3]) && Number.isNaN(first[3]) && Number.isNaN(second[3]));
});

test("the residual is scaled where there are samples and zero in the padding", () => {
  const f = numbers(16, 1);
  const y = numbers(16, 2);
  f[13] = Number.NaN;
  const { run } = kernels();
  const [, , r] = withArrays([f, y, numbers(16, 3)], (a, b, c) => run.residual(11, 16, a, b, 0.5, c));
  for (let i = 0; i < 16; i++) assert.equal(r[i], i < 11 ? Math.fround((f[i] - y[i]) / 2) : 0);
});

test("regions are aligned, never overlap, and reuse what was released", () => {
  const command = fc.record({ bytes: fc.integer({ min: 1, max: 300000 }), victim: fc.nat() });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      const memory = new KernelMemory();
      const live: Region[] = [];
      for (const { bytes, victim } of commands) {
        live.push(memory.reserve(bytes));
        if (victim % 3 === 0) live.splice(victim % live.length, 1)[0].release();
      }
      const sorted = live.toSorted((a, b) => a.address - b.address);
      sorted.forEach(({ address, bytes }, i) => {
        assert.equal(address % 64, 0);
        assert.ok(address >= 65536);
        const end = sorted[i + 1]?.address ?? memory.memory.buffer.byteLength;
        assert.ok(address + bytes <= end);
      });
    }),
  );
});

test("memory does not grow when what was released is large enough", () => {
  const memory = new KernelMemory();
  const large = memory.reserve(1 << 20);
  const before = memory.memory.buffer.byteLength;
  large.release();
  large.release();
  const [first, second] = [memory.reserve(1 << 19), memory.reserve(1 << 19)];
  assert.equal(memory.memory.buffer.byteLength, before);
  assert.notEqual(first.address, second.address);
});

test("views of a region keep its contents when the memory grows", () => {
  const memory = new KernelMemory();
  const { address } = memory.reserve(1000);
  memory.singles(address, 250).fill(7);
  memory.reserve(1 << 20);
  assert.ok(memory.singles(address, 250).every((value) => value === 7));
});

test("more than 4 GiB is refused with the size, and nothing is lent", () => {
  const memory = new KernelMemory();
  assert.throws(() => memory.reserve(MEMORY_LIMIT), {
    name: "RangeError",
    message: "needs 4.00 GiB of WebAssembly memory, which ends at 4 GiB",
  });
  assert.equal(memory.reserve(64).address, 65536);
});
