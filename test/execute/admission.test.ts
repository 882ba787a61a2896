import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Admission } from "../../src/execute/admission.ts";

interface Work {
  readonly id: number;
  readonly need: number;
  /** How often the event loop turns while it is at work. */
  readonly turns: number;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs all work on so many workers; the order it began in, and the most that was held together. */
async function simulate(queue: readonly Work[], workers: number, memory: number) {
  const admission = new Admission(queue, workers, memory);
  const held = new Array<number>(workers).fill(0);
  const began: number[] = [];
  let most = 0;
  const lane = async (index: number) => {
    const release = async () => {
      await turn();
      held[index] = 0;
    };
    for (;;) {
      const work = await admission.take(index, release);
      if (!work) return;
      held[index] = Math.max(held[index], work.need);
      began.push(work.id);
      most = Math.max(
        most,
        held.reduce((sum, bytes) => sum + bytes, 0),
      );
      for (let i = 0; i < work.turns; i++) await turn();
    }
  };
  await Promise.all(held.map((_, i) => lane(i)));
  return { began, most };
}

const queues = fc
  .array(fc.record({ need: fc.integer({ min: 1, max: 100 }), turns: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 25,
  })
  .map((list) => list.map((work, id) => ({ ...work, id })));

test("all work is done once, and what workers hold together never exceeds the memory", async () => {
  await fc.assert(
    fc.asyncProperty(
      queues,
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 100, max: 300 }),
      async (queue, workers, memory) => {
        const { began, most } = await simulate(queue, workers, memory);
        assert.deepEqual(
          began.toSorted((p, q) => p - q),
          queue.map(({ id }) => id),
        );
        assert.ok(most <= memory, `${most} of ${memory}`);
      },
    ),
  );
});

test("work begins in the order of preference where memory is no matter", async () => {
  await fc.assert(
    fc.asyncProperty(queues, fc.integer({ min: 1, max: 6 }), async (queue, workers) => {
      const { began } = await simulate(queue, workers, Number.POSITIVE_INFINITY);
      assert.deepEqual(
        began,
        queue.map(({ id }) => id),
      );
    }),
  );
});

test("what fits passes by what does not, until a worker that waits has given back what it holds", async () => {
  // 60 runs; 60 does not fit beside it, 40 does; the second 60 has to wait for the first.
  const queue = [
    { id: 0, need: 60, turns: 3 },
    { id: 1, need: 60, turns: 1 },
    { id: 2, need: 40, turns: 1 },
  ];
  const { began, most } = await simulate(queue, 2, 100);
  assert.deepEqual(began, [0, 2, 1]);
  assert.equal(most, 100);
});

test("a closed admission gives out nothing, and those that wait learn of it", async () => {
  const admission = new Admission([{ need: 60 }, { need: 60 }], 2, 100);
  const release = async () => {};
  assert.ok(await admission.take(0, release));
  const waiting = admission.take(1, release);
  admission.close();
  assert.equal(await waiting, undefined);
  assert.equal(await admission.take(0, release), undefined);
});
