// The allocator's options, as the command line says them. The values are plain data: a thread can be given them.
import type { AllocatorOptions } from '@mini-mesos/allocator';
import type { FlagValues } from '@mini-mesos/daemon';
import { parseChopSize, parseMinAllocatable } from '../../flags.js';
import type { masterFlags } from '../../flags.js';

const NAMES = [
  'allocation_interval',
  'min_allocatable_resources',
  'fair_sharing_excluded_resource_names',
  'filter_gpu_resources',
  'domain',
  'role_sorter',
  'framework_sorter',
  'nested_quota_limits',
  'offer_freed_at_once',
  'offer_chop_size',
] as const;

export type AllocatorFlags = Pick<FlagValues<typeof masterFlags>, (typeof NAMES)[number]>;

/** What of the command line is for the allocator. */
export function allocatorFlags(values: AllocatorFlags): AllocatorFlags {
  return Object.fromEntries(NAMES.map((name) => [name, values[name]])) as AllocatorFlags;
}

export function allocatorOptions(values: AllocatorFlags, seed: number): AllocatorOptions {
  return {
    seed,
    allocationIntervalMs: values.allocation_interval,
    minAllocatable: parseMinAllocatable(values.min_allocatable_resources) ?? [],
    fairShareExcluded: values.fair_sharing_excluded_resource_names ?? [],
    filterGpuResources: values.filter_gpu_resources,
    region: values.domain?.fault_domain?.region.name,
    roleSorter: values.role_sorter,
    frameworkSorter: values.framework_sorter,
    nestedLimits: values.nested_quota_limits,
    offerFreedAtOnce: values.offer_freed_at_once,
    chopSize: values.offer_chop_size === undefined ? undefined : parseChopSize(values.offer_chop_size),
  };
}
