// In which order a sorter names its clients. An ordering may remember what it worked out, and is told what changed.
import type { SortNode } from './client-tree.js';

export interface Ordering {
  /** Clients came or went or changed their activity, weights changed, or somebody holds less. */
  changed(): void;
  /** Something was allocated to a leaf: it and the nodes above it hold more; all others are as they were. */
  grew(leaf: SortNode): void;
  /** The active clients, first served first. `salt` stands for chance where chance decides. */
  list(root: SortNode, salt: number): readonly string[];
}
