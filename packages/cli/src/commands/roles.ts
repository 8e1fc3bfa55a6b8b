// mini-mesos roles
import type { RoleMessage } from '../core/cluster/messages.js';
import { roleTable } from '../core/listing/roles.js';
import { EXIT } from '../errors.js';
import { MasterClient } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const roles = command({
  name: 'roles',
  summary: 'Lists the roles with their weights, what their tasks use, and their quota.',
  examples: ['mini-mesos roles', 'mini-mesos roles --json'],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const { roles: listed = [] } = await client.read<{ roles?: RoleMessage[] }>('/roles');
    if (values.json) printJson(terminal, listed);
    else printTable(terminal, roleTable(listed));
    return EXIT.ok;
  },
});
