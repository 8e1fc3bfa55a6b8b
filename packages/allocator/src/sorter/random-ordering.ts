// A weighted lottery in place of fairness (Mesos: sorter/random). Among siblings a client's chance to come first is
// its weight's part of the active siblings' weights; down the tree chances multiply.
import { asFraction, hashText, mix } from '../hash.js';
import { clientOf } from './client-tree.js';
import type { SortNode } from './client-tree.js';
import type { Ordering } from './ordering.js';

interface Ticket {
  readonly client: string;
  /** Its chance to come first; all chances add up to 1. */
  readonly chance: number;
  readonly hash: number;
}

function hasActiveLeaf(node: SortNode): boolean {
  return node.kind === 'inner' ? [...node.children.values()].some(hasActiveLeaf) : node.kind === 'active';
}

function* ticketsBelow(node: SortNode, chance: number): Iterable<Ticket> {
  const children = [...node.children.values()].filter(hasActiveLeaf);
  const weights = children.reduce((sum, { weight }) => sum + weight, 0);
  for (const child of children) {
    const part = (chance * child.weight) / weights;
    if (child.kind === 'inner') yield* ticketsBelow(child, part);
    else yield { client: clientOf(child), chance: part, hash: hashText(child.path) };
  }
}

/**
 * Weighted sampling without replacement: each ticket waits an exponentially distributed time, the shorter the better
 * its chance (Efraimidis and Spirakis, 2006).
 */
function draw(tickets: readonly Ticket[], salt: number): string[] {
  const waits = tickets.map(({ client, chance, hash }) => ({
    client,
    wait: -Math.log(asFraction(mix(salt, hash))) / chance,
  }));
  waits.sort((a, b) => a.wait - b.wait || (a.client < b.client ? -1 : 1));
  return waits.map(({ client }) => client);
}

export class RandomOrdering implements Ordering {
  readonly #seed: number;
  #tickets: readonly Ticket[] | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  changed(): void {
    this.#tickets = undefined;
  }

  grew(): void {
    // What somebody holds does not change his chances.
  }

  list(root: SortNode, salt: number): readonly string[] {
    this.#tickets ??= [...ticketsBelow(root, 1)];
    return draw(this.#tickets, mix(this.#seed, salt));
  }
}
