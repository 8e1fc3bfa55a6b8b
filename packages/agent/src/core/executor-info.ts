// Which executor runs a task. A task with a command gets one of its own, described as a Mesos agent would describe it
// (src/slave/slave.cpp getExecutorInfo), although nothing but the task's command runs here.
import type { CommandInfo, ExecutorInfo, Resource, TaskInfo } from '@mini-mesos/proto';
import { COMMAND_EXECUTOR_CPUS, COMMAND_EXECUTOR_MEM_MIB, SHUTDOWN_MARGIN_MS } from './constants.js';
import type { ExecutorKind } from './model.js';

/** Longer commands are cut in the executor's name. */
const NAMED_COMMAND_MAX = 15;
const CUT_COMMAND_LENGTH = 12;

export function executorKind(info: ExecutorInfo): ExecutorKind {
  return info.type === 'DEFAULT' ? 'default' : 'custom';
}

function commandText(command: CommandInfo | undefined): string {
  const cut = (text: string) => (text.length > NAMED_COMMAND_MAX ? `${text.slice(0, CUT_COMMAND_LENGTH)}...` : text);
  if (command?.shell ?? true) {
    return command?.value === undefined ? '(Command: NO COMMAND)' : `(Command: sh -c '${cut(command.value)}')`;
  }
  if (command?.value === undefined) return '(Command: NO EXECUTABLE)';
  return `(Command: [${cut(`${command.value}, ${(command.arguments ?? []).join(', ')}`)}])`;
}

export function commandExecutorInfo(
  task: TaskInfo,
  { frameworkId, launcherDir }: { frameworkId: string; launcherDir: string },
): ExecutorInfo {
  const graceNs = task.kill_policy?.grace_period?.nanoseconds;
  const command: CommandInfo = {
    ...(task.command?.uris ? { uris: task.command.uris } : {}),
    ...(task.command?.environment ? { environment: task.command.environment } : {}),
    ...(task.command?.user === undefined ? {} : { user: task.command.user }),
    shell: false,
    value: `${launcherDir}/mesos-executor`,
    arguments: ['mesos-executor', `--launcher_dir=${launcherDir}`],
  };
  return {
    executor_id: { value: task.task_id.value },
    framework_id: { value: frameworkId },
    ...(task.container ? { container: task.container } : {}),
    name: `Command Executor (Task: ${task.task_id.value}) ${commandText(task.command)}`,
    source: task.task_id.value,
    command,
    resources: executorOverhead(task.resources ?? []),
    ...(task.labels ? { labels: task.labels } : {}),
    ...(task.discovery ? { discovery: task.discovery } : {}),
    ...(graceNs === undefined ? {} : { shutdown_grace_period: { nanoseconds: graceNs + SHUTDOWN_MARGIN_MS * 1e6 } }),
  };
}

/** The small overcommit that Mesos makes for each command executor, in the task's role. */
function executorOverhead(taskResources: readonly Resource[]): Resource[] {
  const role = taskResources.find((resource) => resource.allocation_info)?.allocation_info;
  const scalar = (name: string, value: number): Resource => ({
    name,
    type: 'SCALAR',
    scalar: { value },
    ...(role ? { allocation_info: role } : {}),
  });
  return [scalar('cpus', COMMAND_EXECUTOR_CPUS), scalar('mem', COMMAND_EXECUTOR_MEM_MIB)];
}

/**
 * Tasks of frameworks without MULTI_ROLE may come without allocation: their resources are given the framework's one
 * role, so that everything on the agent is allocated to somebody.
 */
export function allocated(resources: Resource[] | undefined, role: string | undefined): Resource[] {
  return (resources ?? []).map((resource) =>
    resource.allocation_info || role === undefined ? resource : { ...resource, allocation_info: { role } },
  );
}
