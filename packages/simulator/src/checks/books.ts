// The books of a leader, after each of its events: what tasks and offers hold of an agent fits into it, and the allocator
// believes the same. Only what changed since the last look is counted again.
import type { AgentRecord } from '@mini-mesos/master';
import { Resources } from '@mini-mesos/resources';
import type { Leading } from '../cluster/master-process.js';
import { Violation } from './violation.js';

interface Seen {
  readonly offered: Resources;
  readonly used: readonly Resources[];
  readonly total: Resources;
}

export class BooksCheck {
  readonly #seen = new WeakMap<AgentRecord, Seen>();

  /** `all`: agents that have not changed as well. */
  check({ machine, allocator }: Leading, { all }: { all: boolean }): void {
    for (const agent of machine.state.agents.values()) {
      const used = [...agent.used.values()];
      const seen = this.#seen.get(agent);
      if (!all && seen && isSame(seen, agent, used)) continue;
      this.#seen.set(agent, { offered: agent.offered, used, total: agent.total });
      const held = Resources.sum([...used, agent.offered]).unallocate();
      if (!agent.total.contains(held)) {
        const text = `agent ${agent.id} has ${agent.total.toString()}, but ${held.toString()} is used or offered`;
        throw new Violation('allocated-within-total', text);
      }
      const view = allocator.agent(agent.id);
      const believed = Resources.sum(view?.held.values() ?? []).unallocate();
      if (view && !believed.equals(held)) {
        const text = `of agent ${agent.id} ${held.toString()} is used or offered, but the allocator believes ${believed.toString()}`;
        throw new Violation('books-agree', text);
      }
    }
  }
}

function isSame(seen: Seen, agent: AgentRecord, used: readonly Resources[]): boolean {
  return (
    seen.offered === agent.offered &&
    seen.total === agent.total &&
    seen.used.length === used.length &&
    seen.used.every((resources, index) => resources === used[index])
  );
}
