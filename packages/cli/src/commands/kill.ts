// mini-mesos kill TASK
import { flag, realTime } from '@mini-mesos/daemon';
import { isTerminalState } from '../core/cluster/tasks.js';
import { CommandError, EXIT } from '../errors.js';
import { chooseTask, readState } from '../master-api/cluster-reads.js';
import { MasterClient, refused } from '../master-api/master-client.js';
import { untilTaskEnds } from '../master-api/task-end.js';
import { connectionFlags, connectionOf } from './client-flags.js';
import { command } from './command.js';

export const kill = command({
  name: 'kill',
  summary: 'Kills a task, whoever started it, and waits until it has ended.',
  positionals: 'TASK',
  positionalsCount: [1, 1],
  examples: ['mini-mesos kill web-1', 'mini-mesos kill --framework=words --grace-period=30secs --no-wait task-7'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    framework: flag.string({ help: 'The framework of the task, where several have one of that name.' }),
    grace_period: flag.duration({
      help: "Time between SIGTERM and SIGKILL. Default: the task's own, else 3secs.",
      example: '5secs',
    }),
    wait: flag.bool({ help: 'Whether to wait until the task has ended.', default: true }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const wish = { task: positionals[0] ?? '', framework: values.framework };
    const { task, isCompleted } = chooseTask(await readState(client), wish);
    if (isCompleted || isTerminalState(task.state)) {
      throw new CommandError(`task ${task.id} has already ended: ${task.state}`);
    }
    const call = {
      method: 'POST',
      path: '/kill',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        framework_id: task.framework_id,
        task_id: task.id,
        ...(values.grace_period !== undefined && { grace_period_secs: values.grace_period / 1000 }),
      }),
    } as const;
    const answer = await client.call(call);
    if (answer.status >= 300) throw refused(call, answer);
    terminal.say(`asked agent ${task.slave_id} to kill task ${task.id}`);
    if (!values.wait) return EXIT.ok;
    const ended = await untilTaskEnds(client, task, { interrupted, timers: realTime });
    terminal.say(`task ${task.id} has ended: ${ended}`);
    return EXIT.ok;
  },
});
