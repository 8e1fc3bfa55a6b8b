// The three ways in which a Resource message says for whom it is reserved (Mesos: src/common/resources_utils.cpp):
// - refined: `reservations[]` only, what everything inside works with;
// - pre-refinement: `role` and `reservation`, for frameworks without RESERVATION_REFINEMENT;
// - endpoint: both where both can say it, for the operator endpoints.
import type { Resource } from '@mini-mesos/proto';

export type ResourceFormat = 'refined' | 'pre-refinement' | 'endpoint';

/** The reservations of a valid message of any format, bottom to top. */
export function reservationsOf(resource: Resource): Resource.ReservationInfo[] {
  if (resource.reservations !== undefined && resource.reservations.length > 0) return resource.reservations;
  const { role = '*', reservation } = resource;
  if (role === '*') return [];
  return [reservation === undefined ? { type: 'STATIC', role } : { ...reservation, type: 'DYNAMIC', role }];
}

/** The message in the refined format. The message given must be valid and is not changed. */
export function upgradeResource(resource: Resource): Resource {
  const { role: _role, reservation: _reservation, reservations: _reservations, ...rest } = resource;
  const reservations = reservationsOf(resource);
  return reservations.length === 0 ? rest : { ...rest, reservations };
}

/** The messages in the refined format. */
export function upgradeResources(resources: readonly Resource[] = []): Resource[] {
  return resources.map(upgradeResource);
}

/** `role` and `reservation` for a stack of at most one entry. */
function oldFields(only: Resource.ReservationInfo | undefined): Pick<Resource, 'role' | 'reservation'> {
  if (only === undefined) return { role: '*' };
  const role = only.role ?? '*';
  if (only.type !== 'DYNAMIC') return { role };
  const reservation: Resource.ReservationInfo = {};
  if (only.principal !== undefined) reservation.principal = only.principal;
  if (only.labels !== undefined) reservation.labels = only.labels;
  return { role, reservation };
}

/**
 * The message in another format. The message given must be valid and is not changed.
 * @throws {RangeError} for refined reservations in the pre-refinement format, which cannot say them: strip those first
 */
export function formatResource(resource: Resource, format: ResourceFormat): Resource {
  const upgraded = upgradeResource(resource);
  if (format === 'refined') return upgraded;
  const { reservations = [], ...rest } = upgraded;
  if (reservations.length > 1) {
    if (format === 'endpoint') return upgraded;
    throw new RangeError(`'${resource.name}' has refined reservations, which the format before them cannot express`);
  }
  const old = { ...rest, ...oldFields(reservations[0]) };
  return format === 'endpoint' && reservations.length > 0 ? { ...old, reservations } : old;
}
