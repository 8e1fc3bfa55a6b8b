// mini-mesos reserve and unreserve
import { flag } from '@mini-mesos/daemon';
import { resourcesTalk } from '../../core/listing/operator.js';
import { parseQuantities } from '../../core/operator/amounts.js';
import { reservationsOf, unreservable } from '../../core/operator/reservations.js';
import { CommandError, EXIT, UsageError } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { agentIdOf, callOperator, readAgent } from '../../master-api/operator-calls.js';
import { connectionFlags, connectionOf } from '../client-flags.js';
import { command } from '../command.js';

const roleFlag = { role: flag.string({ help: 'The role.', required: true, example: 'ops' }) };
const BUSY = ['does not contain', 'what tasks use cannot be taken: wait, kill, or drain first'] as const;

export const reserve = command({
  name: 'reserve',
  summary: 'Reserves resources of an agent to a role: they are offered to frameworks of that role only.',
  positionals: 'AGENT RESOURCES',
  positionalsCount: [2, 2],
  examples: ["mini-mesos reserve S3 'cpus:2;mem:1024' --role=ops"],
  environment: 'connection',
  flags: { ...connectionFlags, ...roleFlag },
  async run({ values, positionals, terminal, interrupted }) {
    const [wanted = '', text = ''] = positionals;
    const quantities = parseQuantities(text);
    if (!quantities.ok) throw new UsageError(quantities.error);
    const { role, principal } = values;
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, wanted);
    const resources = reservationsOf(quantities.value, { role, principal });
    await callOperator(
      client,
      { type: 'RESERVE_RESOURCES', reserve_resources: { agent_id: { value: id }, resources } },
      { purpose: `reserve ${text} of agent ${id}`, hints: [BUSY] },
    );
    terminal.say(`reserved to role ${role} on agent ${id}: ${resourcesTalk(resources)}`);
    return EXIT.ok;
  },
});

export const unreserve = command({
  name: 'unreserve',
  summary: 'Undoes dynamic reservations to a role on an agent: all that hold no volume, or as much as is said.',
  positionals: 'AGENT [RESOURCES]',
  positionalsCount: [1, 2],
  examples: ['mini-mesos unreserve S3 --role=ops', 'mini-mesos unreserve S3 cpus:1 --role=ops'],
  environment: 'connection',
  flags: { ...connectionFlags, ...roleFlag },
  async run({ values, positionals, terminal, interrupted }) {
    const [wanted = '', text] = positionals;
    const quantities = text === undefined ? undefined : parseQuantities(text);
    if (quantities && !quantities.ok) throw new UsageError(quantities.error);
    const { role } = values;
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, wanted);
    const found = unreservable((await readAgent(client, id)) ?? {}, role, quantities?.value);
    if (!found.ok) throw new CommandError(`cannot unreserve resources of agent ${id}: ${found.error}`);
    await callOperator(
      client,
      { type: 'UNRESERVE_RESOURCES', unreserve_resources: { agent_id: { value: id }, resources: found.value } },
      { purpose: `unreserve resources of agent ${id}`, hints: [BUSY] },
    );
    terminal.say(`not reserved to role ${role} on agent ${id} any more: ${resourcesTalk(found.value)}`);
    return EXIT.ok;
  },
});
