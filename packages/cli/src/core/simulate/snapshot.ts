// A master's answers as the cluster of a what-if. Pure.
import type { ClusterSnapshot, SnapshotFramework, SnapshotRole, SnapshotUse } from '@mini-mesos/allocator';
import type { master, Resource } from '@mini-mesos/proto';
import type { RoleMessage } from '../cluster/messages.js';

type State = master.Response.GetState;

/** `roles` is the answer of /roles. */
export function snapshotOf(state: State, roles: readonly RoleMessage[]): ClusterSnapshot {
  const uses = usesOf(state);
  return {
    agents: (state.get_agents?.agents ?? []).map((agent) => ({
      id: agent.agent_info.id?.value ?? '',
      hostname: agent.agent_info.hostname,
      total: agent.total_resources ?? [],
      isActive: agent.active && agent.deactivated !== true,
      attributes: agent.agent_info.attributes,
      capabilities: (agent.capabilities ?? []).flatMap(({ type }) => type ?? []),
      domain: agent.agent_info.domain,
    })),
    frameworks: (state.get_frameworks?.frameworks ?? []).map((framework): SnapshotFramework => {
      const { framework_info: info } = framework;
      const id = info.id?.value ?? '';
      return {
        id,
        name: info.name,
        roles: info.roles?.length ? info.roles : [info.role ?? '*'],
        isActive: framework.active,
        capabilities: (info.capabilities ?? []).flatMap(({ type }) => type ?? []),
        offerConstraints: framework.offer_constraints,
        used: uses.get(id) ?? [],
      };
    }),
    roles: roles.map(roleOf),
  };
}

/** By framework: what its tasks and executors use, by agent. */
function usesOf(state: State): Map<string, SnapshotUse[]> {
  const byFramework = new Map<string, Map<string, Resource[]>>();
  const add = (frameworkId: string, agentId: string, resources: readonly Resource[]): void => {
    const byAgent = byFramework.get(frameworkId) ?? new Map<string, Resource[]>();
    byFramework.set(frameworkId, byAgent);
    byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), ...resources]);
  };
  for (const { framework_id: framework, agent_id: agent, resources = [] } of state.get_tasks?.tasks ?? []) {
    add(framework.value, agent.value, resources);
  }
  for (const { executor_info: info, agent_id: agent } of state.get_executors?.executors ?? []) {
    add(info.framework_id?.value ?? '', agent.value, info.resources ?? []);
  }
  return new Map(
    Array.from(byFramework, ([id, byAgent]) => [
      id,
      Array.from(byAgent, ([agentId, resources]) => ({ agentId, resources })),
    ]),
  );
}

function roleOf({ name, weight, quota }: RoleMessage): SnapshotRole {
  return { role: name, weight, guarantees: quota?.guarantee, limits: quota?.limit };
}
