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
      entry(
        'simulate',
        'plays a scenario, or what changes would do to a live cluster',
        async () => (await import('./simulate.js')).simulate,
      ),
      entry('ls', "lists the files of a task's sandbox", async () => (await import('./ls.js')).ls),
      entry('cat', "prints a file of a task's sandbox", async () => (await import('./cat.js')).cat),
      entry('tail', "prints the end of a file of a task's sandbox", async () => (await import('./tail.js')).tail),
      entry(
        'registry dump',
        'prints what a registry holds',
        async () => (await import('./registry-dump.js')).registryDump,
      ),
      entry('resolve', 'prints the address of the leading master', async () => (await import('./resolve.js')).resolve),
    ],
  },
  {
    title: 'Acting',
    entries: [
      entry('kill', 'kills a task', async () => (await import('./kill.js')).kill),
      entry('teardown', 'removes a framework with all its tasks', async () => (await import('./teardown.js')).teardown),
      entry('drain', 'empties an agent', async () => (await import('./operator/agents.js')).drain),
      entry('deactivate', 'stops offering an agent', async () => (await import('./operator/agents.js')).deactivate),
      entry('reactivate', 'offers an agent again', async () => (await import('./operator/agents.js')).reactivate),
      entry('gone', 'marks an agent gone for good', async () => (await import('./operator/agents.js')).gone),
    ],
  },
  {
    title: 'Governing',
    entries: [
      entry('quota', 'lists quota', async () => (await import('./operator/quota.js')).quota),
      entry('quota set', 'sets the quota of a role', async () => (await import('./operator/quota.js')).quotaSet),
      entry(
        'quota remove',
        'removes the quota of a role',
        async () => (await import('./operator/quota.js')).quotaRemove,
      ),
      entry('weights', 'lists weights', async () => (await import('./operator/weights.js')).weights),
      entry('weights set', 'sets weights of roles', async () => (await import('./operator/weights.js')).weightsSet),
      entry(
        'reserve',
        'reserves resources of an agent to a role',
        async () => (await import('./operator/reserve.js')).reserve,
      ),
      entry('unreserve', 'undoes reservations', async () => (await import('./operator/reserve.js')).unreserve),
      entry('volumes', 'lists persistent volumes', async () => (await import('./operator/volumes.js')).volumes),
      entry(
        'volumes create',
        'makes a volume of reserved disk',
        async () => (await import('./operator/volumes.js')).volumesCreate,
      ),
      entry(
        'volumes destroy',
        'destroys a volume with what is in it',
        async () => (await import('./operator/volumes.js')).volumesDestroy,
      ),
      entry(
        'maintenance',
        'lists planned maintenance',
        async () => (await import('./operator/maintenance.js')).maintenance,
      ),
      entry(
        'maintenance schedule',
        'plans the maintenance of machines',
        async () => (await import('./operator/maintenance.js')).maintenanceSchedule,
      ),
      entry(
        'maintenance cancel',
        'takes machines out of the plan',
        async () => (await import('./operator/maintenance.js')).maintenanceCancel,
      ),
      entry(
        'maintenance start',
        'takes machines down',
        async () => (await import('./operator/maintenance.js')).maintenanceStart,
      ),
      entry(
        'maintenance stop',
        'lets machines come up again',
        async () => (await import('./operator/maintenance.js')).maintenanceStop,
      ),
    ],
  },
];

export const COMMANDS: readonly CommandEntry[] = COMMAND_GROUPS.flatMap(({ entries }) => entries);

function entry(name: string, title: string, load: () => Promise<AnyCommand>): CommandEntry {
  return { name, title, load };
}
