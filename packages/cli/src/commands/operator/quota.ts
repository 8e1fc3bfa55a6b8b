// mini-mesos quota, quota set and quota remove
import { flag } from '@mini-mesos/daemon';
import type { RoleMessage } from '../../core/cluster/messages.js';
import { quotasOf, quotaTable } from '../../core/listing/operator.js';
import { parseScalars, scalarsText } from '../../core/operator/amounts.js';
import type { Scalars } from '../../core/operator/amounts.js';
import { EXIT, UsageError } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { callOperator } from '../../master-api/operator-calls.js';
import { printJson, printTable } from '../../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from '../client-flags.js';
import { command } from '../command.js';

export const quota = command({
  name: 'quota',
  summary: 'Lists the roles with quota: what they are sure to get, what they get at most, and what they use.',
  examples: ['mini-mesos quota', "mini-mesos quota --json | jq '.[].role'"],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const { roles = [] } = await client.read<{ roles?: RoleMessage[] }>('/roles');
    const quotas = quotasOf(roles);
    if (values.json) printJson(terminal, quotas);
    else if (quotas.length === 0) terminal.say('no role has quota: mini-mesos quota set gives one');
    if (!values.json && quotas.length > 0) printTable(terminal, quotaTable(roles));
    return EXIT.ok;
  },
});

export const quotaSet = command({
  name: 'quota set',
  summary: 'Sets the quota of a role, in place of the one it had. Only roles at the top have quota.',
  positionals: 'ROLE [GUARANTEE]',
  positionalsCount: [1, 2],
  examples: [
    'mini-mesos quota set dev cpus:4 --limit cpus:8',
    "mini-mesos quota set batch --limit='cpus:100;gpus:0'",
    "mini-mesos quota set prod 'cpus:64;mem:131072' --force",
  ],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    limit: flag.string({ help: 'What the role gets at most. Default: no limit.', example: 'cpus:8;mem:16384' }),
    force: flag.bool({
      help: 'Also where the cluster has less than is guaranteed, or the role uses more than the limit.',
      default: false,
    }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const [role = '', guarantee] = positionals;
    if (guarantee === undefined && values.limit === undefined) {
      throw new UsageError(`quota set ${role} needs a guarantee, such as cpus:4, or --limit, or both`);
    }
    const guarantees = scalars(guarantee);
    const limits = scalars(values.limit);
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    await callOperator(
      client,
      { type: 'UPDATE_QUOTA', update_quota: { force: values.force, quota_configs: [{ role, guarantees, limits }] } },
      { purpose: `set the quota of role ${role}`, hints: [["'force' flag", '--force sets it all the same']] },
    );
    terminal.say(`quota of role ${role}: guarantee ${scalarsText(guarantees)}, limit ${scalarsText(limits)}`);
    return EXIT.ok;
  },
});

function scalars(text = ''): Scalars {
  const read = parseScalars(text);
  if (!read.ok) throw new UsageError(read.error);
  return read.value;
}

export const quotaRemove = command({
  name: 'quota remove',
  summary: 'Removes the quota of a role: nothing is guaranteed any more, and nothing limited.',
  positionals: 'ROLE',
  positionalsCount: [1, 1],
  examples: ['mini-mesos quota remove dev'],
  environment: 'connection',
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const [role = ''] = positionals;
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    await callOperator(
      client,
      { type: 'REMOVE_QUOTA', remove_quota: { role } },
      {
        purpose: `remove the quota of role ${role}`,
        hints: [['has no quota set', 'mini-mesos quota lists the roles that have one']],
      },
    );
    terminal.say(`role ${role} has no quota any more`);
    return EXIT.ok;
  },
});
