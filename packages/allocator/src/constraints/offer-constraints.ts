// Offer constraints: on which agents a framework wants offers at all, role by role. An agent passes if it passes one of
// the role's groups, and a group if it passes all its constraints; a role without constraints takes every agent.
import type { scheduler } from '@mini-mesos/proto';
import { fail, ok } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import type { AgentDescription } from '../commands.js';
import { compilePredicate, describePredicate } from './predicates.js';
import { describeSelector, invalidSelector, select } from './selection.js';

interface Constraint {
  /** As a person would say it: `rack is r1`. */
  readonly text: string;
  /** Whether it asks for the name of the host, by which no two agents are alike. */
  readonly isOnHostname: boolean;
  readonly passes: (agent: AgentDescription) => boolean;
}

type Group = readonly Constraint[];

function compileConstraint({ selector, predicate }: scheduler.AttributeConstraint): Result<Group[number]> {
  const invalid = invalidSelector(selector);
  if (invalid !== undefined) return fail(invalid);
  const compiled = compilePredicate(predicate);
  if (!compiled.ok) return compiled;
  const text = `${describeSelector(selector)} ${describePredicate(predicate)}`;
  const isOnHostname = selector.pseudoattribute_type === 'HOSTNAME';
  return ok({ text, isOnHostname, passes: (agent) => compiled.value(select(selector, agent)) });
}

function compileRole(role: string, { groups = [] }: scheduler.OfferConstraints.RoleConstraints): Result<Group[]> {
  if (groups.length === 0) {
    return fail(`'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role ${role}`);
  }
  const compiled: Group[] = [];
  for (const { attribute_constraints: constraints = [] } of groups) {
    if (constraints.length === 0) {
      return fail(
        `'OfferConstraints::RoleConstraints::groups' for role ${role} contains an empty RoleConstraints::Group`,
      );
    }
    const group: Group[number][] = [];
    for (const constraint of constraints) {
      const one = compileConstraint(constraint);
      if (!one.ok) return fail(`A role ${role} has an invalid 'AttributeConstraint': ${one.error}`);
      group.push(one.value);
    }
    compiled.push(group);
  }
  return ok(compiled);
}

/** Constraints made ready for asking. */
export class CompiledConstraints {
  static readonly NONE = new CompiledConstraints(new Map());

  readonly #groupsByRole: ReadonlyMap<string, readonly Group[]>;

  private constructor(groupsByRole: ReadonlyMap<string, readonly Group[]>) {
    this.#groupsByRole = groupsByRole;
  }

  /** Errors are Mesos' texts. */
  static compile(constraints: scheduler.OfferConstraints): Result<CompiledConstraints> {
    const groupsByRole = new Map<string, readonly Group[]>();
    for (const [role, ofRole] of Object.entries(constraints.role_constraints ?? {})) {
      const groups = compileRole(role, ofRole);
      if (!groups.ok) return groups;
      groupsByRole.set(role, groups.value);
    }
    return ok(new CompiledConstraints(groupsByRole));
  }

  /** Whether there are constraints for the role. */
  concerns(role: string): boolean {
    return this.#groupsByRole.has(role);
  }

  /** Whether agents that differ in nothing but their hostname are all the same to the role's constraints. */
  isBlindToHostnames(role: string): boolean {
    const groups = this.#groupsByRole.get(role) ?? [];
    return !groups.some((group) => group.some(({ isOnHostname }) => isOnHostname));
  }

  /** Whether the framework does not want the agent in that role, whatever is free on it. */
  excludes(role: string, agent: AgentDescription): boolean {
    const groups = this.#groupsByRole.get(role);
    return groups !== undefined && !groups.some((group) => group.every(({ passes }) => passes(agent)));
  }

  /** Of each group the first constraint that the agent fails; empty where it passes. */
  failuresOf(role: string, agent: AgentDescription): string[] {
    if (!this.excludes(role, agent)) return [];
    const groups = this.#groupsByRole.get(role) ?? [];
    return groups.map((group) => group.find(({ passes }) => !passes(agent))?.text ?? '');
  }
}

/**
 * Why a framework subscribed to `roles` may not have these constraints (Mesos' texts), undefined where it may. To be
 * asked before a framework is described to the allocator, which takes valid constraints only.
 */
export function validateOfferConstraints(
  constraints: scheduler.OfferConstraints,
  roles: Iterable<string>,
): string | undefined {
  const subscribed = new Set(roles);
  const stray = Object.keys(constraints.role_constraints ?? {}).find((role) => !subscribed.has(role));
  if (stray !== undefined) {
    return `Offer constraints specify \`role_constraints\` for a role '${stray}'not contained in the set of roles`;
  }
  const compiled = CompiledConstraints.compile(constraints);
  return compiled.ok ? undefined : `Offer constraints are not valid: ${compiled.error}`;
}
