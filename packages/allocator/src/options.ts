// How an allocator is set up. Defaults are those of Mesos' master.
import { Limits, Quantities } from '@mini-mesos/resources';
import type { SorterKind } from './sorter/sorter.js';

export interface AllocatorOptions {
  /** Takes the place of chance: the same commands with the same seed give the same offers. Default 0. */
  seed?: number | undefined;
  /** Milliseconds between batch runs, the shortest time that a filter lasts. Default 1000 (--allocation_interval). */
  allocationIntervalMs?: number | undefined;
  /** An offer holds at least one of these; none: anything goes. Default cpus:0.01 or mem:32 (--min_allocatable_resources). */
  minAllocatable?: readonly Quantities[] | undefined;
  /** Names that do not count in shares. Default none (--fair_sharing_excluded_resource_names). */
  fairShareExcluded?: readonly string[] | undefined;
  /** Whether agents with gpus are for GPU_RESOURCES frameworks only. Default true (--filter_gpu_resources). */
  filterGpuResources?: boolean | undefined;
  /** Region of the master: agents of others are for REGION_AWARE frameworks only. Default: no agent is elsewhere. */
  region?: string | undefined;
  /** How roles are ordered. Default 'drf'. */
  roleSorter?: SorterKind | undefined;
  /** How the frameworks of a role are ordered. Default 'drf'. */
  frameworkSorter?: FrameworkSorterKind | undefined;
  /** Beyond Mesos: limits may be set for any role, and hold for all roles below. Default: top-level roles only. */
  nestedLimits?: boolean | undefined;
  /** Beyond Mesos: what comes back is offered by the next run, which it asks for. Default: with the next batch. */
  offerFreedAtOnce?: boolean | undefined;
  /**
   * Beyond Mesos: most of what counts against quota (unreserved scalars) that is given away in one piece; who comes next
   * is worked out anew after each piece, so that several share an agent, and what one gets of it is one offer. Names that
   * are not in it are not cut, and guarantees are not either. Default: no pieces.
   */
  chopSize?: Limits | undefined;
}

export type FrameworkSorterKind = Exclude<SorterKind, 'hdrf'>;

export interface Settings {
  readonly seed: number;
  readonly allocationIntervalMs: number;
  readonly minAllocatable: readonly Quantities[];
  readonly fairShareExcluded: readonly string[];
  readonly filterGpuResources: boolean;
  readonly region: string | undefined;
  readonly roleSorter: SorterKind;
  readonly frameworkSorter: FrameworkSorterKind;
  readonly nestedLimits: boolean;
  readonly offerFreedAtOnce: boolean;
  readonly chopSize: Limits;
}

const MIN_ALLOCATABLE_DEFAULT: readonly Quantities[] = [Quantities.of({ cpus: 10 }), Quantities.of({ mem: 32_000 })];

export function settingsOf(options: AllocatorOptions): Settings {
  return {
    seed: options.seed ?? 0,
    allocationIntervalMs: options.allocationIntervalMs ?? 1_000,
    minAllocatable: options.minAllocatable ?? MIN_ALLOCATABLE_DEFAULT,
    fairShareExcluded: options.fairShareExcluded ?? [],
    filterGpuResources: options.filterGpuResources ?? true,
    region: options.region,
    roleSorter: options.roleSorter ?? 'drf',
    frameworkSorter: options.frameworkSorter ?? 'drf',
    nestedLimits: options.nestedLimits ?? false,
    offerFreedAtOnce: options.offerFreedAtOnce ?? false,
    chopSize: options.chopSize ?? Limits.NONE,
  };
}
