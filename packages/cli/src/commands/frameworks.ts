// mini-mesos frameworks
import { flag } from '@mini-mesos/daemon';
import type { FrameworksMessage } from '../core/cluster/messages.js';
import { allFrameworks } from '../core/cluster/tasks.js';
import { frameworkTable } from '../core/listing/frameworks.js';
import { EXIT } from '../errors.js';
import { MasterClient } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const frameworks = command({
  name: 'frameworks',
  summary: 'Lists the registered frameworks with what their tasks use.',
  examples: ['mini-mesos frameworks', 'mini-mesos frameworks --all --json'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    ...jsonFlag,
    all: flag.bool({ help: 'Also those that have ended, as far as the master remembers them.', default: false }),
  },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const answer = await client.read<FrameworksMessage>('/frameworks');
    const listed = allFrameworks(answer).filter(({ isCompleted }) => values.all || !isCompleted);
    if (values.json) {
      printJson(
        terminal,
        listed.map(({ framework }) => framework),
      );
      return EXIT.ok;
    }
    if (listed.length === 0) terminal.say(`no frameworks are registered with ${client.address}`);
    printTable(terminal, frameworkTable(listed, { nowMs: Date.now(), isShort: terminal.isOutTerminal }));
    return EXIT.ok;
  },
});
