// What to tell the containerizer about the container of an executor or of a pod's task.
import type { CommandInfo, ContainerID, ContainerInfo, Resource, TaskInfo } from '@mini-mesos/proto';
import { agentIdOf } from '../context.js';
import type { ContainerConfig, ContainerProcess, VolumeLink } from '../effects.js';
import {
  allocationRole,
  commandVariables,
  executorEnvironment,
  nestedEnvironment,
  type Variables,
} from '../environment.js';
import { durationMs } from '../duration.js';
import { latestRun, volumeDirectory } from '../paths.js';
import type { DriverHost } from './driver.js';

export function shutdownGraceMs({ context, executor }: DriverHost): number {
  const own = executor.info.shutdown_grace_period;
  return own ? durationMs(own) : context.config.executorShutdownGracePeriodMs;
}

/** Undefined where the command names nothing to run. */
export function processOf(command: CommandInfo | undefined): ContainerProcess | undefined {
  if (command?.value === undefined) return undefined;
  return { shell: command.shell ?? true, value: command.value, arguments: command.arguments ?? [] };
}

/** The container of the executor itself, which for a command task is the task's. */
export function executorContainer(
  host: DriverHost,
  options: {
    command: CommandInfo | undefined;
    resources: Resource[];
    container: ContainerInfo | undefined;
    extra?: Variables;
  },
): ContainerConfig {
  const { context, executor, framework } = host;
  const agentId = agentIdOf(context).value;
  const environment = executorEnvironment({
    config: context.config,
    agentId,
    framework: framework.info,
    executorId: executor.id,
    sandbox: executor.directory,
    // A task sees the agent's own grace period, not the one that was made from its kill policy.
    shutdownGracePeriodMs:
      executor.kind === 'command' ? context.config.executorShutdownGracePeriodMs : shutdownGraceMs(host),
  });
  return {
    id: { value: executor.containerId },
    frameworkId: framework.id,
    executorId: executor.id,
    outlivesAgent: framework.info.checkpoint ?? false,
    process: processOf(options.command),
    container: options.container,
    environment: [...environment, ...commandVariables(options.command), ...(options.extra ?? [])],
    user: userOf(host, options.command),
    uris: options.command?.uris ?? [],
    sandbox: executor.directory,
    sandboxLink: latestRun({
      workDir: context.config.workDir,
      agentId,
      frameworkId: framework.id,
      executorId: executor.id,
    }),
    volumes: volumeLinks(context.config.workDir, options.resources),
    resources: options.resources,
  };
}

/** The container of one task of a pod, inside its executor's. */
export function nestedContainer(host: DriverHost, task: TaskInfo, id: ContainerID): ContainerConfig {
  const { context, executor, framework } = host;
  const sandbox = `${executor.directory}/containers/${id.value}`;
  const resources = task.resources ?? [];
  return {
    id,
    frameworkId: framework.id,
    executorId: executor.id,
    outlivesAgent: framework.info.checkpoint ?? false,
    process: processOf(task.command),
    container: task.container,
    environment: [
      ...nestedEnvironment(context.config, sandbox),
      ...commandVariables(task.command),
      ...allocationRole(resources),
    ],
    user: userOf(host, task.command),
    uris: task.command?.uris ?? [],
    sandbox,
    sandboxLink: `${executor.directory}/tasks/${task.task_id.value}`,
    volumes: volumeLinks(context.config.workDir, resources),
    resources,
  };
}

function userOf({ context, executor, framework }: DriverHost, command: CommandInfo | undefined): string | undefined {
  if (!context.config.switchUser) return undefined;
  return command?.user ?? executor.info.command?.user ?? framework.info.user;
}

function volumeLinks(workDir: string, resources: readonly Resource[]): VolumeLink[] {
  return resources.flatMap((resource) => {
    const volume = resource.disk?.volume;
    const source = persistentVolumePath(workDir, resource);
    return volume && source !== undefined
      ? [{ containerPath: volume.container_path, source, readOnly: volume.mode === 'RO' }]
      : [];
  });
}

/** Where a persistent volume lives; undefined for other resources. A MOUNT disk is the volume itself. */
export function persistentVolumePath(workDir: string, resource: Resource): string | undefined {
  const id = resource.disk?.persistence?.id;
  const role = resource.reservations?.at(-1)?.role ?? resource.role;
  if (id === undefined || role === undefined) return undefined;
  const source = resource.disk?.source;
  if (source?.type === 'MOUNT') return source.mount?.root;
  const root = source?.type === 'PATH' ? (source.path?.root ?? workDir) : workDir;
  return volumeDirectory(root.startsWith('/') ? root : `${workDir}/${root}`, { role, id });
}
