// Word count, pi and sort on the Spark-like framework, through a real master and agent: the rate per core, beside the
// same computation in one plain Node process, in the same run. Rounds of both take turns; the first of each warms up.
//   npm run bench -- spark [--json] [--megabytes=64] [--cores=2] [--rounds=5] [--seed=1]
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkContext } from '@mini-mesos/spark-framework';
import { option, printHeader, report, seed } from '../lib/report.mjs';
import { startCluster } from '../lib/cluster.mjs';
import { startPlain } from './plain-process.mjs';
import { writeText } from './text.mjs';

const megabytes = Number(option('megabytes', '64'));
const cores = Number(option('cores', String(Math.min(2, availableParallelism()))));
const rounds = Number(option('rounds', '5'));
const darts = 20_000_000;

printHeader('spark: rate per core against one plain Node process');
const folder = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-spark-'));
const file = join(folder, 'text.txt');
const bytes = writeText(file, { megabytes, seed: Number(seed) });

const agent = `--resources=cpus:${cores};mem:${1600 * cores};disk:10000;ports:[31000-32000]`;
const cluster = await startCluster({ agents: [[agent]] });
const sc = await SparkContext.connect({
  master: `mesos://${cluster.address}`,
  appName: 'bench',
  conf: {
    'spark.cores.max': cores,
    'spark.executor.cores': 1,
    'spark.scheduler.minRegisteredResourcesRatio': '1.0',
    'spark.files.maxPartitionBytes': '8m',
    'spark.ui.showConsoleProgress': false,
  },
});
const plain = startPlain(file);
let sorted = 0;

/** Each gives something that both computations must agree on. `work` is what one round does, in `unit` per second. */
const JOBS = {
  'word-count': {
    work: bytes / 1e6,
    unit: 'MB/s',
    run: async () => {
      const counts = await sc
        .textFile(file)
        .flatMap((line) => line.split(' '))
        .map((word) => [word, 1])
        .reduceByKey((a, b) => a + b, cores)
        .collect();
      return counts.reduce((sum, [word, count]) => sum + word.length * count, 0);
    },
  },
  pi: {
    work: darts / 1e6,
    unit: 'million darts/s',
    run: async () => {
      const hits = await sc
        .range(0, darts, 1, cores * 2)
        .map(() => {
          const x = Math.random() * 2 - 1;
          const y = Math.random() * 2 - 1;
          return x * x + y * y <= 1 ? 1 : 0;
        })
        .sum();
      // The darts are other ones: only the estimate must be near.
      return Math.round((40 * hits) / darts);
    },
  },
  sort: {
    work: bytes / 1e6,
    unit: 'MB/s',
    run: async () => {
      const path = join(folder, `sorted-${sorted++}`);
      const lines = sc.textFile(file).sortBy((line) => line, { partitions: cores * 4 });
      await lines.saveAsTextFile(path);
      rmSync(path, { recursive: true });
      return 'written';
    },
  },
};

async function timed(run) {
  const started = performance.now();
  const result = await run();
  return { result, seconds: (performance.now() - started) / 1000 };
}

try {
  for (const [name, { work, unit, run }] of Object.entries(JOBS)) {
    const perCore = [];
    const single = [];
    for (let round = 0; round <= rounds; round++) {
      const alone = await plain.run(name, darts);
      const there = await timed(run);
      if (there.result !== alone.result) throw new Error(`${name}: ${there.result} instead of ${alone.result}`);
      if (round === 0) continue;
      single.push(work / alone.seconds);
      perCore.push(work / there.seconds / cores);
    }
    report({
      name: `spark/${name}`,
      parameters: { ...(name === 'pi' ? { darts } : { megabytes }), cores, rounds },
      samples: perCore,
      unit,
      reference: { name: 'one plain Node process', samples: single },
    });
  }
} finally {
  plain.stop();
  await sc.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
