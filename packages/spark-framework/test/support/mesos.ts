// Offers, statuses and a backend machine for the tests of the Mesos backend.
import type { Attribute, Offer, Resource, TaskInfo, TaskState, TaskStatus } from '@mini-mesos/proto';
import { SparkConf, type ConfValues } from '../../src/core/conf/spark-conf.js';
import { CoarseBackend, type CoarseEffect, type CoarseEvent } from '../../src/core/mesos/coarse-backend.js';
import { coarseSettings } from '../../src/core/mesos/coarse-settings.js';
import { executorCommandInfo } from '../../src/core/mesos/executor-command.js';
import { executorTask } from '../../src/core/mesos/executor-task.js';

/** Memory an executor takes with the default properties: 1024 MiB and the overhead. */
export const E = 1408;

export const scalar = (name: string, value: number, role?: string): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  ...(role === undefined ? {} : { reservations: [{ type: 'STATIC', role }] }),
});
export const portRange = (begin: number, end: number): Resource => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range: [{ begin, end }] },
});

export interface OfferSpec {
  mem: number;
  cpus: number;
  gpus?: number;
  agent?: string;
  resources?: Resource[];
  attributes?: Attribute[];
  role?: string;
}

let offerNumber = 0;
export function offer({
  mem,
  cpus,
  gpus,
  agent = 's1',
  resources = [],
  attributes = [],
  role = '*',
}: OfferSpec): Offer {
  return {
    id: { value: `o${++offerNumber}` },
    framework_id: { value: 'f1' },
    agent_id: { value: agent },
    hostname: `host-${agent}`,
    allocation_info: { role },
    attributes,
    resources: [
      scalar('mem', mem),
      scalar('cpus', cpus),
      ...(gpus === undefined ? [] : [scalar('gpus', gpus)]),
      ...resources,
    ],
  };
}

export function status(taskId: string, state: TaskState, more: Partial<TaskStatus> = {}): TaskStatus {
  return { task_id: { value: taskId }, state, ...more };
}

/** Sum of a scalar in a task's resources. */
export function amount(task: TaskInfo | undefined, name: string): number {
  return (task?.resources ?? [])
    .filter((resource) => resource.name === name)
    .reduce((sum, { scalar: value }) => sum + (value?.value ?? 0), 0);
}

/** A backend with its own clock; effects of each event, with the timers left out. */
export class Backend {
  readonly machine: CoarseBackend;
  nowMs = 0;

  constructor(conf: ConfValues = {}, name = 'test') {
    const sparkConf = new SparkConf({ program: conf });
    const read = coarseSettings(sparkConf, name);
    if ('error' in read) throw new Error(read.error);
    const { settings } = read;
    this.machine = new CoarseBackend(settings, (executor, resources) => {
      const command = executorCommandInfo(sparkConf, {
        executorArguments: [
          ...['--cores', String(executor.cores + settings.extraCores)],
          ...(settings.tellHostname ? ['--hostname', executor.hostname] : []),
        ],
        local: { node: '/usr/bin/node', entry: '/opt/executor-main.js' },
        token: 'secret',
      });
      return executorTask(executor, { settings, resources, command });
    });
  }

  handle(event: CoarseEvent): CoarseEffect[] {
    return this.machine.handle(event, this.nowMs).filter(({ type }) => type !== 'wakeAt');
  }

  offers(...specs: OfferSpec[]): CoarseEffect[] {
    return this.handle({ type: 'offers', offers: specs.map(offer) });
  }

  update(taskId: string, state: TaskState, more: Partial<TaskStatus> = {}): CoarseEffect[] {
    return this.handle({ type: 'update', status: status(taskId, state, more) });
  }
}

export function launched(effects: readonly CoarseEffect[]): TaskInfo[] {
  return effects.flatMap((effect) => (effect.type === 'accept' ? [...effect.tasks] : []));
}

export function declines(effects: readonly CoarseEffect[]): (number | undefined)[] {
  return effects.flatMap((effect) => (effect.type === 'decline' ? [effect.refuseSeconds] : []));
}

export function types(effects: readonly CoarseEffect[]): string[] {
  return effects.map(({ type }) => type);
}
