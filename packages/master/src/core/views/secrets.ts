// Tasks and executors as views show them: without secrets. Only what can hold one is looked through.
import type { CommandInfo, ContainerInfo, ExecutorInfo, Task } from '@mini-mesos/proto';
import { withoutSecrets } from '@mini-mesos/wire';

/** The same task where it holds no secret. */
export function publicTask(task: Task): Task {
  const container = publicContainer(task.container);
  const command = publicCommand(task.health_check?.command);
  if (container === task.container && command === task.health_check?.command) return task;
  return {
    ...task,
    ...(container && { container }),
    ...(task.health_check && command && { health_check: { ...task.health_check, command } }),
  };
}

/** The same executor where it holds no secret. */
export function publicExecutor(info: ExecutorInfo): ExecutorInfo {
  const container = publicContainer(info.container);
  const command = publicCommand(info.command);
  if (container === info.container && command === info.command) return info;
  return { ...info, ...(container && { container }), ...(command && { command }) };
}

export function publicCommand(command: CommandInfo | undefined): CommandInfo | undefined {
  return withoutSecrets(command);
}

export function publicContainer(container: ContainerInfo | undefined): ContainerInfo | undefined {
  return withoutSecrets(container);
}
