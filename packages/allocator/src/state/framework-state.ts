// One framework: what it said about itself, in the form that a cycle asks for.
import type { FrameworkInfo } from '@mini-mesos/proto';
import type { Quantities } from '@mini-mesos/resources';
import type { FrameworkDescription } from '../commands.js';
import type { CompiledConstraints } from '../constraints/offer-constraints.js';

export class FrameworkState {
  readonly id: string;
  /** Connected, so that it can be sent offers. */
  isActive: boolean;
  roles!: ReadonlySet<string>;
  suppressedRoles!: Set<string>;
  capabilities!: ReadonlySet<FrameworkInfo.Capability.Type>;
  minAllocatable!: FrameworkDescription['minAllocatable'];
  constraints!: CompiledConstraints;

  constructor(
    id: string,
    { isActive, description }: { isActive: boolean; description: FrameworkDescription },
    constraints: CompiledConstraints,
  ) {
    this.id = id;
    this.isActive = isActive;
    this.describe(description, constraints);
  }

  /** Replaces everything that was said before. */
  describe(description: FrameworkDescription, constraints: CompiledConstraints): void {
    this.roles = new Set(description.roles);
    this.suppressedRoles = new Set(description.suppressedRoles);
    this.capabilities = new Set(description.capabilities);
    this.minAllocatable = description.minAllocatable;
    this.constraints = constraints;
  }

  /** Whether it takes part in a role's order. */
  wantsOffers(role: string): boolean {
    return this.isActive && this.roles.has(role) && !this.suppressedRoles.has(role);
  }

  /** Its own minimum offer sizes of the role, or the global ones. */
  minAllocatableOf(role: string, global: readonly Quantities[]): readonly Quantities[] {
    return this.minAllocatable.get(role) ?? global;
  }
}
