// Both allocators, held to the same answers, on a clock of their own, with the offers that are out.
import type { AgentDescription, Allocation, AllocatorCommand, AllocatorOptions } from '@mini-mesos/allocator';
import { Resources } from '@mini-mesos/resources';
import { TwinAllocator } from './twin.js';

/** All that an agent of today can do. */
export const AGENT_CAPABILITIES: AgentDescription['capabilities'] = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
];

const keyOf = (frameworkId: string, role: string, agentId: string): string => `${frameworkId} ${role} ${agentId}`;

export class Rig {
  readonly allocator: TwinAllocator;
  readonly intervalMs: number;
  nowMs = 0;
  /** Not declined yet, by framework, role and agent. */
  readonly outstanding = new Map<string, Allocation>();

  constructor(options: AllocatorOptions = {}) {
    this.allocator = new TwinAllocator(options);
    this.intervalMs = options.allocationIntervalMs ?? 1_000;
  }

  handle(command: AllocatorCommand): void {
    this.allocator.handle(command, this.nowMs);
  }

  /** Lets an interval pass and ticks. */
  batch(): void {
    this.nowMs += this.intervalMs;
    this.allocator.tick(this.nowMs);
  }

  /** Runs a cycle if one is wanted. */
  run(): readonly Allocation[] {
    if (!this.allocator.isRunRequested) return [];
    const allocations = this.allocator.allocate(this.nowMs);
    for (const allocation of allocations) {
      const key = keyOf(allocation.frameworkId, allocation.role, allocation.agentId);
      const before = this.outstanding.get(key)?.resources ?? Resources.EMPTY;
      this.outstanding.set(key, { ...allocation, resources: before.plus(allocation.resources) });
    }
    return allocations;
  }

  /** Takes an offer that is out off the books of the rig. */
  take(frameworkId: string, role: string, agentId: string): Resources {
    const key = keyOf(frameworkId, role, agentId);
    const offer = this.outstanding.get(key);
    if (offer === undefined)
      throw new Error(`no offer to ${key} is out, only ${[...this.outstanding.keys()].join(', ')}`);
    this.outstanding.delete(key);
    return offer.resources;
  }
}
