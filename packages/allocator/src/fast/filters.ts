// Offer filters by agent and client, with a bit for each place that has any: the rules are those of
// filters/offer-filters.ts. A cycle asks for a bit first, and remembers in another bit that a filter refuses all that is
// free on the agent, so that a place is looked up once per value of what is free there.
import type { Resources } from '@mini-mesos/resources';
import { ExpiryQueue } from '../filters/expiry-queue.js';
import type { Expiring } from '../filters/expiry-queue.js';
import { FILTERS_PER_PLACE_MAX } from '../filters/offer-filters.js';
import type { Bag, BagTable } from './bag.js';
import { BitRows } from './bit-rows.js';
import type { Client } from './entities.js';
import type { FastAgent } from './fast-agent.js';

export class FastFilter implements Expiring {
  readonly client: Client;
  readonly agent: FastAgent;
  readonly bag: Bag;
  readonly expiresAtMs: number;
  readonly serial: number;
  /** Whether a batch run has seen it; only then its time counts. */
  isSeen = false;
  isGone = false;
  /** In the same place. */
  nextHere: FastFilter | undefined;
  /** Of the same client. */
  next: FastFilter | undefined;
  previous: FastFilter | undefined;

  constructor(
    client: Client,
    agent: FastAgent,
    { bag, expiresAtMs, serial }: { bag: Bag; expiresAtMs: number; serial: number },
  ) {
    this.client = client;
    this.agent = agent;
    this.bag = bag;
    this.expiresAtMs = expiresAtMs;
    this.serial = serial;
  }
}

const refuses = (filter: FastFilter, bag: Bag): boolean =>
  filter.bag === bag || filter.bag.resources.contains(bag.resources);

const covers = (left: FastFilter, right: FastFilter): boolean =>
  left.expiresAtMs >= right.expiresAtMs && (right.isSeen || !left.isSeen) && refuses(left, right.bag);

export class FastFilters {
  readonly countByRole = new Map<string, number>();
  readonly #expiring = new ExpiryQueue<FastFilter>();
  #unseen: FastFilter[] = [];
  #serial = 0;
  readonly #bags: BagTable;
  /** Places with filters. */
  readonly #places = new BitRows();
  /** Those whose filters refuse all of the agent's `refusedBag`, and so any part of it. */
  readonly #refused = new BitRows();

  constructor(bags: BagTable) {
    this.#bags = bags;
  }

  add(
    client: Client,
    agent: FastAgent,
    { refused, expiresAtMs }: { refused: Resources | Bag; expiresAtMs: number },
  ): void {
    const bag = 'items' in refused ? this.#bags.of(refused) : refused;
    const filter = new FastFilter(client, agent, { bag, expiresAtMs, serial: (this.#serial += 1) });
    if (this.#places.has(agent.slot, client.row)) {
      const present = [...this.at(client, agent)];
      if (present.some((other) => covers(other, filter))) return;
      for (const other of present.filter((other) => covers(filter, other))) this.#end(other);
      // In the order in which they were made, so that the same one makes room as in the plain filters.
      const left = [...this.at(client, agent)].reverse();
      if (left.length >= FILTERS_PER_PLACE_MAX) {
        this.#end(left.reduce((a, b) => (b.expiresAtMs < a.expiresAtMs ? b : a)));
      }
    }
    this.#insert(filter);
  }

  /** The filters of one place, the newest first. */
  *at(client: Client, agent: FastAgent): Iterable<FastFilter> {
    for (let filter = agent.filters?.get(client.row); filter !== undefined; filter = filter.nextHere) yield filter;
  }

  /** Whether it is known already that the client refused all that is free. */
  isAllRefused(client: Client, agent: FastAgent): boolean {
    return agent.refusedBag === agent.free && this.#refused.has(agent.slot, client.row);
  }

  /** Whether the client refused what `offered`, a part of what is free, holds. */
  refuses(client: Client, agent: FastAgent, offered: Bag): boolean {
    if (!this.#places.has(agent.slot, client.row)) return false;
    if (agent.refusedBag === agent.free && this.#refused.has(agent.slot, client.row)) return true;
    let isRefused = false;
    for (let filter = agent.filters?.get(client.row); filter !== undefined; filter = filter.nextHere) {
      if (refuses(filter, agent.free)) {
        if (agent.refusedBag !== agent.free) {
          agent.refusedBag = agent.free;
          this.#refused.clearRow(agent.slot);
        }
        this.#refused.set(agent.slot, client.row);
        return true;
      }
      isRefused ||= refuses(filter, offered);
    }
    return isRefused;
  }

  expire(nowMs: number): void {
    for (
      let filter = this.#expiring.popExpired(nowMs);
      filter !== undefined;
      filter = this.#expiring.popExpired(nowMs)
    ) {
      this.#remove(filter);
    }
  }

  /** A run over all agents is over: whatever filter there is has been seen by it. */
  batchRunEnded(): void {
    for (const filter of this.#unseen) {
      if (filter.isGone) continue;
      filter.isSeen = true;
      this.#expiring.push(filter);
    }
    this.#unseen = [];
  }

  clearClient(client: Client): void {
    while (client.firstFilter !== undefined) this.#end(client.firstFilter);
  }

  clearAgent(agent: FastAgent): void {
    for (const first of [...(agent.filters?.values() ?? [])]) {
      for (const filter of [...this.at(first.client, agent)]) this.#end(filter);
    }
  }

  #insert(filter: FastFilter): void {
    const { client, agent } = filter;
    filter.nextHere = agent.filters?.get(client.row);
    agent.filters ??= new Map();
    agent.filters.set(client.row, filter);
    this.#places.set(agent.slot, client.row);
    filter.next = client.firstFilter;
    if (filter.next !== undefined) filter.next.previous = filter;
    client.firstFilter = filter;
    const role = client.role.name;
    this.countByRole.set(role, (this.countByRole.get(role) ?? 0) + 1);
    this.#unseen.push(filter);
  }

  /** Before its time. */
  #end(filter: FastFilter): void {
    filter.isGone = true;
    if (filter.isSeen) this.#expiring.noteGone();
    this.#remove(filter);
  }

  #remove(filter: FastFilter): void {
    const { client, agent, next, previous } = filter;
    agent.idleSince = -1;
    this.#refused.clear(agent.slot, client.row);
    const filters = agent.filters!;
    const first = filters.get(client.row)!;
    if (first !== filter) {
      let before = first;
      while (before.nextHere !== filter) before = before.nextHere!;
      before.nextHere = filter.nextHere;
    } else if (filter.nextHere !== undefined) {
      filters.set(client.row, filter.nextHere);
    } else {
      filters.delete(client.row);
      this.#places.clear(agent.slot, client.row);
    }
    if (previous === undefined) client.firstFilter = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;

    const role = client.role.name;
    const count = this.countByRole.get(role)! - 1;
    if (count > 0) this.countByRole.set(role, count);
    else this.countByRole.delete(role);
  }
}
