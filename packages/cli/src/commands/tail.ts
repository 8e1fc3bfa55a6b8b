// mini-mesos tail [-f] [-n LINES] TASK [FILE]
import { flag, realTime } from '@mini-mesos/daemon';
import { isTerminalState } from '../core/cluster/tasks.js';
import type { TaskInCluster } from '../core/cluster/tasks.js';
import { pathInSandbox } from '../core/sandbox/find-sandbox.js';
import { CommandError, EXIT } from '../errors.js';
import { copyToEnd, FileFollower } from '../master-api/copy-file.js';
import { startOfLastLines } from '../master-api/last-lines.js';
import type { MasterClient } from '../master-api/master-client.js';
import { untilTaskEnds } from '../master-api/task-end.js';
import { command } from './command.js';
import { openTask, sandboxFlags } from './sandbox-flags.js';

export const tail = command({
  name: 'tail',
  summary:
    'Prints the last lines of a file of the sandbox of a task: stdout unless another is named. With -f goes on until the task ends.',
  positionals: 'TASK [FILE]',
  positionalsCount: [1, 2],
  examples: ['mini-mesos tail -f web-1', 'mini-mesos tail -n 50 web-1 stderr'],
  environment: 'connection',
  flags: {
    ...sandboxFlags,
    follow: flag.bool({ help: 'Prints what is added, until the task ends or Ctrl-C.', default: false, short: 'f' }),
    lines: flag.int({ help: 'Lines from the end.', default: 10, min: 0, max: 1_000_000, short: 'n' }),
  },
  // `-n20` and `-20`, as the fingers know them.
  rewrite: (argv) => argv.map((argument) => argument.replace(/^-n?(\d+)$/, '--lines=$1')),
  async run({ values, positionals, terminal, interrupted }) {
    const [task = '', file = 'stdout'] = positionals;
    const { files, directory, found, client } = await openTask(values, task, interrupted);
    const path = pathInSandbox(directory, file);
    const offset = await startOfLastLines(files, path, values.lines);
    if (offset === undefined && !values.follow) {
      throw new CommandError(`task ${found.task.id} has no file ${file}: mini-mesos ls lists them`);
    }
    const write = (bytes: Uint8Array): Promise<void> => terminal.write(bytes);
    const copy = { files, path, write, offset };
    if (!values.follow) {
      await copyToEnd(copy);
      return EXIT.ok;
    }
    const follower = new FileFollower(copy, realTime);
    // Ctrl-C is how following ends: nothing went wrong.
    const state = await Promise.race([stateAtEnd(client, found, interrupted), follower.done]).catch(
      giveUp(interrupted),
    );
    await follower.finish().catch(giveUp(interrupted));
    if (typeof state === 'string') terminal.say(`task ${found.task.id} has ended: ${state}`);
    return EXIT.ok;
  },
});

async function stateAtEnd(client: MasterClient, { task }: TaskInCluster, interrupted: AbortSignal): Promise<string> {
  return isTerminalState(task.state) ? task.state : untilTaskEnds(client, task, { interrupted, timers: realTime });
}

const giveUp =
  (interrupted: AbortSignal) =>
  (error: unknown): void => {
    if (!interrupted.aborted) throw error;
  };
