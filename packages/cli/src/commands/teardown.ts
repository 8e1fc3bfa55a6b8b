// mini-mesos teardown FRAMEWORK
import { flag } from '@mini-mesos/daemon';
import { printable } from '../core/text/printable.js';
import { plural } from '../core/text/units.js';
import { CommandError, EXIT } from '../errors.js';
import { chooseFramework, readState } from '../master-api/cluster-reads.js';
import { MasterClient, refused } from '../master-api/master-client.js';
import { connectionFlags, connectionOf } from './client-flags.js';
import { command } from './command.js';

export const teardown = command({
  name: 'teardown',
  summary: 'Removes a framework and kills all its tasks. It cannot come back with the same id.',
  positionals: 'FRAMEWORK',
  positionalsCount: [1, 1],
  examples: ['mini-mesos teardown words', 'mini-mesos teardown --yes 0003'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    yes: flag.bool({ help: 'Does not ask first. Nobody is asked without a terminal.', default: false, short: 'y' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const state = await readState(client);
    const framework = chooseFramework(state, positionals[0] ?? '');
    if (!(state.frameworks ?? []).some(({ id }) => id === framework.id)) {
      throw new CommandError(`framework ${framework.id} (${printable(framework.name)}) has already ended`);
    }
    const tasks = plural(framework.tasks?.length ?? 0, 'task');
    if (!values.yes && terminal.canAsk) {
      const question = `remove framework ${printable(framework.name)} (${framework.id}) with ${tasks}? [y/N] `;
      if (!/^y(es)?$/i.test(await terminal.ask(question, interrupted))) {
        terminal.say('nothing was done');
        return EXIT.failure;
      }
    }
    const call = {
      method: 'POST',
      path: '/teardown',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ frameworkId: framework.id }).toString(),
    } as const;
    const answer = await client.call(call);
    if (answer.status >= 300) throw refused(call, answer);
    terminal.say(`removed framework ${printable(framework.name)} (${framework.id}) with ${tasks}`);
    return EXIT.ok;
  },
});
