// mini-mesos simulate FILE, and mini-mesos simulate --from-master
import { readFileSync } from 'node:fs';
import { runScenario, scenarioUsages, whatIf } from '@mini-mesos/allocator';
import { flag } from '@mini-mesos/daemon';
import { fromJson } from '@mini-mesos/wire';
import type { RoleMessage } from '../core/cluster/messages.js';
import { whatIfTable } from '../core/listing/what-if.js';
import { parseChanges } from '../core/simulate/changes.js';
import { snapshotOf } from '../core/simulate/snapshot.js';
import { CommandError, EXIT, UsageError } from '../errors.js';
import { MasterClient, refused } from '../master-api/master-client.js';
import { printJson, printTable } from '../output/listing.js';
import type { Terminal } from '../output/terminal.js';
import { connectionFlags, connectionOf, jsonFlag, masterProblem } from './client-flags.js';
import { command } from './command.js';

const { help, principal, secret } = connectionFlags;

const changeFlags = {
  set_weight: flag.list({ help: 'What if roles had these weights?', example: 'prod=3,dev=1' }),
  set_quota: flag.list({
    help: 'What if so much was guaranteed to roles? Nothing after the sign: no quota.',
    example: 'prod=cpus:8;mem:16384',
  }),
  set_limit: flag.list({ help: 'What if roles got at most so much?', example: 'dev=cpus:4' }),
  without_agent: flag.list({ help: 'What if these agents were gone?' }),
  without_framework: flag.list({ help: 'What if these frameworks were gone?' }),
};

export const simulate = command({
  name: 'simulate',
  summary: 'Plays a scenario with the allocator on virtual time, or shows what changes would do to a live cluster.',
  positionals: '[FILE]',
  positionalsCount: [0, 1],
  examples: [
    'mini-mesos simulate packages/allocator/scenarios/drf-paper.txt',
    "printf 'agent a cpus:4;mem:4096\\nframework f dev\\ngo\\nexplain f\\n' | mini-mesos simulate -",
    "mini-mesos simulate --from-master=10.0.0.1:5050 --set-quota='prod=cpus:8;mem:16384' --set-weight=dev=2",
  ],
  environment: 'connection',
  flags: {
    help,
    principal,
    secret,
    ...jsonFlag,
    statements: flag.bool({ help: 'Prints what a scenario can say, and exits.', default: false }),
    from_master: flag.string({
      help: 'The master whose cluster is played: host:port, or zk://…',
      example: '10.0.0.1:5050',
      check: masterProblem,
    }),
    ...changeFlags,
  },
  async run({ values, positionals, terminal, interrupted }) {
    const [file] = positionals;
    if (values.statements) {
      for (const usage of scenarioUsages()) terminal.print(usage);
      return EXIT.ok;
    }
    if ((file === undefined) === (values.from_master === undefined)) {
      throw new UsageError('simulate needs a FILE with a scenario (- for stdin), or --from-master');
    }
    if (file !== undefined) return playScenario(file, terminal);
    const changes = parseChanges({
      weights: values.set_weight ?? [],
      quotas: values.set_quota ?? [],
      limits: values.set_limit ?? [],
      withoutAgents: values.without_agent ?? [],
      withoutFrameworks: values.without_framework ?? [],
    });
    if (!changes.ok) throw new UsageError(changes.error);
    const address = values.from_master ?? '';
    const client = await MasterClient.connect(connectionOf({ ...values, master: address }, interrupted));
    const answer = whatIf(await snapshot(client), changes.value);
    if (!answer.ok) throw new CommandError(`cannot play the cluster of ${client.address}: ${answer.error}`);
    if (values.json) {
      printJson(terminal, answer.value);
      return EXIT.ok;
    }
    const { sentences, inTheLongRun, nextOffers } = answer.value;
    for (const sentence of sentences) terminal.print(sentence);
    show(terminal, 'in the long run, if everybody takes what is offered:', inTheLongRun);
    show(terminal, 'of what is free now:', nextOffers);
    return EXIT.ok;
  },
});

function playScenario(file: string, terminal: Terminal): number {
  const played = runScenario(readText(file));
  if (!played.ok)
    throw new CommandError(`${file}: ${played.error}\nmini-mesos simulate --statements lists what can be said`);
  const { transcript, failures } = played.value;
  terminal.print(transcript.trimEnd());
  if (failures.length === 0) return EXIT.ok;
  terminal.say(`${failures.length} of what the scenario expects did not happen`);
  return EXIT.failure;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read the scenario: ${(error as Error).message}`, { cause: error });
  }
}

async function snapshot(client: MasterClient) {
  const call = {
    method: 'POST',
    path: '/api/v1',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ type: 'GET_STATE' }),
  } as const;
  const answer = await client.call(call);
  if (answer.status !== 200) throw refused(call, answer);
  const state = fromJson('mesos.v1.master.Response', JSON.parse(answer.body.toString()));
  const { roles = [] } = await client.read<{ roles?: RoleMessage[] }>('/roles');
  return snapshotOf(state.get_state ?? {}, roles);
}

function show(terminal: Terminal, title: string, differences: Parameters<typeof whatIfTable>[0]): void {
  if (differences.length === 0) return;
  terminal.print('');
  terminal.print(title);
  printTable(terminal, whatIfTable(differences));
}
