// mini-mesos tasks
import { flag } from '@mini-mesos/daemon';
import { tasksOf } from '../core/cluster/tasks.js';
import { chosenTasks, stateNamed, taskTable } from '../core/listing/tasks.js';
import { EXIT } from '../errors.js';
import { chooseAgent, chooseFramework, readState } from '../master-api/cluster-reads.js';
import { MasterClient } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const tasks = command({
  name: 'tasks',
  summary: 'Lists the tasks that run, the newest first.',
  examples: ['mini-mesos tasks', 'mini-mesos tasks --all --framework=words', 'mini-mesos tasks --state=TASK_FAILED'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    ...jsonFlag,
    all: flag.bool({ help: 'Also those that have ended, as far as the master remembers them.', default: false }),
    state: flag.list({
      help: 'Only tasks in these states, also where they have ended.',
      default: '',
      example: 'TASK_RUNNING,TASK_STAGING',
      check: (words) => {
        const wrong = words.find((word) => stateNamed(word) === undefined);
        return wrong === undefined ? undefined : `${wrong} is no state of a task; expected for example TASK_RUNNING`;
      },
    }),
    framework: flag.string({ help: 'Only tasks of this framework: its id, the last part of it, or its name.' }),
    agent: flag.string({ help: 'Only tasks on this agent: its id, the last part of it, or its host name.' }),
  },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const state = await readState(client);
    const listed = chosenTasks(tasksOf(state), {
      states: values.state.map((word) => stateNamed(word) ?? word),
      frameworkId: values.framework === undefined ? undefined : chooseFramework(state, values.framework).id,
      agentId: values.agent === undefined ? undefined : chooseAgent(state, values.agent).id,
      isAll: values.all,
    });
    if (values.json) {
      printJson(
        terminal,
        listed.map(({ task }) => task),
      );
      return EXIT.ok;
    }
    if (listed.length === 0) terminal.say('no such tasks');
    printTable(terminal, taskTable(listed, { nowMs: Date.now(), isShort: terminal.isOutTerminal }));
    return EXIT.ok;
  },
});
