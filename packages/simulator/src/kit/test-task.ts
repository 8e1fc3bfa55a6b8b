// What a test says of tasks: what they are, and what becomes of them.
import type { ContainerConfig } from '@mini-mesos/agent';

export interface TestTask {
  readonly taskId: string;
  readonly frameworkId: string;
  /** The text for the shell, or the program. */
  readonly command: string;
}

export interface TaskOutcome {
  /** Virtual milliseconds until the process exits by itself. */
  runMs: number | 'for ever';
  /** Default 0. */
  exitStatus?: number | undefined;
  /** Until it runs. Default 1. */
  launchMs?: number | undefined;
  /** Why it cannot be launched: the task ends as TASK_FAILED. */
  launchFailure?: string | undefined;
  /** From SIGTERM to its end. Default 1. */
  terminateMs?: number | 'never' | undefined;
}

const COMMAND_MS = 1_000;

/** `sleep SECONDS; exit STATUS`, either part of it, or anything that succeeds after a second. */
export function outcomeOf({ command }: TestTask): TaskOutcome {
  const sleep = /^sleep (\d+(?:\.\d+)?|infinity)/.exec(command)?.[1];
  const exitStatus = Number(/(?:^|; )exit (\d+)$/.exec(command)?.[1] ?? 0);
  if (sleep === 'infinity') return { runMs: 'for ever' };
  return { runMs: sleep === undefined ? COMMAND_MS : Number(sleep) * 1_000, exitStatus };
}

/** Undefined for a container that is not a task's. A pod's tasks are named by the link to their sandbox. */
export function taskOf({ process, frameworkId, executorId, id, sandboxLink }: ContainerConfig): TestTask | undefined {
  if (!process) return undefined;
  const taskId = id.parent ? (sandboxLink.split('/').at(-1) ?? '') : executorId;
  return { taskId, frameworkId, command: process.value };
}
