// A role's quota, and what counts against it.
import { isReserved, Limits, Quantities } from '@mini-mesos/resources';
import type { ResourceItem, Resources } from '@mini-mesos/resources';

export interface Quota {
  /** Held back from others until the role holds so much. A name that is absent is not guaranteed. */
  readonly guarantees: Quantities;
  /** Not exceeded by offers. A name that is absent is not limited; a limit of zero is a limit. */
  readonly limits: Limits;
}

export const NO_QUOTA: Quota = { guarantees: Quantities.EMPTY, limits: Limits.NONE };

export const isNoQuota = ({ guarantees, limits }: Quota): boolean => guarantees.isEmpty && limits.isEmpty;

/**
 * Whether an item counts by being held. Reservations count by being there, whoever holds them; what is revocable, or
 * no scalar, never counts.
 */
export const countsWhenHeld = (item: ResourceItem): boolean =>
  item.value.type === 'SCALAR' && !item.revocable && !isReserved(item);

/** Quantities of what counts by being held. */
export const countedQuantities = (resources: Resources): Quantities => resources.filter(countsWhenHeld).quantities();
