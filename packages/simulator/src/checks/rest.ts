// What has to be true when nothing is wrong any more: everybody knows the end of every task, every update arrived, and
// once the frameworks have left nothing of them is left.
import type { Cluster } from '../cluster/cluster.js';
import type { Operator } from '../workload/operator.js';
import type { FrameworkProcess } from '../workload/framework-process.js';
import { Resources } from '@mini-mesos/resources';
import type { Ledger } from './ledger.js';
import { Violation } from './violation.js';

interface Simulated {
  readonly cluster: Cluster;
  readonly frameworks: readonly FrameworkProcess[];
  readonly ledger: Ledger;
  readonly operator: Operator | undefined;
}

/** What keeps the cluster from rest; undefined where nothing does. */
export function whatIsOpen({ cluster, frameworks, ledger, operator }: Simulated): Violation | undefined {
  if (operator?.isDone === false) return new Violation('tasks-end', 'operators get no answer');
  for (const { name, process, awaited } of frameworks) {
    const [task] = awaited;
    if (!process.isAlive) return new Violation('tasks-end', `framework ${name} is down`);
    if (task) {
      const state = task.state ?? 'nothing';
      return new Violation('tasks-end', `task ${task.id} on ${task.agentId}: its framework heard ${state} and no end`);
    }
  }
  const machines = cluster.agents.map(({ machine }) => machine);
  if (!cluster.leader || machines.some((machine) => !machine?.isRegistered)) {
    return new Violation('tasks-end', 'there is no leader with which all agents are registered');
  }
  for (const task of ledger.tasks.values()) {
    const isKnown = frameworks.some(({ open }) => open.some(({ id }) => id === task.id));
    if (task.runsOn !== undefined && !isKnown && !ledger.removedFrameworks.has(task.framework)) {
      return new Violation('tasks-end', `task ${task.id} runs on ${task.runsOn}, and its framework does not know`);
    }
    if (task.isForgotten || ledger.removedFrameworks.has(task.framework)) continue;
    const lost = task.updates.find(({ isSeen }) => !isSeen);
    if (lost) return new Violation('updates-arrive', `the update ${lost.state} of task ${task.id} was never shown`);
  }
  return undefined;
}

/**
 * What is left of frameworks that are gone; undefined where nothing is. A framework whose first stream broke before its
 * scheduler heard its id is nobody's: nothing but its failover timeout ends it.
 */
export function findLeaks({ leader, agents }: Cluster, { knownFrameworks }: Ledger): Violation | undefined {
  const leak = (text: string) => new Violation('nothing-leaks', text);
  const leading = leader?.leading;
  if (!leading) return leak('nobody leads');
  const { state } = leading.machine;
  if (state.offers.size > 0) return leak(`the master keeps ${state.offers.size} offers`);
  const framework = [...state.frameworks.values()].find(({ id }) => knownFrameworks.has(id));
  if (framework) return leak(`the master keeps framework ${framework.id}, which is ${framework.phase}`);
  for (const agent of state.agents.values()) {
    const used = Resources.sum(agent.used.values());
    if (!used.isEmpty || !agent.offered.isEmpty) {
      return leak(`the master keeps ${used.plus(agent.offered).toString()} of agent ${agent.id}`);
    }
    if (agent.tasks.size > 0 || agent.executors.size > 0) return leak(`the master keeps tasks of agent ${agent.id}`);
    const view = leading.allocator.agent(agent.id);
    if (!view?.available.equals(agent.total)) return leak(`the allocator keeps resources of agent ${agent.id}`);
  }
  for (const { name, machine, containers } of agents) {
    const [run] = containers.running;
    if (run) return leak(`the container of ${run.config.executorId} is left on ${name}`);
    const [kept] = machine?.state.frameworks.values() ?? [];
    if (kept) return leak(`agent ${name} keeps framework ${kept.id}, which is ${kept.state}`);
    if (machine && machine.unacknowledgedTasks > 0)
      return leak(`agent ${name} keeps updates of frameworks that are gone`);
  }
  return undefined;
}
