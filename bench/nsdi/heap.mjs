// A binary heap by key; of equal keys the earlier pushed comes first.
export class Heap {
  #entries = [];
  #pushed = 0;

  /** Infinity where it is empty. */
  get firstKey() {
    return this.#entries[0]?.key ?? Infinity;
  }

  push(key, value) {
    const entries = this.#entries;
    const entry = { key, order: (this.#pushed += 1), value };
    let at = entries.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, entries[parent])) break;
      entries[at] = entries[parent];
      at = parent;
    }
    entries[at] = entry;
  }

  pop() {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (entries.length === 0) return first?.value;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1], entries[child])) child += 1;
      if (!isBefore(entries[child], last)) break;
      entries[at] = entries[child];
      at = child;
    }
    entries[at] = last;
    return first.value;
  }
}

const isBefore = (a, b) => a.key < b.key || (a.key === b.key && a.order < b.order);
