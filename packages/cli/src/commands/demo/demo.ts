// mini-mesos demo: what npm start runs.
import { join } from 'node:path';
import { flag } from '@mini-mesos/daemon';
import { startCluster } from '../../cluster/local-cluster.js';
import type { LocalCluster } from '../../cluster/local-cluster.js';
import { plural } from '../../core/text/units.js';
import { CommandError, EXIT, UsageError } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import type { Terminal } from '../../output/terminal.js';
import { helpFlag } from '../client-flags.js';
import { command } from '../command.js';
import { untilInterrupted } from '../until-interrupted.js';
import { readAccount } from './account.js';
import type { Account } from './account.js';
import { showChaos } from './chaos/chaos.js';
import { countOtherwise } from './count-otherwise.js';
import { printAccount, printCounts, printVerdict } from './report.js';
import { findText } from './text-files.js';
import type { Text } from './text-files.js';
import { countWordsOnCluster } from './word-count.js';

/** Enough to see that work is spread, few enough for a small machine. */
const AGENTS = 3;
/** What they claim to have: an executor and some room, on every machine the same. */
const AGENT_RESOURCES = 'cpus:2;mem:1024;disk:1024';
/** Nothing of it takes so long: whatever hangs is reported instead of waited for. */
const DEADLINE_MS = 60_000;
const CHAOS_DEADLINE_MS = 240_000;

export const demo = command({
  name: 'demo',
  summary:
    `Starts a master and ${AGENTS} agents on free ports, counts words of real text on them as a Spark-like program ` +
    'does, counts them once more by other means, compares, tells what happened, and stops everything.',
  examples: ['mini-mesos demo', 'mini-mesos demo --keep', 'mini-mesos demo --chaos'],
  environment: 'connection',
  flags: {
    ...helpFlag,
    keep: flag.bool({ help: 'Leaves the cluster up until Ctrl-C, with its web UI.', default: false }),
    chaos: flag.bool({
      help:
        'Three masters and three ZooKeeper servers, of which the leading master, then an agent, then a ZooKeeper ' +
        'server are killed while the words are counted. Without ZooKeeper one master and its agents.',
      default: false,
    }),
  },
  async run({ values, terminal, interrupted }) {
    if (values.chaos) return runChaos({ terminal, interrupted, keep: values.keep });
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(DEADLINE_MS)]);
    terminal.say(`starting a master and ${plural(AGENTS, 'agent')} …`);
    const cluster = await startCluster({
      agents: AGENTS,
      port: 0,
      resources: AGENT_RESOURCES,
      masterArgv: ['--quiet', '--allocation_interval=100ms'],
      agentArgv: ['--quiet'],
      // Nobody's settings change what the demo shows.
      env: {},
    });
    try {
      const doesAgree = await show(cluster, { terminal, signal });
      if (values.keep) await keep(cluster, { terminal, interrupted });
      return doesAgree ? EXIT.ok : EXIT.failure;
    } catch (error) {
      throw explained(error, { interrupted, signal, deadlineMs: DEADLINE_MS });
    } finally {
      terminal.say('stopping …');
      await cluster.close();
    }
  },
});

async function runChaos({
  terminal,
  interrupted,
  keep,
}: {
  terminal: Terminal;
  interrupted: AbortSignal;
  keep: boolean;
}): Promise<number> {
  if (keep) throw new UsageError('--keep and --chaos do not go together: what was killed is not left standing');
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(CHAOS_DEADLINE_MS)]);
  try {
    const doesAgree = await showChaos({ terminal, signal, resources: AGENT_RESOURCES });
    return doesAgree ? EXIT.ok : EXIT.failure;
  } catch (error) {
    throw explained(error, { interrupted, signal, deadlineMs: CHAOS_DEADLINE_MS });
  }
}

interface Stage {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Whether the two counts agree. */
async function show(cluster: LocalCluster, { terminal, signal }: Stage): Promise<boolean> {
  const master = cluster.master.url.replace(/^http:\/\//, '');
  const text = await findText(join(cluster.workDir, 'demo'));
  terminal.say(`the master is at ${cluster.master.url}/`);
  terminal.say(`counting the words of ${plural(text.paths.length, 'file')} (${kib(text)}) below ${text.root} …`);
  let account: Account | undefined;
  const other = countOtherwise(text.paths, signal);
  // Awaited below; until then nobody else may see it fail.
  other.catch(() => undefined);
  const result = await countWordsOnCluster({
    master,
    paths: text.paths,
    executors: cluster.agents.length,
    signal,
    onResult: async (frameworkId) => {
      account = await readAccount(await MasterClient.connect({ master, signal }), frameworkId);
    },
  });
  printCounts(terminal, result, await other);
  const doesAgree = printVerdict(terminal, result, await other);
  if (!account) throw new CommandError('the master told nothing of what happened');
  printAccount(terminal, { result, account });
  return doesAgree;
}

const kib = ({ bytes }: Text): string => `${Math.ceil(bytes / 1024)} KiB`;

async function keep(
  { master }: LocalCluster,
  { terminal, interrupted }: { terminal: Terminal; interrupted: AbortSignal },
): Promise<void> {
  terminal.say(`the cluster stays up: web UI at ${master.url}/, Ctrl-C stops it`);
  await untilInterrupted(interrupted);
}

function explained(
  error: unknown,
  { interrupted, signal, deadlineMs }: { interrupted: AbortSignal; signal: AbortSignal; deadlineMs: number },
): unknown {
  if (interrupted.aborted) return new CommandError('interrupted', { cause: error });
  if (!signal.aborted) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new CommandError(`no result within ${deadlineMs / 1000} s: ${said}`, { cause: error });
}
