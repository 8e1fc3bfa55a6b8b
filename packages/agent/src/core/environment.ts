// The environment of executors and tasks (src/slave/slave.cpp executorEnvironment, and the executors' own additions).
import { printDuration } from '@mini-mesos/daemon';
import type { CommandInfo, FrameworkInfo, Resource } from '@mini-mesos/proto';
import type { AgentConfig } from './config.js';

export type Variables = (readonly [name: string, value: string])[];

/** What execvp falls back to; Mesos sets it where the operator names no other. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface ExecutorEnvironmentOptions {
  config: AgentConfig;
  agentId: string;
  framework: FrameworkInfo;
  executorId: string;
  sandbox: string;
  shutdownGracePeriodMs: number;
}

/** Variables of every executor, operator's choice first. */
export function executorEnvironment(options: ExecutorEnvironmentOptions): Variables {
  const { config, framework, sandbox } = options;
  const endpoint = `${hostPart(config.ip)}:${config.port}`;
  const checkpointed: Variables = [
    ['MESOS_RECOVERY_TIMEOUT', printDuration(config.recoveryTimeoutMs)],
    ['MESOS_SUBSCRIPTION_BACKOFF_MAX', printDuration(config.executorReregistrationTimeoutMs)],
  ];
  return [
    ['PATH', DEFAULT_PATH],
    ...Object.entries(config.executorEnvironment ?? {}),
    ['LIBPROCESS_IP', config.ip],
    ['LIBPROCESS_PORT', '0'],
    ['MESOS_FRAMEWORK_ID', framework.id?.value ?? ''],
    ['MESOS_EXECUTOR_ID', options.executorId],
    ['MESOS_SLAVE_ID', options.agentId],
    ['MESOS_SLAVE_PID', `slave(1)@${endpoint}`],
    ['MESOS_AGENT_ENDPOINT', endpoint],
    ['MESOS_DIRECTORY', sandbox],
    ['MESOS_SANDBOX', sandbox],
    ['MESOS_CHECKPOINT', framework.checkpoint ? '1' : '0'],
    ...(framework.checkpoint ? checkpointed : []),
    ['MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', printDuration(options.shutdownGracePeriodMs)],
    ['MESOS_HTTP_COMMAND_EXECUTOR', '0'],
  ];
}

/** Variables of a pod's task: those of a nested container, which inherits nothing from its executor. */
export function nestedEnvironment(config: AgentConfig, sandbox: string): Variables {
  return [
    ['PATH', DEFAULT_PATH],
    ['MESOS_SANDBOX', sandbox],
    ['MESOS_CONTAINER_IP', config.ip],
  ];
}

/** What the command itself asks for. Secrets that nobody resolved are left out, as in Mesos. */
export function commandVariables(command: CommandInfo | undefined): Variables {
  return (command?.environment?.variables ?? [])
    .filter((variable) => variable.type !== 'SECRET')
    .map((variable) => [variable.name, variable.value ?? ''] as const);
}

/** Tasks learn the role that their resources are allocated to; all of a task's resources have the same. */
export function allocationRole(resources: readonly Resource[] | undefined): Variables {
  const role = resources?.find((resource) => resource.allocation_info?.role !== undefined)?.allocation_info?.role;
  return role === undefined ? [] : [['MESOS_ALLOCATION_ROLE', role]];
}

function hostPart(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip;
}
