// Both allocators as one: each command goes to both, and whatever they say has to be the same.
import { createAllocator } from '@mini-mesos/allocator';
import type {
  Allocation,
  AllocatorCommand,
  AllocatorOptions,
  Explanation,
  ExplainQuestion,
  OfferAllocator,
  RoleView,
} from '@mini-mesos/allocator';
import { expect } from 'vitest';

const printOffer = ({ frameworkId, role, agentId, resources }: Allocation): string =>
  `${frameworkId} ${role} ${agentId} ${resources}`;

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
    expect(this.fast.isRunRequested).toBe(this.plain.isRunRequested);
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
    expect(this.fast.allocate(nowMs).map(printOffer)).toEqual(expected.map(printOffer));
    return expected;
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
    expect(right?.isActive).toBe(left?.isActive);
    expect(String(right?.total)).toBe(String(left?.total));
    expect(String(right?.available)).toBe(String(left?.available));
    const print = (held: ReadonlyMap<string, unknown> | undefined) => [...(held ?? [])].map(String).sort();
    expect(print(right?.held)).toEqual(print(left?.held));
  }
}
