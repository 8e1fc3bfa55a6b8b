// What the fast allocator shows of itself; see ../views.ts.
import { Quantities } from '@mini-mesos/resources';
import type { AgentView, RoleView } from '../views.js';
import type { FastCluster } from './cluster.js';
import type { RoleRecord } from './entities.js';
import type { FastAgent } from './fast-agent.js';

export function viewRole(
  { roleSorter, book, counted, reserved, fastFilters }: FastCluster,
  role: RoleRecord,
): RoleView {
  const leaf = roleSorter.leafOf(role.name);
  const ofReserved = reserved.quantities(role.row);
  return {
    role: role.name,
    weight: role.weight,
    quota: role.quota,
    frameworkIds: role.clients.map(({ framework }) => framework.id),
    dominantShare: leaf && roleSorter.shareOf(role.name),
    offeredOrAllocated: leaf === undefined ? Quantities.EMPTY : book.held.quantities(leaf.row),
    reserved: ofReserved,
    consumed: ofReserved.plus(counted.quantities(role.row)),
    activeFilters: fastFilters.countByRole.get(role.name) ?? 0,
  };
}

export function viewAgent(agent: FastAgent): AgentView {
  const { id, isActive, total, available, held, unavailability } = agent;
  return { agentId: id, isActive, total, available, held, unavailability };
}
