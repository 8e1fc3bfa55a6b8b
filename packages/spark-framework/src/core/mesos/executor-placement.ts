// Whether an executor may start on what is left of an offer, and what it takes from it.
import type { Resource, TaskInfo } from '@mini-mesos/proto';
import { fromMilli, toMilli } from '@mini-mesos/resources';
import type { CoarseSettings } from './coarse-settings.js';
import { hasPorts, takePorts, takeScalar, totalMilli, type OfferGroup } from './offer-amounts.js';
import type { Refusal } from './shortage.js';

/** An agent's offers while executors are placed on them. */
export interface OpenGroup {
  readonly group: OfferGroup;
  resources: Resource[];
  readonly tasks: TaskInfo[];
  /** Why the last try failed. */
  refusal: Refusal | undefined;
}

/** How much is in use when an executor is to be placed. */
export interface Usage {
  readonly totalCores: number;
  readonly totalGpus: number;
  readonly executors: number;
  readonly executorLimit: number;
  readonly coresOnAgent: number;
  /** More than 0 when the agent is excluded. */
  readonly agentFailures: number;
}

export interface ExecutorShare {
  readonly cores: number;
  readonly gpus: number;
  readonly resources: Resource[];
}

export class ExecutorPlacement {
  private readonly settings: CoarseSettings;

  constructor(settings: CoarseSettings) {
    this.settings = settings;
  }

  /** Takes an executor's share out of the group; undefined, with the reason noted, when none may start. */
  tryPlace(open: OpenGroup, usage: Usage): ExecutorShare | undefined {
    if (usage.executors >= usage.executorLimit || usage.totalCores >= this.settings.maxCores) return undefined;
    const offeredCores = Math.floor(fromMilli(totalMilli(open.resources, 'cpus')));
    const cores = this.coresFor(offeredCores, usage);
    open.refusal = this.refusal(open, cores, offeredCores, usage);
    if (open.refusal !== undefined || cores + usage.totalCores > this.settings.maxCores) return undefined;
    return this.take(open, cores, usage);
  }

  /** spark.executor.cores, or without it everything that is offered and still allowed. */
  private coresFor(offered: number, { totalCores, coresOnAgent }: Usage): number {
    const { executorCores, maxCores, maxCoresPerAgent } = this.settings;
    return executorCores ?? Math.min(offered, maxCores - totalCores, maxCoresPerAgent - coresOnAgent);
  }

  private refusal(open: OpenGroup, cores: number, offeredCores: number, usage: Usage): Refusal | undefined {
    const { maxCoresPerAgent, memoryMiB, maxMemoryMiB, ports } = this.settings;
    if (usage.agentFailures > 0) return { kind: 'excluded', failures: usage.agentFailures };
    if (usage.coresOnAgent >= maxCoresPerAgent || usage.coresOnAgent + cores > maxCoresPerAgent) {
      return { kind: 'agentLimit', limit: usage.coresOnAgent };
    }
    if (cores <= 0 || cores > offeredCores) return { kind: 'cores', offered: offeredCores, needed: Math.max(1, cores) };
    const offeredMiB = Math.floor(fromMilli(totalMilli(open.resources, 'mem')));
    if (memoryMiB > offeredMiB) return { kind: 'memory', offeredMiB, neededMiB: memoryMiB };
    if ((usage.executors + 1) * memoryMiB > maxMemoryMiB)
      return { kind: 'memoryLimit', limitMiB: usage.executors * memoryMiB };
    return hasPorts(open.resources, ports) ? undefined : { kind: 'ports', wanted: ports };
  }

  private take(open: OpenGroup, cores: number, { totalGpus }: Usage): ExecutorShare {
    const { maxGpus, memoryMiB, ports } = this.settings;
    const offeredGpus = Math.floor(fromMilli(totalMilli(open.resources, 'gpus')));
    const gpus = Math.min(Math.max(0, maxGpus - totalGpus), offeredGpus);
    const taken: Resource[] = [];
    const cut = (split: { taken: Resource[]; rest: Resource[] }): void => {
      taken.push(...split.taken);
      open.resources = split.rest;
    };
    cut(takeScalar(open.resources, 'cpus', toMilli(cores)));
    cut(takeScalar(open.resources, 'mem', toMilli(memoryMiB)));
    cut(takePorts(open.resources, ports));
    if (gpus > 0) cut(takeScalar(open.resources, 'gpus', toMilli(gpus)));
    return { cores, gpus, resources: taken };
  }
}
