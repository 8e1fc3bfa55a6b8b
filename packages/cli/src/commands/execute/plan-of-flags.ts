// What the flags of `execute` ask to be launched, or in words why they do not go together.
import { randomBytes } from 'node:crypto';
import type { FlagValues } from '@mini-mesos/daemon';
import type { CommandInfo, TaskInfo } from '@mini-mesos/proto';
import { parseConstraints } from '../../core/execute/constraints.js';
import { containerInfo } from '../../core/execute/container.js';
import { commandTask, podExecutor } from '../../core/execute/plan.js';
import type { LaunchPlan } from '../../core/execute/plan.js';
import { UsageError } from '../../errors.js';
import type { executeFlags } from './flags.js';

type Values = FlagValues<typeof executeFlags>;
type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** `words` are the arguments after the flags. Throws UsageError. */
export function planOf(values: Values, words: readonly string[]): LaunchPlan {
  const { task, task_group: group, role } = values;
  const constraints = valueOf(parseConstraints(values.constraints ?? ''));
  refuseMixtures(values, words);
  if (group) return { tasks: group, executor: podExecutor(values.networks), constraints, role };
  return { tasks: [task ?? taskOf(values, words)], executor: undefined, constraints, role };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new UsageError(result.error);
  return result.value;
}

/** As mesos-execute: a task that is given as JSON says all of this itself. */
function refuseMixtures(values: Values, words: readonly string[]): void {
  const { task, task_group: group } = values;
  if (task && group) throw new UsageError('--task and --task_group cannot both be given: a group holds its tasks');
  if (!task && !group) return;
  const json = task ? '--task' : '--task_group';
  const also = (['name', 'command', 'env', 'docker_image', 'volumes'] as const).find(
    (name) => values[name] !== undefined,
  );
  if (also) throw new UsageError(`--${also} cannot be given with ${json}: write it into the JSON`);
  if (words.length > 0) throw new UsageError(`a command cannot be given with ${json}: write it into the JSON`);
  if (task && values.networks.length > 0) {
    throw new UsageError('--networks cannot be given with --task: write it into the JSON');
  }
}

function taskOf(values: Values, words: readonly string[]): TaskInfo {
  const container = containerInfo({
    containerizer: values.containerizer,
    dockerImage: values.docker_image,
    networks: values.networks,
    volumes: values.volumes ?? [],
  });
  const task = commandTask({
    name: values.name ?? `execute-${randomBytes(4).toString('hex')}`,
    command: commandOf(values, words),
    resources: values.resources,
    container: valueOf(container),
  });
  return valueOf(task);
}

function commandOf({ command, shell, env, docker_image: image }: Values, words: readonly string[]): CommandInfo {
  const environment = env && {
    environment: { variables: Object.entries(env).map(([name, value]) => ({ name, value })) },
  };
  if (command !== undefined && shell) {
    if (words.length > 0) {
      throw new UsageError(
        `unexpected argument ${words[0]}: put the whole command into --command, or all of it after --`,
      );
    }
    return { shell: true, value: command, ...environment };
  }
  const [program, ...rest] = command === undefined ? words : [command, ...words];
  // An image has a command of its own.
  if (program === undefined && image !== undefined) return { shell: false, ...environment };
  if (program === undefined) {
    throw new UsageError("nothing to run: give --command='echo hello', or -- echo hello, or --task, or --task_group");
  }
  return { shell: false, value: program, arguments: [program, ...rest], ...environment };
}
