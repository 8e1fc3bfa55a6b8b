// What nobody may read in a view: the values of secrets in environments, volumes and image configurations, and the
// passwords of image registries. Mesos shows them; here only that there is one, and the name of one that has a name.
import type { CommandInfo, ContainerInfo, ExecutorInfo, Task } from '@mini-mesos/proto';

type Fields = { readonly [name: string]: unknown };

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
  return withoutSecrets(command) as CommandInfo | undefined;
}

export function publicContainer(container: ContainerInfo | undefined): ContainerInfo | undefined {
  return withoutSecrets(container) as ContainerInfo | undefined;
}

/** The same value where there is nothing to hide, else a copy of what is above the secrets. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const items = value.map(withoutSecrets);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const hidden = hide(value as Fields);
  if (hidden) return hidden;
  const fields = Object.entries(value).map(([name, field]) => [name, field, withoutSecrets(field)] as const);
  if (fields.every(([, field, clean]) => field === clean)) return value;
  return Object.fromEntries(fields.map(([name, , clean]) => [name, clean]));
}

/** A Secret without its value, a Credential without its secret; undefined for anything else. */
function hide(message: Fields): Fields | undefined {
  const { value, secret, principal } = message;
  if (isSecretValue(value)) {
    const { value: _, ...rest } = message;
    return rest;
  }
  if (typeof principal === 'string' && typeof secret === 'string') return { principal };
  return undefined;
}

function isSecretValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data);
}
