// The Spark-like program of the demo: counts words on the executors of a cluster, and watches where that happens.
import { SparkContext } from '@mini-mesos/spark-framework';
import type { RDD } from '@mini-mesos/spark-framework';
import { firstDifference } from '../../core/demo/words.js';
import type { WordCount, WordCounts } from '../../core/demo/words.js';
import { CommandError } from '../../errors.js';

const TOP = 10;
export const APPLICATION_NAME = 'word count';

/** For a job that is to be interrupted: more tasks, with pauses, counted again until it is over. */
export interface Patience {
  /** Of the first stage of each count. */
  readonly tasks: number;
  /** In each of them. */
  readonly pauseMs: number;
  readonly countsMax: number;
  readonly isOver: () => boolean;
  readonly onTaskDone: () => void;
  readonly onCount: (count: number) => void;
}

export interface JobOptions {
  /** `host:port`. */
  readonly master: string;
  readonly paths: readonly string[];
  readonly executors: number;
  readonly signal: AbortSignal;
  /** Called while the application still runs, with its framework id. */
  readonly onResult: (frameworkId: string) => Promise<void>;
  readonly patience?: Patience;
}

export interface JobResult {
  readonly top: readonly WordCount[];
  readonly counts: WordCounts;
  /** Tasks by executor. */
  readonly tasks: ReadonlyMap<string, number>;
  /** Milliseconds since the start of the process when the first result was there. */
  readonly firstResultMs: number;
  /** How often it was counted. */
  readonly rounds: number;
}

/** Rejects with the reason where a job fails, two counts of it differ, or the signal is aborted. */
export async function countWordsOnCluster(options: JobOptions): Promise<JobResult> {
  const { master, executors, patience } = options;
  const sc = await SparkContext.connect({
    master: `mesos://${master}`,
    appName: APPLICATION_NAME,
    conf: {
      'spark.cores.max': String(executors),
      'spark.executor.cores': '1',
      'spark.mesos.coresPerAgent.max': '1',
      'spark.executor.memory': '256m',
      // Every agent takes part, however quick the first one is.
      'spark.scheduler.minRegisteredResourcesRatio': '1.0',
      'spark.locality.wait': '0s',
      'spark.ui.showConsoleProgress': 'false',
      // What is to survive its master and its agents has to say so.
      ...(patience ? { 'spark.mesos.driver.failoverTimeout': '600', 'spark.mesos.checkpoint': 'true' } : {}),
    },
  });
  const tasks = new Map<string, number>();
  sc.addListener((event) => {
    if (event.type === 'taskStart') tasks.set(event.executorId, (tasks.get(event.executorId) ?? 0) + 1);
    if (event.type === 'taskEnd' && event.status === 'success') patience?.onTaskDone();
  });
  try {
    const first = await countOnce(sc, options);
    const rounds = patience ? await countAgain(sc, { options, patience, counts: first.counts }) : 1;
    await options.onResult(sc.applicationId);
    return { ...first, tasks, rounds };
  } finally {
    await sc.stop();
  }
}

/** How often it was counted in the end. */
async function countAgain(
  sc: SparkContext,
  { options, patience, counts }: { options: JobOptions; patience: Patience; counts: WordCounts },
): Promise<number> {
  let count = 1;
  patience.onCount(count);
  while (!patience.isOver() && count < patience.countsMax) {
    const again = await countOnce(sc, options);
    count += 1;
    const word = firstDifference(counts, again.counts);
    if (word !== undefined) throw new CommandError(`count ${count} differs from the first in the word ${word}`);
    patience.onCount(count);
  }
  return count;
}

async function countOnce(sc: SparkContext, { paths, executors, signal, patience }: JobOptions) {
  const counted = linesOf(sc, { paths, tasks: patience?.tasks ?? executors * 2, pauseMs: patience?.pauseMs ?? 0 })
    .flatMap((line) => line.match(/[A-Za-z]+/g) ?? [])
    .map((word) => [word.toLowerCase(), 1] as [string, number])
    .reduceByKey((a, b) => a + b, executors)
    .cache();
  const top = await counted.takeOrdered(TOP, ([word, count]) => [-count, word], { signal });
  const firstResultMs = performance.now();
  const all = await counted.collect({ signal });
  return { top: top.map(([word, count]) => ({ word, count })), counts: new Map(all), firstResultMs };
}

function linesOf(
  sc: SparkContext,
  { paths, tasks, pauseMs }: { paths: readonly string[]; tasks: number; pauseMs: number },
): RDD<string> {
  const lines = sc.textFile(paths.join(','), tasks);
  if (pauseMs === 0) return lines;
  return lines.mapPartitions(
    async (records: Iterable<string>) => {
      await new Promise<void>((resolve) => void setTimeout(resolve, pauseMs));
      return records;
    },
    { pauseMs },
  );
}
