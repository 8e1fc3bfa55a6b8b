// mini-mesos state
import { clusterFacts } from '../core/listing/cluster.js';
import { EXIT } from '../errors.js';
import { readState } from '../master-api/cluster-reads.js';
import { MasterClient } from '../master-api/master-client.js';
import { printFacts, printJson } from '../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from './client-flags.js';
import { command } from './command.js';

export const state = command({
  name: 'state',
  summary: 'Shows the cluster in a few lines, or with --json all that the master knows.',
  examples: ['mini-mesos state', "mini-mesos state --json | jq '.leader_info'"],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const all = await readState(client);
    if (values.json) printJson(terminal, all);
    else printFacts(terminal, clusterFacts(all, { nowMs: Date.now(), url: `http://${client.address}` }));
    return EXIT.ok;
  },
});
