// A job that lasts as long as the test wants: its tasks wait for a file. A program of its own, as functions travel to
// executors as the source that stands here. Arguments: folder. Prints one JSON object a line.
import { join } from 'node:path';
import { SparkContext } from '@mini-mesos/spark-framework';

const [folder] = process.argv.slice(2);
const say = (fields) => console.log(JSON.stringify(fields));

const sc = await SparkContext.connect({ appName: 'failover' });
const seen = { tasks: 0, notSuccessful: 0, executorsAdded: 0, executorsLost: 0 };
let running = 0;
sc.addListener(({ type, status }) => {
  if (type === 'taskStart' && ++running === 2) say({ at: 'both cores are at work' });
  if (type === 'taskEnd') seen.tasks++;
  if (type === 'taskEnd' && status !== 'success') seen.notSuccessful++;
  if (type === 'executorAdded') seen.executorsAdded++;
  if (type === 'executorRemoved') seen.executorsLost++;
});
say({ at: 'connected', frameworkId: sc.applicationId });

const go = join(folder, 'go');
const sums = await sc
  .range(0, 100, 1, 10)
  .map(
    async (x) => {
      const { access } = await import('node:fs/promises');
      for (;;) {
        const isThere = await access(go).then(
          () => true,
          () => false,
        );
        if (isThere) return [x % 3, x];
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    { go },
  )
  .reduceByKey((a, b) => a + b, 2)
  .collect();
say({ at: 'the job is done', sums: sums.toSorted(([a], [b]) => a - b), ...seen });

// An executor that dies is replaced: by offers of the master that leads now.
const replaced = new Promise((resolve) => sc.addListener(({ type }) => type === 'executorAdded' && resolve()));
const marker = join(folder, 'killed');
const sum = await sc
  .range(0, 4, 1, 4)
  .map(
    async (x) => {
      const { existsSync, writeFileSync } = await import('node:fs');
      if (x === 3 && !existsSync(marker)) {
        writeFileSync(marker, '');
        process.kill(process.pid, 'SIGKILL');
      }
      return x;
    },
    { marker },
  )
  .sum();
await replaced;
say({ at: 'an executor was replaced', sum, ...seen });
await sc.stop();
