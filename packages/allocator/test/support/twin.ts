// Both allocators as one: each command goes to both, and whatever they say has to be the same.
import { createAllocator } from '@mini-mesos/allocator';
import type {
  AgentView,
  Allocation,
  AllocatorCommand,
  AllocatorOptions,
  Explanation,
  ExplainQuestion,
  InverseOffer,
  InverseOfferStatus,
  OfferAllocator,
  RoleView,
} from '@mini-mesos/allocator';
import { expect } from 'vitest';

const printOffer = ({ frameworkId, role, agentId, resources }: Allocation): string =>
  `${frameworkId} ${role} ${agentId} ${resources}`;

const sameOffers = (left: readonly Allocation[], right: readonly Allocation[]): boolean =>
  left.length === right.length &&
  left.every(({ frameworkId, role, agentId, resources }, i) => {
    const other = right[i];
    if (other === undefined) return false;
    const isSamePlace = frameworkId === other.frameworkId && role === other.role && agentId === other.agentId;
    return isSamePlace && resources.equals(other.resources);
  });

export const printRole = (view: RoleView | undefined): string =>
  view === undefined
    ? 'unknown'
    : [
        view.role,
        view.weight,
        `${view.quota.guarantees} < ${view.quota.limits}`,
        view.frameworkIds,
        view.dominantShare,
        view.offeredOrAllocated,
        view.reserved,
        view.consumed,
        view.activeFilters,
      ].join(' | ');

function outcomeOf<T>(run: () => T): { value: T } | { error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

export class TwinAllocator implements OfferAllocator {
  readonly plain: OfferAllocator;
  readonly fast: OfferAllocator;

  constructor(options: AllocatorOptions = {}) {
    this.plain = createAllocator({ ...options, kind: 'reference' });
    this.fast = createAllocator(options);
  }

  handle(command: AllocatorCommand, nowMs: number): void {
    const expected = outcomeOf(() => this.plain.handle(command, nowMs));
    const actual = outcomeOf(() => this.fast.handle(command, nowMs));
    if ('error' in expected) {
      expect('error' in actual ? String(actual.error) : 'carried out').toBe(String(expected.error));
      throw expected.error;
    }
    if ('error' in actual) throw actual.error;
    this.#compareAgent('agentId' in command ? command.agentId : undefined);
    if (this.fast.isRunRequested !== this.plain.isRunRequested) throw new Error('one of them asks for a run');
  }

  tick(nowMs: number): void {
    this.plain.tick(nowMs);
    this.fast.tick(nowMs);
  }

  get isRunRequested(): boolean {
    return this.plain.isRunRequested;
  }

  allocate(nowMs: number): Allocation[] {
    const expected = this.plain.allocate(nowMs);
    const actual = this.fast.allocate(nowMs);
    if (!sameOffers(actual, expected)) expect(actual.map(printOffer)).toEqual(expected.map(printOffer));
    return expected;
  }

  takeInverseOffers(): InverseOffer[] {
    return this.#same((allocator) => allocator.takeInverseOffers(), JSON.stringify);
  }

  inverseOfferStatuses(agentId: string): InverseOfferStatus[] {
    return this.#same((allocator) => allocator.inverseOfferStatuses(agentId), JSON.stringify);
  }

  get runs(): number {
    return this.#same((allocator) => allocator.runs);
  }

  get total(): OfferAllocator['total'] {
    return this.#same((allocator) => allocator.total);
  }

  get offeredOrAllocated(): OfferAllocator['offeredOrAllocated'] {
    return this.#same((allocator) => allocator.offeredOrAllocated);
  }

  get roles(): RoleView[] {
    return this.#same(
      (allocator) => allocator.roles,
      (roles) => roles.map(printRole).join('\n'),
    );
  }

  role(role: string): RoleView | undefined {
    return this.#same((allocator) => allocator.role(role), printRole);
  }

  agent(agentId: string): ReturnType<OfferAllocator['agent']> {
    this.#compareAgent(agentId);
    return this.plain.agent(agentId);
  }

  get activeFilters(): ReadonlyMap<string, number> {
    return this.#same(
      (allocator) => allocator.activeFilters,
      (filters) => Array.from(filters, String).sort().join(),
    );
  }

  explain(question: ExplainQuestion, nowMs: number): Explanation {
    const expected = this.plain.explain(question, nowMs);
    expect(this.fast.explain(question, nowMs)).toEqual(expected);
    return expected;
  }

  #same<T>(ask: (allocator: OfferAllocator) => T, print: (answer: T) => string = String): T {
    const expected = ask(this.plain);
    expect(print(ask(this.fast))).toBe(print(expected));
    return expected;
  }

  #compareAgent(agentId: string | undefined): void {
    if (agentId === undefined) return;
    const [left, right] = [this.plain.agent(agentId), this.fast.agent(agentId)];
    if (left === undefined || right === undefined) return expect(right).toBe(left);
    const isSame =
      left.isActive === right.isActive &&
      left.total.equals(right.total) &&
      left.available.equals(right.available) &&
      left.held.size === right.held.size &&
      [...left.held].every(([frameworkId, held]) => right.held.get(frameworkId)?.equals(held));
    if (isSame) return;
    const print = (view: AgentView) => [
      `${view.isActive} ${view.total} ${view.available}`,
      ...Array.from(view.held, String).sort(),
    ];
    expect(print(right)).toEqual(print(left));
  }
}
