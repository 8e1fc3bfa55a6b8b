// mini-mesos explain FRAMEWORK
import type { Explanation } from '@mini-mesos/allocator';
import { flag } from '@mini-mesos/daemon';
import { explanationTable } from '../core/listing/explanation.js';
import { EXIT } from '../errors.js';
import { chooseAgent, chooseFramework, readState } from '../master-api/cluster-reads.js';
import { MasterClient } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const explain = command({
  name: 'explain',
  summary: 'Says why a framework gets offers, or none.',
  positionals: 'FRAMEWORK',
  positionalsCount: [1, 1],
  examples: ['mini-mesos explain words', 'mini-mesos explain --role=dev --agent=S1 0001 --json'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    ...jsonFlag,
    role: flag.string({ help: 'Only of this role. Default: all roles of the framework.' }),
    agent: flag.string({ help: 'Only of this agent: its id, the end of one, or its hostname. Default: all agents.' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const state = await readState(client);
    const query = new URLSearchParams({ framework: chooseFramework(state, positionals[0] ?? '').id });
    if (values.role !== undefined) query.set('role', values.role);
    if (values.agent !== undefined) query.set('agent', chooseAgent(state, values.agent).id);
    const answer = await client.read<Explanation>(`/allocator/explain?${query.toString()}`);
    if (values.json) {
      printJson(terminal, answer);
      return EXIT.ok;
    }
    terminal.print(answer.sentence);
    if (answer.verdicts.length > 1) {
      terminal.print('');
      printTable(terminal, explanationTable(answer));
    }
    return EXIT.ok;
  },
});
