// What `execute` is to launch: one task, or a group of tasks as a pod, with what they need of an offer. Pure.
import type { CommandInfo, ContainerInfo, ExecutorInfo, TaskInfo } from '@mini-mesos/proto';
import { fail, ok, Resources } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import { DecodeError, fromJson, invalidId } from '@mini-mesos/wire';
import type { Constraint } from './constraints.js';

/** What the executor of a pod gets besides its tasks (src/cli/execute.cpp). */
const EXECUTOR_RESOURCES = 'cpus:0.1;mem:32;disk:32';
const EXECUTOR_ID = 'default-executor';

export interface LaunchPlan {
  /** Complete but for the agent and for where the resources come from. */
  readonly tasks: readonly TaskInfo[];
  /** Of a pod; undefined for a single task. */
  readonly executor: ExecutorInfo | undefined;
  readonly constraints: readonly Constraint[];
  /** Reserved resources of this role are used too. */
  readonly role: string;
}

/** Nobody knows the agent before there is an offer. */
const NO_AGENT = { value: '' };

export interface CommandWishes {
  readonly name: string;
  readonly command: CommandInfo;
  /** The text of --resources. */
  readonly resources: string;
  readonly container: ContainerInfo | undefined;
}

export function commandTask({ name, command, resources, container }: CommandWishes): Result<TaskInfo> {
  const invalid = invalidId(name);
  if (invalid !== undefined) return fail(`--name: cannot take '${name}' as the id of a task: ${invalid}`);
  const parsed = Resources.parse(resources);
  if (!parsed.ok) return fail(`--resources: cannot read '${resources}': ${parsed.error}, for example cpus:1;mem:128`);
  if (parsed.value.isEmpty)
    return fail(`--resources: '${resources}' holds nothing: expected for example cpus:1;mem:128`);
  return ok({
    name,
    task_id: { value: name },
    agent_id: NO_AGENT,
    resources: parsed.value.toProto(),
    command,
    ...(container && { container }),
  });
}

/** Reads the JSON of --task. */
export function taskFromJson(json: unknown): Result<TaskInfo> {
  return decoded(() => fromJson('mesos.v1.TaskInfo', withAgent(json) as object));
}

/** Reads the JSON of --task_group. */
export function groupFromJson(json: unknown): Result<TaskInfo[]> {
  const { tasks } = (json ?? {}) as { tasks?: unknown };
  if (!Array.isArray(tasks) || tasks.length === 0) return fail('expected {"tasks": [{…}, …]} with at least one task');
  return decoded(() => {
    const group = fromJson('mesos.v1.TaskGroupInfo', { tasks: tasks.map(withAgent) });
    return group.tasks ?? [];
  });
}

/** Mesos lets the agent be left out, but its message needs one. */
const withAgent = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? { agent_id: NO_AGENT, ...json } : json;

function decoded<T>(decode: () => T): Result<T> {
  try {
    return ok(decode());
  } catch (error) {
    if (error instanceof DecodeError) return fail(error.message);
    throw error;
  }
}

/** The executor of Mesos' pods. Its networks are those of all tasks of the group. */
export function podExecutor(networks: readonly string[]): ExecutorInfo {
  const resources = Resources.parse(EXECUTOR_RESOURCES);
  if (!resources.ok) throw new Error(resources.error);
  return {
    type: 'DEFAULT',
    executor_id: { value: EXECUTOR_ID },
    resources: resources.value.toProto(),
    ...(networks.length > 0 && {
      container: { type: 'MESOS', network_infos: networks.map((name) => ({ name })) },
    }),
  };
}

/** All that an offer must hold for the plan. */
export function needsOf({ tasks, executor }: LaunchPlan): Resources {
  const parts = [...tasks, ...(executor ? [executor] : [])];
  return Resources.sum(parts.map(({ resources }) => Resources.fromProto(resources)));
}
