// mini-mesos weights and weights set
import { weightTable } from '../../core/listing/operator.js';
import type { WeightMessage } from '../../core/listing/operator.js';
import { parseWeights } from '../../core/operator/amounts.js';
import { EXIT, UsageError } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { callOperator } from '../../master-api/operator-calls.js';
import { printJson, printTable } from '../../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from '../client-flags.js';
import { command } from '../command.js';

/** How many weights can be set at once. */
const WEIGHTS_MAX = 1000;

export const weights = command({
  name: 'weights',
  summary: 'Lists the roles whose weight was set. All others have 1.',
  examples: ['mini-mesos weights', 'mini-mesos weights --json'],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const all = await client.read<WeightMessage[]>('/weights');
    if (values.json) printJson(terminal, all);
    else if (all.length === 0) terminal.say('every role has the weight 1: mini-mesos weights set gives another');
    if (!values.json && all.length > 0) printTable(terminal, weightTable(all));
    return EXIT.ok;
  },
});

export const weightsSet = command({
  name: 'weights set',
  summary: 'Sets weights of roles: a role with weight 2 gets twice the share of one with 1. Others keep theirs.',
  positionals: 'ROLE=WEIGHT …',
  positionalsCount: [1, WEIGHTS_MAX],
  examples: ['mini-mesos weights set prod=2 dev=0.5'],
  environment: 'connection',
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const read = parseWeights(positionals);
    if (!read.ok) throw new UsageError(read.error);
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    await callOperator(
      client,
      { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: read.value } },
      { purpose: 'set the weights' },
    );
    for (const { role, weight } of read.value) terminal.say(`weight of role ${role}: ${weight}`);
    return EXIT.ok;
  },
});
