// Whether whoever asks may have an operation that converts resources carried out on an agent. What makes no sense for
// anybody is found by validateOperation. Texts are Mesos' (src/master/validation.cpp, namespace operation).
// Whether the resources are there is found when the operation is applied.
import type { FrameworkInfo, Offer, Resource } from '@mini-mesos/proto';
import {
  isShared,
  printItem,
  reservationRole,
  Resources,
  validateAllocatedToSingleRole,
  validateOperation,
  validateUniquePersistenceIds,
} from '@mini-mesos/resources';
import type { ResourceItem } from '@mini-mesos/resources';
import type { AgentRecord } from '../state/agent.js';
import { hasCapability, rolesOf } from '../state/framework.js';

export interface Asker {
  readonly agent: AgentRecord;
  /** Undefined for operators. */
  readonly framework?: FrameworkInfo | undefined;
  /** Of an operator; a framework's is in its description. */
  readonly principal?: string | undefined;
}

export function invalidConversion(operation: Offer.Operation, asker: Asker): string | undefined {
  const principal = asker.principal ?? asker.framework?.principal;
  switch (operation.type) {
    case 'RESERVE':
      return (
        validateOperation(operation) ?? invalidReserve(operation.reserve?.resources ?? [], { ...asker, principal })
      );
    case 'CREATE':
      return validateOperation(operation) ?? invalidCreate(operation.create?.volumes ?? [], { ...asker, principal });
    case 'DESTROY':
      return validateOperation(operation) ?? invalidDestroy(operation.destroy?.volumes ?? [], asker.agent);
    case 'UNRESERVE':
    case 'GROW_VOLUME':
    case 'SHRINK_VOLUME':
      return validateOperation(operation);
    default:
      return `Operation ${operation.type} needs a storage resource provider, and the agent has none`;
  }
}

function firstReason(
  items: readonly ResourceItem[],
  check: (item: ResourceItem) => string | undefined,
): string | undefined {
  for (const item of items) {
    const reason = check(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function invalidReserve(list: Resource[], { framework, principal }: Asker): string | undefined {
  const resources = Resources.fromProto(list);
  const reason = firstReason(
    resources.items,
    (item) => invalidReservationPrincipal(item, principal) ?? invalidReservationRole(item, framework),
  );
  if (reason !== undefined || !framework) return reason;
  const roles = validateAllocatedToSingleRole(resources);
  return roles === undefined ? undefined : `Invalid reservation resources: ${roles}`;
}

function invalidReservationPrincipal(item: ResourceItem, principal: string | undefined): string | undefined {
  if (principal === undefined) return undefined;
  const own = item.reservations.at(-1)?.principal;
  if (own === undefined) {
    return `A reserve operation was attempted by principal '${principal}', but there is a reserved resource in the request with no principal set`;
  }
  return own === principal
    ? undefined
    : `A reserve operation was attempted by authenticated principal '${principal}', which does not match a reserved resource in the request with principal '${own}'`;
}

function invalidReservationRole(item: ResourceItem, framework: FrameworkInfo | undefined): string | undefined {
  const role = reservationRole(item);
  const allocated = item.allocationRole;
  if (!framework) {
    return allocated === undefined
      ? undefined
      : 'A reserve operation was attempted with an allocated resource, but the operator API only allows reservations to be made to unallocated resources';
  }
  if (allocated === undefined) {
    return `A reserve operation was attempted on unallocated resource ${printItem(item)}, but frameworks can only perform reservations on allocated resources`;
  }
  if (allocated !== role) {
    return `A reserve operation was attempted for a resource with role '${role}', but the resource was allocated to role '${allocated}'`;
  }
  const roles = rolesOf(framework);
  return roles.includes(allocated)
    ? undefined
    : `A reserve operation was attempted for a resource allocated to role '${allocated}', but the framework only has roles '{ ${[...roles].sort().join(', ')} }'`;
}

function invalidCreate(list: Resource[], { agent, framework, principal }: Asker): string | undefined {
  const volumes = Resources.fromProto(list);
  const duplicate = validateUniquePersistenceIds(agent.checkpointed.plus(volumes.unallocate()));
  if (duplicate !== undefined) return duplicate;
  const reason = firstReason(volumes.items, (volume) => {
    if (framework && isShared(volume) && !hasCapability(framework, 'SHARED_RESOURCES')) {
      return `Create volume operation for '${printItem(volume)}' has been attempted by framework '${framework.id?.value}' with no SHARED_RESOURCES capability`;
    }
    return invalidVolumePrincipal(volume, principal);
  });
  if (reason !== undefined || !framework) return reason;
  const roles = validateAllocatedToSingleRole(volumes);
  return roles === undefined ? undefined : `Invalid volume resources: ${roles}`;
}

function invalidVolumePrincipal({ disk }: ResourceItem, principal: string | undefined): string | undefined {
  if (principal === undefined) return undefined;
  const own = disk?.persistence?.principal;
  if (own === undefined) {
    return `Create volume operation attempted by principal '${principal}', but there is a volume in the operation with no principal set in 'disk.persistence'`;
  }
  return own === principal
    ? undefined
    : `Create volume operation attempted by authenticated principal '${principal}', which does not match a volume in the operation with principal '${own}' set in 'disk.persistence'`;
}

function invalidDestroy(list: Resource[], agent: AgentRecord): string | undefined {
  return firstReason(Resources.fromProto(list).unallocate().items, (volume) => {
    const one = Resources.of([volume]);
    if (!agent.checkpointed.contains(one)) return 'Persistent volumes not found';
    const isUsed = [...agent.used.values()].some((used) => used.unallocate().contains(one));
    return isUsed ? 'Persistent volumes in use' : undefined;
  });
}
