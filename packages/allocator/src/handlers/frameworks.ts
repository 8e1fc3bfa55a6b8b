// Frameworks come, change, lose their connection and go.
import { BrokenCommandError } from '../broken-command.js';
import type { AllocatorCommand, FrameworkDescription } from '../commands.js';
import { CompiledConstraints } from '../constraints/offer-constraints.js';
import { FrameworkState } from '../state/framework-state.js';
import { frameworkOf } from './desk.js';
import type { Command, Desk } from './desk.js';

function constraintsOf(command: AllocatorCommand, { offerConstraints }: FrameworkDescription): CompiledConstraints {
  if (offerConstraints === undefined) return CompiledConstraints.NONE;
  const compiled = CompiledConstraints.compile(offerConstraints);
  if (!compiled.ok) throw new BrokenCommandError(command, `its offer constraints are not valid: ${compiled.error}`);
  return compiled.value;
}

export function addFramework({ cluster, candidates }: Desk, command: Command<'add-framework'>): void {
  const { frameworkId: id, framework: description, used, active } = command;
  if (cluster.frameworks.has(id)) throw new BrokenCommandError(command, `framework ${id} is there already`);
  for (const [agentId, resources] of used) {
    const agent = cluster.agents.get(agentId);
    if (agent === undefined || agent.heldBy(id).equals(resources)) continue;
    throw new BrokenCommandError(
      command,
      `framework ${id} would use ${resources} on agent ${agentId}, which was added with ${agent.heldBy(id)} used by it`,
    );
  }
  const framework = new FrameworkState(id, { isActive: active, description }, constraintsOf(command, description));
  cluster.frameworks.set(id, framework);
  for (const role of framework.roles) cluster.enterRole(framework, role);
  for (const agent of cluster.agentsHeldBy(id)) {
    for (const [role, resources] of agent.heldBy(id).allocatedByRole()) {
      cluster.enterInBooks({ framework, role, agent }, resources.unallocate());
    }
  }
  if (active) candidates.requestAll();
}

export function removeFramework({ cluster, inverseOffers }: Desk, command: Command<'remove-framework'>): void {
  const framework = frameworkOf(cluster, command);
  const subscribed = framework.roles;
  framework.roles = new Set();
  for (const agent of cluster.agentsHeldBy(framework.id)) {
    for (const [role, resources] of agent.heldBy(framework.id).allocatedByRole()) {
      cluster.release({ framework, role, agent }, resources.unallocate());
    }
  }
  for (const role of subscribed) cluster.leaveRole(framework, role);
  cluster.filters.clearFramework(framework.id);
  inverseOffers.forgetFramework(framework.id);
  cluster.frameworks.delete(framework.id);
}

export function activateFramework({ cluster, candidates }: Desk, command: Command<'activate-framework'>): void {
  const framework = frameworkOf(cluster, command);
  framework.isActive = true;
  for (const role of framework.roles) cluster.enterRole(framework, role);
  candidates.requestAll();
}

export function deactivateFramework({ cluster, inverseOffers }: Desk, command: Command<'deactivate-framework'>): void {
  const framework = frameworkOf(cluster, command);
  framework.isActive = false;
  for (const role of framework.roles) cluster.enterRole(framework, role);
  cluster.filters.clearFramework(framework.id);
  inverseOffers.clearFramework(framework.id);
}

/** Asks for no run: whatever it wants now it gets with the next batch. */
export function updateFramework({ cluster }: Desk, command: Command<'update-framework'>): void {
  const framework = frameworkOf(cluster, command);
  const constraints = constraintsOf(command, command.framework);
  const { roles: oldRoles, suppressedRoles: wereSuppressed } = framework;
  framework.describe(command.framework, constraints);
  cluster.described(framework);
  for (const role of framework.roles) {
    cluster.enterRole(framework, role);
    const isRevived = wereSuppressed.has(role) && !framework.suppressedRoles.has(role);
    if (isRevived) cluster.filters.clearFramework(framework.id, [role]);
  }
  for (const role of oldRoles) {
    if (framework.roles.has(role)) continue;
    cluster.filters.clearFramework(framework.id, [role]);
    cluster.leaveRole(framework, role);
  }
}

/** The roles that a SUPPRESS or REVIVE means. */
function rolesMeant(framework: FrameworkState, command: Command<'suppress'> | Command<'revive'>): Iterable<string> {
  const stray = command.roles.find((role) => !framework.roles.has(role));
  if (stray === undefined) return command.roles.length > 0 ? command.roles : framework.roles;
  throw new BrokenCommandError(command, `framework ${framework.id} is not subscribed to role ${stray}`);
}

/** Filters stay: they hold again if the role is revived by a new subscription. */
export function suppress({ cluster }: Desk, command: Command<'suppress'>): void {
  const framework = frameworkOf(cluster, command);
  for (const role of rolesMeant(framework, command)) {
    framework.suppressedRoles.add(role);
    cluster.enterRole(framework, role);
  }
}

export function revive({ cluster, candidates, inverseOffers }: Desk, command: Command<'revive'>): void {
  const framework = frameworkOf(cluster, command);
  for (const role of rolesMeant(framework, command)) {
    framework.suppressedRoles.delete(role);
    cluster.filters.clearFramework(framework.id, [role]);
    cluster.enterRole(framework, role);
  }
  inverseOffers.clearFramework(framework.id, { isGone: false });
  candidates.requestAll();
}
