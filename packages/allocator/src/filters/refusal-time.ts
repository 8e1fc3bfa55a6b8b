// For how long a framework that gave resources back is not offered them again.

/** Where a framework says nothing sensible (Filters.refuse_seconds in mesos.proto). */
const REFUSE_MS_DEFAULT = 5_000;

/** Longer refusals are shortened (HierarchicalAllocatorProcess::recoverResources). */
const REFUSE_MS_MAX = 365 * 24 * 60 * 60 * 1_000;

/**
 * Milliseconds; undefined where nothing is refused. No filter is shorter than an allocation interval, or no batch
 * would see it (MESOS-4302).
 */
export function refusalMs(refuseSeconds: number, allocationIntervalMs: number): number | undefined {
  if (refuseSeconds === 0) return undefined;
  const isSensible = refuseSeconds > 0;
  const askedMs = isSensible ? Math.min(refuseSeconds * 1_000, REFUSE_MS_MAX) : REFUSE_MS_DEFAULT;
  return Math.max(askedMs, allocationIntervalMs);
}
