// mini-mesos agents
import type { AgentMessage, FrameworksMessage } from '../core/cluster/messages.js';
import { agentTable } from '../core/listing/agents.js';
import { EXIT } from '../errors.js';
import { MasterClient } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const agents = command({
  name: 'agents',
  summary: 'Lists the registered agents with what they have, what of it is used, and their attributes.',
  examples: ['mini-mesos agents', "mini-mesos agents --json | jq '.[].attributes'"],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const { slaves = [] } = await client.read<{ slaves?: AgentMessage[] }>('/slaves');
    if (values.json) {
      printJson(terminal, slaves);
      return EXIT.ok;
    }
    const { frameworks = [] } = await client.read<FrameworksMessage>('/frameworks');
    if (slaves.length === 0) terminal.say(`no agents are registered with ${client.address}`);
    printTable(terminal, agentTable(slaves, { nowMs: Date.now(), isShort: terminal.isOutTerminal, frameworks }));
    return EXIT.ok;
  },
});
