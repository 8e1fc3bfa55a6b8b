// mini-mesos demo --chaos: the word count, again and again, while the leading master, an agent and a ZooKeeper server are
// killed one after the other.
import { join } from 'node:path';
import { findZookeeper } from '../../../cluster/zookeeper.js';
import { Killings } from '../../../core/demo/killings.js';
import { plural } from '../../../core/text/units.js';
import { CommandError } from '../../../errors.js';
import type { Terminal } from '../../../output/terminal.js';
import { countOtherwise } from '../count-otherwise.js';
import { printCounts, printVerdict } from '../report.js';
import { findText } from '../text-files.js';
import { APPLICATION_NAME, countWordsOnCluster } from '../word-count.js';
import { ChaosCluster } from './chaos-cluster.js';
import { killAndWatch } from './kill-and-watch.js';

const AGENTS = 3;
/** Of each task: so that there is something to interrupt. */
const TASK_PAUSE_MS = 300;
const TASKS = 45;
/** Counts that must have been enough. */
const COUNTS_MAX = 20;

/** Whether all counts agree. Rejects with the reason where the cluster did not survive. */
export async function showChaos({
  terminal,
  signal,
  resources,
}: {
  terminal: Terminal;
  signal: AbortSignal;
  resources: string;
}): Promise<boolean> {
  const zookeeper = findZookeeper();
  if (!zookeeper.ok) terminal.say(`${zookeeper.problem}; so there is one master, which is killed and started again`);
  const many = zookeeper.ok ? 'three ZooKeeper servers, three masters' : 'a master';
  terminal.say(`starting ${many} and ${plural(AGENTS, 'agent')} as processes …`);
  const cluster = await ChaosCluster.start({ agents: AGENTS, resources, signal });
  try {
    return await show(cluster, { terminal, signal });
  } finally {
    terminal.say('stopping …');
    await cluster.close();
  }
}

async function show(
  cluster: ChaosCluster,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<boolean> {
  const text = await findText(join(cluster.directory, 'demo'));
  terminal.say(`counting the words of ${plural(text.paths.length, 'file')} until everything was killed once …`);
  const other = countOtherwise(text.paths, signal);
  // Awaited below; until then nobody else may see it fail.
  other.catch(() => undefined);
  const killings = new Killings({ hasEnsemble: cluster.ensemble !== undefined });
  const startedMs = performance.now();
  const tell = (line: string): void => {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
    terminal.print(`${seconds} s  ${line}`);
  };
  let failed: unknown;
  let tasksDone = 0;
  const result = await countWordsOnCluster({
    master: cluster.master,
    paths: text.paths,
    executors: AGENTS,
    signal,
    onResult: () => Promise.resolve(),
    patience: {
      tasks: TASKS,
      pauseMs: TASK_PAUSE_MS,
      countsMax: COUNTS_MAX,
      isOver: () => failed !== undefined || killings.areOver,
      onCount: (count) => tell(`count ${count} is done`),
      onTaskDone: () => {
        tasksDone += 1;
        const victim = killings.next(tasksDone, TASKS);
        if (victim === undefined) return;
        killAndWatch(victim, { cluster, frameworkName: APPLICATION_NAME, tell })
          .then(() => killings.recovered())
          .catch((error: unknown) => (failed = error));
      },
    },
  });
  if (failed !== undefined) throw failed;
  if (!killings.areOver) throw new CommandError(`after ${COUNTS_MAX} counts the cluster is not as it was before`);
  terminal.print('');
  printCounts(terminal, result, await other);
  const doesAgree = printVerdict(terminal, result, await other);
  terminal.print(`${plural(result.rounds, 'count')}, all with the same result`);
  return doesAgree;
}
