/** A binary heap: the entry with the largest key first. */
export class PriorityQueue<T> {
  private readonly heap: T[] = [];
  private readonly key: (entry: T) => number;

  constructor(key: (entry: T) => number) {
    this.key = key;
  }

  get size(): number {
    return this.heap.length;
  }

  peek(): T | undefined {
    return this.heap[0];
  }

  push(entry: T): void {
    const { heap, key } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (key(heap[parent]) >= key(entry)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const { heap, key } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && key(heap[child + 1]) > key(heap[child])) child++;
      if (key(heap[child]) <= key(last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
