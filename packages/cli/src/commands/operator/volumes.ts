// mini-mesos volumes, volumes create and volumes destroy
import { flag } from '@mini-mesos/daemon';
import { volumeTable } from '../../core/listing/operator.js';
import { newVolume, volumesOn } from '../../core/operator/reservations.js';
import { mibText } from '../../core/text/units.js';
import { CommandError, EXIT } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { agentIdOf, callOperator, readAgent, readAgents } from '../../master-api/operator-calls.js';
import { printJson, printTable } from '../../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from '../client-flags.js';
import { command } from '../command.js';

export const volumes = command({
  name: 'volumes',
  summary: 'Lists the persistent volumes of all agents.',
  examples: ['mini-mesos volumes', 'mini-mesos volumes --json'],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const agents = await readAgents(client);
    const all = agents.flatMap((agent) => volumesOn(agent).map((volume) => ({ agent: agent.id, ...volume })));
    if (values.json) printJson(terminal, all);
    else if (all.length === 0) terminal.say('there are no persistent volumes');
    if (!values.json && all.length > 0) printTable(terminal, volumeTable(all));
    return EXIT.ok;
  },
});

export const volumesCreate = command({
  name: 'volumes create',
  summary: 'Makes a persistent volume of disk that is reserved on an agent. What is in it outlives tasks.',
  positionals: 'AGENT ID',
  positionalsCount: [2, 2],
  examples: ['mini-mesos volumes create S3 db --role=ops --size=4GB --path=data'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    role: flag.string({ help: 'The role that the disk is reserved to.', required: true, example: 'ops' }),
    size: flag.bytes({ help: 'How large it is, in whole MiB.', required: true, example: '4GB' }),
    path: flag.string({ help: 'Where a task finds it, in its sandbox.', default: 'data' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const [wanted = '', id = ''] = positionals;
    const { role, path, principal } = values;
    const mib = Math.floor(values.size / 1024 ** 2);
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const agentId = await agentIdOf(client, wanted);
    const made = newVolume((await readAgent(client, agentId)) ?? {}, { role, id, path, mib, principal });
    if (!made.ok) {
      const hint = `mini-mesos reserve ${agentId} disk:${mib} --role=${role} reserves some`;
      throw new CommandError(`cannot make volume ${id} on agent ${agentId}: ${made.error}\n${hint}`);
    }
    await callOperator(
      client,
      { type: 'CREATE_VOLUMES', create_volumes: { agent_id: { value: agentId }, volumes: [made.value] } },
      { purpose: `make volume ${id} on agent ${agentId}` },
    );
    terminal.say(`made volume ${id} of ${mibText(mib)} for role ${role} on agent ${agentId}`);
    return EXIT.ok;
  },
});

export const volumesDestroy = command({
  name: 'volumes destroy',
  summary: 'Destroys a persistent volume of an agent, with all that is in it.',
  positionals: 'AGENT ID',
  positionalsCount: [2, 2],
  examples: ['mini-mesos volumes destroy S3 db'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    role: flag.string({ help: 'The role of the volume, where two roles have one of that id.', example: 'ops' }),
    yes: flag.bool({ help: 'Does not ask first. Nobody is asked without a terminal.', default: false, short: 'y' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const [wanted = '', id = ''] = positionals;
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const agentId = await agentIdOf(client, wanted);
    const all = volumesOn((await readAgent(client, agentId)) ?? {});
    const found = all.filter((one) => one.id === id && (values.role === undefined || one.role === values.role));
    const [volume] = found;
    if (!volume) throw new CommandError(`agent ${agentId} has no volume ${id}: mini-mesos volumes lists them`);
    if (found.length > 1) throw new CommandError(`${found.length} roles have a volume ${id} there: give --role`);
    if (!values.yes && terminal.canAsk) {
      const question = `destroy volume ${id} of role ${volume.role} (${mibText(volume.mib)}) with all that is in it? [y/N] `;
      if (!/^y(es)?$/i.test(await terminal.ask(question, interrupted))) {
        terminal.say('nothing was done');
        return EXIT.failure;
      }
    }
    await callOperator(
      client,
      { type: 'DESTROY_VOLUMES', destroy_volumes: { agent_id: { value: agentId }, volumes: [volume.message] } },
      { purpose: `destroy volume ${id} on agent ${agentId}` },
    );
    terminal.say(`destroyed volume ${id} of role ${volume.role} on agent ${agentId}`);
    return EXIT.ok;
  },
});
