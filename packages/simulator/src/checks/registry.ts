// What leaders were told to be stored, against what the next leader finds. A leader's operations are stored in order, so
// the next one finds all that were confirmed, and perhaps some of those that followed.
import { applyRegistryOperation, emptyRegistry } from '@mini-mesos/master';
import type { Registry, RegistryOperation } from '@mini-mesos/master';
import { Violation } from './violation.js';

interface Stored {
  readonly key: string;
  readonly operation: RegistryOperation;
  isConfirmed: boolean;
}

export class RegistryCheck {
  /** As the present leader found it. */
  #model: Registry = emptyRegistry();
  /** What it has given to the store since, in order. */
  #operations: Stored[] = [];
  /** Of earlier leaders, and not found by the next. */
  readonly #lost = new Set<string>();

  /** `key` names the leader and the number that it gave the operation. */
  asked(key: string, operation: RegistryOperation): void {
    this.#operations.push({ key, operation, isConfirmed: false });
  }

  confirmed(key: string): void {
    if (this.#lost.has(key))
      throw new Violation('registry-survives', `${key} is confirmed, but the next leader did not find it`);
    const stored = this.#operations.find((one) => one.key === key);
    if (stored) stored.isConfirmed = true;
  }

  recovered(leader: string, found: Registry): void {
    const operations = this.#operations;
    this.#operations = [];
    const wanted = digest(found);
    let next = 0;
    for (; next < operations.length && operations.slice(next).some(({ isConfirmed }) => isConfirmed); next += 1) {
      this.#apply(operations[next]);
    }
    while (digest(this.#model) !== wanted) {
      if (next >= operations.length) {
        const text = `${leader} found ${wanted}, but stored was ${digest(this.#model)}`;
        throw new Violation('registry-survives', text);
      }
      this.#apply(operations[next]);
      next += 1;
    }
    // Some change nothing that is looked at: whether they were found nobody can tell.
    for (; next < operations.length; next += 1) {
      const before = structuredClone(this.#model);
      this.#apply(operations[next]);
      if (digest(this.#model) === wanted) continue;
      this.#model = before;
      break;
    }
    for (const { key } of operations.slice(next)) this.#lost.add(key);
  }

  #apply(stored: Stored | undefined): void {
    if (stored) applyRegistryOperation(this.#model, stored.operation);
  }
}

/** What counts of a registry, whatever the order in which it came about. */
function digest({ agents, unreachable, gone, weights, quotas, machines, removedFrameworks }: Registry): string {
  const marks = [...agents].map(([id, { drain, deactivated }]) => `${id} ${drain?.state ?? ''} ${deactivated}`);
  const parts = {
    agents: marks,
    unreachable: [...unreachable.keys()],
    gone: [...gone.keys()],
    weights: [...weights].map(([role, weight]) => `${role} ${weight}`),
    quotas: [...quotas].map(([role, { limits }]) => `${role} ${JSON.stringify(limits ?? {})}`),
    machines: [...machines.keys()],
    removed: [...removedFrameworks.keys()],
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(parts).map(([name, entries]) => [name, entries.map(String).toSorted()])),
  );
}
