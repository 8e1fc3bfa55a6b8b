// Resources come back, or turn into something else. Unless the allocator is set up so, none of this asks for a run:
// what comes back goes out again with the next batch.
import type { Resources } from '@mini-mesos/resources';
import { BrokenCommandError } from '../broken-command.js';
import { refusalMs } from '../filters/refusal-time.js';
import type { AgentBook } from '../state/books.js';
import { agentOf, frameworkOf } from './desk.js';
import type { Command, Desk } from './desk.js';

/** Resources of an agent or a framework that is gone are recovered already. */
export function recover({ cluster, candidates, nowMs }: Desk, command: Command<'recover'>): void {
  const { frameworkId, resources, refuseSeconds } = command;
  const agent = cluster.agents.get(command.agentId);
  const framework = cluster.frameworks.get(frameworkId);
  if (agent === undefined) return;
  if (framework === undefined) {
    // Or the framework is yet to come, and the agent brought what it uses.
    if (agent.heldBy(frameworkId).contains(resources)) agent.release(frameworkId, resources);
    return;
  }
  requireHeld(command, agent, resources);
  const { allocationIntervalMs, offerFreedAtOnce } = cluster.settings;
  const lastsMs = refuseSeconds === undefined ? undefined : refusalMs(refuseSeconds, allocationIntervalMs);
  for (const [role, part] of resources.allocatedByRole()) {
    const refused = part.unallocate();
    cluster.release({ framework, role, agent }, refused);
    if (lastsMs === undefined || !framework.roles.has(role)) continue;
    cluster.filters.add({ frameworkId, role, agentId: agent.id }, { refused, expiresAtMs: nowMs + lastsMs });
  }
  if (offerFreedAtOnce && !resources.isEmpty) candidates.request(agent.id);
}

export function updateAllocation({ cluster }: Desk, command: Command<'update-allocation'>): void {
  const { consumed, converted } = command;
  const framework = frameworkOf(cluster, command);
  const agent = agentOf(cluster, command);
  const [role, ...others] = new Set(
    [...consumed.items, ...converted.items].map(({ allocationRole }) => allocationRole),
  );
  if (consumed.isEmpty && converted.isEmpty) return;
  if (role === undefined || others.length > 0) {
    throw new BrokenCommandError(command, `${consumed} and ${converted} are not allocated to one role`);
  }
  requireHeld(command, agent, consumed);
  const [from, to] = [consumed.unallocate(), converted.unallocate()];
  cluster.convert({ framework, role, agent }, { from, to });
  // Another copy of a shared volume comes from nothing, and the total has one copy however many are held. And a total
  // that shrank since the offer was made may have lost what was consumed: then the agent's next word on it counts.
  if (!from.isEmpty && agent.total.contains(from)) cluster.setTotal(agent, agent.total.minus(from).plus(to));
}

export function updateAvailable({ cluster }: Desk, command: Command<'update-available'>): void {
  const agent = agentOf(cluster, command);
  const [from, to] = [command.consumed.unallocate(), command.converted.unallocate()];
  if (!agent.available.contains(from)) {
    throw new BrokenCommandError(command, `agent ${agent.id} has ${agent.available} available, which lacks ${from}`);
  }
  cluster.setTotal(agent, agent.total.minus(from).plus(to));
}

function requireHeld(
  command: Command<'recover'> | Command<'update-allocation'>,
  agent: AgentBook,
  resources: Resources,
): void {
  const held = agent.heldBy(command.frameworkId);
  if (held.contains(resources) && resources.items.every(({ allocationRole }) => allocationRole !== undefined)) return;
  const holder = `framework ${command.frameworkId} holds ${held} on agent ${agent.id}`;
  throw new BrokenCommandError(command, `${holder}, which does not contain ${resources}`);
}
