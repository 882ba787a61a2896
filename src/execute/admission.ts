/** Which piece of work a worker may begin, by the memory that all of them hold together. */

import { FirstFit } from "./first-fit.ts";

/** @typeParam Work what needs `need` bytes */
export class Admission<Work extends { readonly need: number }> {
  private readonly queue: readonly Work[];
  /** The needs of those not begun. */
  private readonly notBegun: FirstFit;
  /** Put back: few, and taken where nothing else fits. */
  private readonly putBack: Work[] = [];
  private readonly memory: number;
  /** Bytes that each worker holds: the most it has needed since it was started. */
  private readonly held: number[];
  private waiting: (() => void)[] = [];
  private closed = false;

  /**
   * @param queue in the order of preference
   * @param memory bytes for all workers together; each piece of work alone fits
   */
  constructor(queue: readonly Work[], workers: number, memory: number) {
    this.queue = [...queue];
    this.notBegun = new FirstFit(queue.map(({ need }) => need));
    this.held = new Array(workers).fill(0);
    this.memory = memory;
  }

  /**
   * The first piece of work that fits beside what other workers hold. Where none does, the worker gives back its own memory
   * and waits until another one has ended its work or given back.
   * @param release ends the worker's process, whose memory is free when it resolves
   * @returns undefined when there is no more to do
   */
  async take(worker: number, release: () => Promise<void>): Promise<Work | undefined> {
    for (;;) {
      if (this.left === 0) {
        // What is held by one that has nothing to do may be in the way of others.
        await this.giveBack(worker, release);
        return undefined;
      }
      const work = this.admit(worker);
      if (work) {
        this.wake();
        return work;
      }
      if (this.held[worker] > 0) await this.giveBack(worker, release);
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Puts a piece of work back, behind all others. */
  again(work: Work): void {
    this.putBack.push(work);
    this.wake();
  }

  /** Pieces of work not begun. */
  get left(): number {
    return this.closed ? 0 : this.notBegun.left + this.putBack.length;
  }

  /** Nothing more is given out. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  private admit(worker: number): Work | undefined {
    const others = this.held.reduce((sum, held, i) => (i === worker ? sum : sum + held), 0);
    const fits = (need: number) => others + Math.max(this.held[worker], need) <= this.memory;
    const work = this.firstThat(fits);
    if (work) this.held[worker] = Math.max(this.held[worker], work.need);
    return work;
  }

  private firstThat(fits: (need: number) => boolean): Work | undefined {
    const place = this.notBegun.take(fits);
    if (place !== undefined) return this.queue[place];
    const at = this.putBack.findIndex(({ need }) => fits(need));
    return at < 0 ? undefined : this.putBack.splice(at, 1)[0];
  }

  private async giveBack(worker: number, release: () => Promise<void>): Promise<void> {
    if (this.held[worker] === 0) return;
    await release();
    this.held[worker] = 0;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
