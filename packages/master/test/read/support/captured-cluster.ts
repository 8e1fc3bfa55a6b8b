// The cluster of samples/, which were recorded from a Mesos master (ids and times simplified): one agent, a framework
// that ended, and one with a pod, a command task, a completed task and two unanswered offers. It is built by telling our
// machine what happened, task by task and status by status, so that the views of both can be compared.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorInfo, link, master, Task, TaskInfo, TaskStatus } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { fromJson } from '@mini-mesos/wire';
import { Harness, INFO } from '../../support/harness.js';
import type { Client, Machine } from '../../support/harness.js';

export type Json = ReturnType<typeof JSON.parse>;

export function sample(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'samples', `${name}.json`), 'utf8'));
}

export interface CapturedCluster {
  readonly world: Harness;
  readonly agent: Machine;
  readonly capture: Client;
}

const CAPABILITIES = [{ type: 'AGENT_UPDATE' }, { type: 'AGENT_DRAINING' }, { type: 'QUOTA_V2' }] as const;

export function capturedCluster(): CapturedCluster {
  const response = fromJson('mesos.v1.master.Response', sample('get-state'));
  const state = response.get_state ?? {};
  const world = new Harness({ info: { ...INFO, capabilities: [...CAPABILITIES] } });
  const agent = registerAgent(world, state.get_agents?.agents?.[0]);
  runProbe(world, state.get_frameworks?.completed_frameworks?.[0]);
  const framework = state.get_frameworks?.frameworks?.[0];
  const executor = state.get_executors?.executors?.[0]?.executor_info;
  if (!framework || !executor) throw new Error('the sample lacks a framework or an executor');
  world.nowMs = msOf(framework.registered_time);
  world.state.nextFrameworkNumber = 0;
  const { id: _, ...info } = framework.framework_info;
  const capture = world.subscribe(info);
  const { tasks = [], completed_tasks: completed = [] } = state.get_tasks ?? {};
  launch({ world, agent, capture }, { tasks: [...tasks, ...completed], executor });
  for (const task of tasks) play({ world, agent, capture }, task);
  for (const task of completed) {
    play({ world, agent, capture }, task);
    acknowledge({ world, agent, capture }, task);
  }
  // The greater one came first.
  for (const offer of (framework.offers ?? []).toReversed()) {
    const resources = Resources.fromProto(offer.resources ?? []);
    world.send({
      type: 'allocated',
      allocations: [{ frameworkId: capture.id, agentId: agent.id, role: 'dev', resources }],
    });
  }
  return { world, agent, capture };
}

function msOf(time: { nanoseconds: number } | undefined): number {
  return (time?.nanoseconds ?? 0) / 1e6;
}

function registerAgent(world: Harness, shown: master.Response.GetAgents.Agent | undefined): Machine {
  if (!shown) throw new Error('the sample lacks an agent');
  world.nowMs = msOf(shown.registered_time);
  const { id: _, ...info } = shown.agent_info;
  const description: Partial<link.AgentDescription> = {
    agent_info: info,
    ip: '127.0.0.1',
    ...(shown.capabilities && { capabilities: shown.capabilities }),
  };
  return world.register('', description);
}

/** It subscribed with an id of its own, and went away without a failover timeout. */
function runProbe(world: Harness, shown: master.Response.GetFrameworks.Framework | undefined): void {
  if (!shown) throw new Error('the sample lacks a completed framework');
  world.nowMs = msOf(shown.registered_time);
  const probe = world.subscribe(shown.framework_info);
  world.nowMs = msOf(shown.unregistered_time);
  probe.disconnect();
}

function launch({ world, agent, capture }: CapturedCluster, what: { tasks: Task[]; executor: ExecutorInfo }): void {
  const { tasks, executor } = what;
  const offer = world.offer(capture, agent, 'cpus:4;mem:4096;disk:8192');
  const inPod = ({ executor_id: id }: Task) => id?.value === executor.executor_id.value;
  const group = { executor, task_group: { tasks: tasks.filter(inPod).map(taskInfo) } };
  capture.accept(
    [offer],
    [
      { type: 'LAUNCH', launch: { task_infos: tasks.filter((task) => !inPod(task)).map(taskInfo) } },
      { type: 'LAUNCH_GROUP', launch_group: group },
    ],
  );
}

function taskInfo(task: Task): TaskInfo {
  return {
    name: task.name,
    task_id: task.task_id,
    agent_id: task.agent_id,
    resources: task.resources ?? [],
    command: { value: 'sleep 1000' },
    ...(task.labels && { labels: task.labels }),
    ...(task.kill_policy && { kill_policy: task.kill_policy }),
  };
}

export function report({ agent, capture }: CapturedCluster, status: TaskStatus): void {
  agent.call({
    type: 'UPDATE_STATUS',
    update_status: { framework_id: { value: capture.id }, status, latest_state: status.state },
  });
}

function play(cluster: CapturedCluster, { statuses = [] }: Task): void {
  for (const status of statuses) report(cluster, status);
}

function acknowledge({ capture }: CapturedCluster, { statuses = [] }: Task): void {
  const last = statuses.at(-1);
  if (last) capture.acknowledge(last);
}

/** Sorts every list, whose order means nothing in either master. */
export function unordered(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map<Json>(unordered);
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as object).map(([key, field]) => [key, unordered(field)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a client reads of a view. */
export function read(view: unknown): Json {
  return JSON.parse(JSON.stringify(view));
}
