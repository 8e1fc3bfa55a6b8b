// Agents come, change, lose their connection and go.
import { attributesEqual, Resources } from '@mini-mesos/resources';
import { BrokenCommandError } from '../broken-command.js';
import { sameDescription } from '../state/agent-state.js';
import { agentOf } from './desk.js';
import type { Command, Desk } from './desk.js';

export function addAgent({ cluster, candidates, inverseOffers }: Desk, command: Command<'add-agent'>): void {
  const { agentId: id, total, used, unavailability } = command;
  if (cluster.agents.has(id)) throw new BrokenCommandError(command, `agent ${id} is there already`);
  for (const [frameworkId, resources] of used) {
    const stray = resources.filter(({ allocationRole }) => allocationRole === undefined);
    if (stray.isEmpty) continue;
    throw new BrokenCommandError(command, `framework ${frameworkId} would use ${stray}, allocated to no role`);
  }
  const agent = cluster.addAgent(id, command.agent);
  agent.unavailability = unavailability;
  inverseOffers.schedule(id, unavailability);
  cluster.setTotal(agent, total);
  for (const [frameworkId, resources] of used) {
    agent.hold(frameworkId, resources);
    const framework = cluster.frameworks.get(frameworkId);
    // One that is not there yet is charged when it comes.
    if (framework === undefined) continue;
    for (const [role, part] of resources.allocatedByRole()) {
      cluster.enterInBooks({ framework, role, agent }, part.unallocate());
    }
  }
  candidates.request(id);
}

/** What was held there is held no more; recovering it later changes nothing. */
export function removeAgent({ cluster, candidates, inverseOffers }: Desk, command: Command<'remove-agent'>): void {
  const agent = agentOf(cluster, command);
  for (const [frameworkId, resources] of [...agent.held]) {
    const framework = cluster.frameworks.get(frameworkId);
    if (framework === undefined) continue;
    for (const [role, part] of resources.allocatedByRole()) {
      cluster.release({ framework, role, agent }, part.unallocate());
    }
  }
  cluster.setTotal(agent, Resources.EMPTY);
  cluster.dropAgent(agent);
  inverseOffers.schedule(agent.id, undefined);
  candidates.forget(agent.id);
}

export function updateAgent({ cluster, candidates }: Desk, command: Command<'update-agent'>): void {
  const agent = agentOf(cluster, command);
  const before = agent.description;
  agent.description = command.agent;
  // A framework may have refused the agent for an attribute that it lacked.
  if (!attributesEqual(before.attributes, command.agent.attributes)) cluster.filters.clearAgent(agent.id);
  const hasTotalChanged = !agent.total.equals(command.total);
  if (hasTotalChanged) cluster.setTotal(agent, command.total);
  if (hasTotalChanged || !sameDescription(before, command.agent)) candidates.request(agent.id);
}

/** Asks for no run. */
export function activateAgent({ cluster }: Desk, command: Command<'activate-agent'>): void {
  agentOf(cluster, command).isActive = true;
}

export function deactivateAgent({ cluster }: Desk, command: Command<'deactivate-agent'>): void {
  agentOf(cluster, command).isActive = false;
}
