// The role to which messages are allocated. Frameworks without MULTI_ROLE neither see nor give it, so a master adds it
// to what they send and takes it away from what they get (Mesos: injectAllocationInfo in src/common/protobuf_utils.cpp).
import type { Resource } from '@mini-mesos/proto';

/** The messages, those without allocation now allocated to `role`. The messages given are not changed. */
export function injectAllocation(resources: readonly Resource[] = [], role: string): Resource[] {
  return resources.map((resource) =>
    resource.allocation_info === undefined ? { ...resource, allocation_info: { role } } : resource,
  );
}

/** The messages without allocation. The messages given are not changed. */
export function stripAllocation(resources: readonly Resource[] = []): Resource[] {
  return resources.map(({ allocation_info: _allocation, ...rest }) => rest);
}
