/** The first of many pieces of work that fits, in a time that grows with the logarithm of their number. */

/**
 * Needs in an order of preference, from which one after the other is taken. A tree over them has in each node the least
 * need below it: the first one that fits is found from its root.
 */
export class FirstFit {
  /** Least needs: the root at 1, the children of i at 2i and 2i + 1, the needs themselves from `leaves` on. */
  private readonly least: Float64Array;
  private readonly leaves: number;
  private count: number;

  constructor(needs: readonly number[]) {
    this.count = needs.length;
    this.leaves = 2 ** Math.ceil(Math.log2(Math.max(1, needs.length)));
    this.least = new Float64Array(2 * this.leaves).fill(Number.POSITIVE_INFINITY);
    this.least.set(needs, this.leaves);
    for (let node = this.leaves - 1; node > 0; node--) this.update(node);
  }

  /** Needs not taken. */
  get left(): number {
    return this.count;
  }

  /**
   * Takes the first need that fits.
   * @param fits true of every need below one of which it is true
   * @returns its place among the needs given first; undefined where none fits
   */
  take(fits: (need: number) => boolean): number | undefined {
    // What is taken stands there as infinite, and fits into no memory, an unlimited one among them.
    const free = (node: number) => this.least[node] < Number.POSITIVE_INFINITY && fits(this.least[node]);
    if (!free(1)) return undefined;
    let node = 1;
    while (node < this.leaves) {
      node *= 2;
      if (!free(node)) node++;
    }
    const place = node - this.leaves;
    this.least[node] = Number.POSITIVE_INFINITY;
    this.count--;
    for (node = Math.floor(node / 2); node > 0; node = Math.floor(node / 2)) this.update(node);
    return place;
  }

  private update(node: number): void {
    this.least[node] = Math.min(this.least[2 * node], this.least[2 * node + 1]);
  }
}
