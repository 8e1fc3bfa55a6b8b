// Scripts for sorters: each row does something and says in which order the clients then are.
import type { Resources } from '@mini-mesos/resources';
import { Quantities } from '@mini-mesos/resources';
import { expect } from 'vitest';
import { ClusterTotal } from '../../src/sorter/share.js';
import { Sorter } from '../../src/sorter/sorter.js';
import type { SorterKind } from '../../src/sorter/sorter.js';
import { quantities, res } from './build.js';

export class SorterRig {
  readonly total: ClusterTotal;
  readonly sorter: Sorter;
  readonly #totals = new Map<string, Quantities>();

  constructor({ kind = 'drf', excluded = [] }: { kind?: SorterKind; excluded?: string[] } = {}) {
    this.total = new ClusterTotal(excluded);
    this.sorter = new Sorter({ kind, total: this.total, isFlat: false });
  }

  setTotal(agentId: string, next: Quantities): void {
    this.total.replace(this.#totals.get(agentId) ?? Quantities.EMPTY, next);
    this.#totals.set(agentId, next);
  }
}

export type Step = (rig: SorterRig) => void;
/** What is done, and the order after it, joined by spaces. */
export type Row = readonly [Step, string];

const AGENT = 'agent';
const given = (resources: string | Resources): Resources =>
  typeof resources === 'string' ? res(resources) : resources;

export const total =
  (text: string, agentId = AGENT): Step =>
  (rig) =>
    rig.setTotal(agentId, quantities(text));
/** Adds clients that take part and hold nothing. */
export const join =
  (...clients: string[]): Step =>
  ({ sorter }) => {
    for (const client of clients) {
      sorter.add(client);
      sorter.setActive(client, true);
    }
  };
/** Adds a client without letting it take part. */
export const add =
  (client: string): Step =>
  ({ sorter }) =>
    sorter.add(client);
export const remove =
  (client: string): Step =>
  ({ sorter }) =>
    sorter.remove(client);
export const on =
  (client: string): Step =>
  ({ sorter }) =>
    sorter.setActive(client, true);
export const off =
  (client: string): Step =>
  ({ sorter }) =>
    sorter.setActive(client, false);
export const give =
  (client: string, resources: string | Resources, agentId = AGENT): Step =>
  ({ sorter }) =>
    sorter.allocated(client, agentId, given(resources));
export const take =
  (client: string, resources: string | Resources, agentId = AGENT): Step =>
  ({ sorter }) =>
    sorter.unallocated(client, agentId, given(resources));
export const convert =
  (client: string, from: string | Resources, to: string | Resources): Step =>
  ({ sorter }) =>
    sorter.converted(client, AGENT, { from: given(from), to: given(to) });
export const weight =
  (path: string, value: number): Step =>
  ({ sorter }) =>
    sorter.setWeight(path, value);
/** Several steps as one. */
export const all =
  (...steps: Step[]): Step =>
  (rig) => {
    for (const step of steps) step(rig);
  };

export function runSorter(rows: readonly Row[], rig = new SorterRig()): SorterRig {
  rows.forEach(([step, order], i) => {
    step(rig);
    expect(rig.sorter.order().join(' '), `row ${i + 1}`).toBe(order);
  });
  return rig;
}
