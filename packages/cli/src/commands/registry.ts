// Which commands there are. Each is loaded when it is needed: listing the tasks loads neither a master nor Spark.
import type { AnyCommand } from './command.js';

export interface CommandEntry {
  /** `tasks`, `spark submit`. */
  readonly name: string;
  /** A line in the list of commands. */
  readonly title: string;
  readonly load: () => Promise<AnyCommand>;
}

export interface CommandGroup {
  readonly title: string;
  readonly entries: readonly CommandEntry[];
}

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: 'Clusters',
    entries: [
      entry(
        'demo',
        'starts a cluster, counts words on it, shows what happened, and stops',
        async () => (await import('./demo/demo.js')).demo,
      ),
      entry(
        'local',
        'runs a whole cluster on this machine until Ctrl-C',
        async () => (await import('./local.js')).local,
      ),
      entry('master', 'runs a master', async () => (await import('./master.js')).master),
      entry('agent', 'runs an agent', async () => (await import('./agent.js')).agent),
    ],
  },
  {
    title: 'Work',
    entries: [
      entry(
        'execute',
        'runs a command, or a group of tasks, and shows its output',
        async () => (await import('./execute/execute.js')).execute,
      ),
      entry('spark submit', 'runs a Spark-like program', async () => (await import('./spark-submit.js')).sparkSubmit),
    ],
  },
  {
    title: 'Looking',
    entries: [
      entry('state', 'shows the cluster in a few lines', async () => (await import('./state.js')).state),
      entry('agents', 'lists agents', async () => (await import('./agents.js')).agents),
      entry('frameworks', 'lists frameworks', async () => (await import('./frameworks.js')).frameworks),
      entry('tasks', 'lists tasks', async () => (await import('./tasks.js')).tasks),
      entry('roles', 'lists roles', async () => (await import('./roles.js')).roles),
      entry('explain', 'says why a framework gets offers, or none', async () => (await import('./explain.js')).explain),
      entry('ls', "lists the files of a task's sandbox", async () => (await import('./ls.js')).ls),
      entry('cat', "prints a file of a task's sandbox", async () => (await import('./cat.js')).cat),
      entry('tail', "prints the end of a file of a task's sandbox", async () => (await import('./tail.js')).tail),
      entry('resolve', 'prints the address of the leading master', async () => (await import('./resolve.js')).resolve),
    ],
  },
  {
    title: 'Acting',
    entries: [
      entry('kill', 'kills a task', async () => (await import('./kill.js')).kill),
      entry('teardown', 'removes a framework with all its tasks', async () => (await import('./teardown.js')).teardown),
    ],
  },
];

export const COMMANDS: readonly CommandEntry[] = COMMAND_GROUPS.flatMap(({ entries }) => entries);

function entry(name: string, title: string, load: () => Promise<AnyCommand>): CommandEntry {
  return { name, title, load };
}
