// Gauges over the state of the cluster: agents, frameworks, resources, tasks, operations.
import type { TaskState } from '@mini-mesos/proto';
import { fromMilli } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import type { MasterState } from '../../state/state.js';
import { agentCounts } from '../agent-counts.js';
import { usedOn } from '../usage.js';
import { OPERATION_ENDS, OPERATION_PHASES, OPERATION_TYPES } from './names.js';

type Values = Iterable<readonly [name: string, value: number]>;

const RESOURCE_NAMES = ['cpus', 'gpus', 'mem', 'disk'];
/** What the allocator's own gauges count. */
const ALLOCATOR_RESOURCE_NAMES = ['cpus', 'mem', 'disk'];

const ACTIVE_TASKS = ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'] as const;

export function* agentMetrics(state: MasterState): Values {
  for (const [condition, count] of Object.entries(agentCounts(state))) yield [`master/slaves_${condition}`, count];
}

export function* frameworkCounts(state: MasterState): Values {
  const all = state.frameworks.size;
  let connected = 0;
  for (const framework of state.frameworks.values()) if (framework.phase === 'connected') connected += 1;
  // An operator cannot deactivate a framework, so those that are connected are those that get offers.
  yield ['master/frameworks_active', connected];
  yield ['master/frameworks_inactive', all - connected];
  yield ['master/frameworks_connected', connected];
  yield ['master/frameworks_disconnected', all - connected];
  yield ['master/outstanding_offers', state.offers.size];
}

/** Totals over the scalar amounts of each agent. Used is what tasks and executors hold, not what is on offer. */
export function* resourceMetrics(state: MasterState): Values {
  const total = new Amounts();
  const used = new Amounts();
  const offered = new Amounts();
  for (const agent of state.agents.values()) {
    total.add(agent.total);
    used.add(usedOn(agent));
    offered.add(agent.offered);
  }
  for (const name of [...RESOURCE_NAMES, ...RESOURCE_NAMES.map((name) => `${name}_revocable`)]) {
    yield [`master/${name}_total`, total.of(name)];
    yield [`master/${name}_used`, used.of(name)];
    yield [`master/${name}_percent`, total.of(name) === 0 ? 0 : used.of(name) / total.of(name)];
  }
  for (const name of ALLOCATOR_RESOURCE_NAMES) {
    const both = [name, `${name}_revocable`];
    const prefix = `allocator/mesos/resources/${name}`;
    yield [`${prefix}/total`, total.of(...both)];
    yield [`${prefix}/offered_or_allocated`, used.of(...both) + offered.of(...both)];
  }
}

/** Sums of scalars in thousandths; revocable ones under a name of their own. */
class Amounts {
  readonly #milli = new Map<string, number>();

  add(resources: Resources): void {
    for (const { name, value, revocable } of resources.items) {
      if (value.type !== 'SCALAR') continue;
      const key = revocable ? `${name}_revocable` : name;
      this.#milli.set(key, (this.#milli.get(key) ?? 0) + value.milli);
    }
  }

  of(...names: readonly string[]): number {
    let milli = 0;
    for (const name of names) milli += this.#milli.get(name) ?? 0;
    return fromMilli(milli);
  }
}

export function* taskMetrics(state: MasterState): Values {
  const counts = new Map<TaskState, number>();
  for (const agent of state.agents.values()) {
    for (const tasks of agent.tasks.values()) {
      for (const { task } of tasks.values()) counts.set(task.state, (counts.get(task.state) ?? 0) + 1);
    }
  }
  for (const name of ACTIVE_TASKS) {
    yield [`master/tasks_${name.slice('TASK_'.length).toLowerCase()}`, counts.get(name) ?? 0];
  }
  let unreachable = 0;
  for (const { unreachableTasks } of state.frameworks.values()) {
    for (const { task } of unreachableTasks.values()) if (task.state === 'TASK_UNREACHABLE') unreachable += 1;
  }
  yield ['master/tasks_unreachable', unreachable];
}

/** Those under way by type, and sums over the types of what is counted and of what is under way. */
export function* operationMetrics({ agents, counters }: MasterState): Values {
  const underWay = new Map<string, number>();
  for (const agent of agents.values()) {
    for (const { info, operation } of agent.operations.values()) {
      const phase = operation.latest_status.state.slice('OPERATION_'.length).toLowerCase();
      const key = `${info.type?.toLowerCase()}/${phase}`;
      underWay.set(key, (underWay.get(key) ?? 0) + 1);
    }
  }
  for (const kind of [...OPERATION_PHASES, 'total', ...OPERATION_ENDS]) {
    let sum = 0;
    for (const type of OPERATION_TYPES) {
      const key = `${type.toLowerCase()}/${kind}`;
      const count = OPERATION_PHASES.includes(kind)
        ? (underWay.get(key) ?? 0)
        : (counters.get(`master/operations/${key}`) ?? 0);
      yield [`master/operations/${key}`, count];
      sum += count;
    }
    yield [`master/operations/${kind}`, sum];
  }
}
