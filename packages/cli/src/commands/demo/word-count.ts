// The Spark-like program of the demo: counts words on the executors of a cluster, and watches where that happens.
import { SparkContext } from '@mini-mesos/spark-framework';
import type { SparkEvent } from '@mini-mesos/spark-framework';
import type { WordCount, WordCounts } from '../../core/demo/words.js';

const TOP = 10;

export interface JobOptions {
  /** `host:port`. */
  readonly master: string;
  readonly paths: readonly string[];
  readonly executors: number;
  readonly signal: AbortSignal;
  /** Called while the application still runs, with its framework id. */
  readonly onResult: (frameworkId: string) => Promise<void>;
}

export interface JobResult {
  readonly top: readonly WordCount[];
  readonly counts: WordCounts;
  /** Tasks by executor. */
  readonly tasks: ReadonlyMap<string, number>;
  /** Milliseconds since the start of the process when the first result was there. */
  readonly firstResultMs: number;
}

/** Rejects with the reason where a job fails, or the signal is aborted. */
export async function countWordsOnCluster(options: JobOptions): Promise<JobResult> {
  const { master, paths, executors, signal } = options;
  const sc = await SparkContext.connect({
    master: `mesos://${master}`,
    appName: 'word count',
    conf: {
      'spark.cores.max': String(executors),
      'spark.executor.cores': '1',
      'spark.mesos.coresPerAgent.max': '1',
      'spark.executor.memory': '256m',
      // Every agent takes part, however quick the first one is.
      'spark.scheduler.minRegisteredResourcesRatio': '1.0',
      'spark.locality.wait': '0s',
      'spark.ui.showConsoleProgress': 'false',
    },
  });
  const tasks = new Map<string, number>();
  sc.addListener((event) => countTask(event, tasks));
  try {
    const counted = sc
      .textFile(paths.join(','), executors * 2)
      .flatMap((line) => line.match(/[A-Za-z]+/g) ?? [])
      .map((word) => [word.toLowerCase(), 1] as [string, number])
      .reduceByKey((a, b) => a + b, executors)
      .cache();
    const top = await counted.takeOrdered(TOP, ([word, count]) => [-count, word], { signal });
    const firstResultMs = performance.now();
    const all = await counted.collect({ signal });
    await options.onResult(sc.applicationId);
    return { top: top.map(([word, count]) => ({ word, count })), counts: new Map(all), tasks, firstResultMs };
  } finally {
    await sc.stop();
  }
}

function countTask(event: SparkEvent, tasks: Map<string, number>): void {
  if (event.type === 'taskStart') tasks.set(event.executorId, (tasks.get(event.executorId) ?? 0) + 1);
}
