// Word count, sort and join of generated text on executors that are killed (kill -9) while they work, compared with
// the same computation in this process. Arguments: megabytes, kills per job, master URL, task memory.
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkContext } from '@mini-mesos/spark-framework';
import { assert, check, finish } from './checks.mjs';
import { generator, writeText } from './text.mjs';

const [megabytes = '4', kills = '2', master = 'local-cluster[2,1,512]', taskMemory] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'spark-chaos-'));
const file = join(folder, 'text.txt');
writeText(file, Number(megabytes), 7);
// Local executors inherit it, those of Mesos get it by a property.
const mark = randomUUID();
process.env.CHAOS_MARK = mark;
const sc = await SparkContext.connect({
  master,
  appName: 'chaos',
  conf: {
    'spark.executorEnv.CHAOS_MARK': mark,
    'spark.cores.max': 4,
    'spark.executor.cores': 1,
    'spark.executor.memory': '512m',
    'spark.mesos.maxExecutorFailuresPerAgent': 100,
    'spark.task.maxFailures': 10,
    'spark.stage.maxConsecutiveAttempts': 10,
    'spark.files.maxPartitionBytes': '256k',
    ...(taskMemory === undefined ? {} : { 'spark.shuffle.spill.taskMemory': taskMemory }),
  },
});
const totals = { spilled: 0, remote: 0, lost: 0, fetchFailed: 0 };
sc.addListener((event) => {
  if (event.type === 'taskEnd') {
    totals.spilled += event.metrics?.diskBytesSpilled ?? 0;
    totals.remote += event.metrics?.shuffleReadRemoteBytes ?? 0;
    if (event.status === 'fetchFailed') totals.fetchFailed++;
  }
  if (event.type === 'executorRemoved') totals.lost++;
});

/** Pids of this application's executors: processes that carry its mark in their environment. */
const executors = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`CHAOS_MARK=${mark}\0`) &&
          readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('executor-main.js')
        );
      } catch {
        return false;
      }
    })
    .map(Number);

const random = generator(11);
/** Runs a job while executors are killed: at random tasks, and once right after map output is complete. */
async function underFire(job) {
  let left = Number(kills);
  let tasks = 0;
  let next = 1 + Math.floor(random() * 4);
  let shuffled = false;
  const stop = sc.addListener((event) => {
    if (event.type === 'stageCompleted' && event.failure === undefined && left > 0 && !shuffled) {
      shuffled = true;
      next = tasks + 1;
    }
    if (event.type !== 'taskStart' || left === 0 || ++tasks < next) return;
    const alive = executors();
    if (alive.length === 0) return;
    try {
      process.kill(alive[Math.floor(random() * alive.length)], 'SIGKILL');
    } catch {
      return; // It ended in this moment: the next task start finds another.
    }
    left--;
    next = shuffled ? tasks + 4 + Math.floor(random() * 12) : Number.POSITIVE_INFINITY;
  });
  try {
    return await job();
  } finally {
    stop();
  }
}

const text = readFileSync(file, 'utf8');
const lines = text.split('\n').slice(0, -1);
const digest = (list) => {
  const hash = createHash('sha256');
  for (const item of list) hash.update(`${item}\n`);
  return hash.digest('hex');
};

await check('word count', async () => {
  const counts = new Map();
  for (const line of lines) for (const word of line.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
  const result = await underFire(() =>
    sc
      .textFile(file)
      .flatMap((line) => line.split(' '))
      .map((word) => [word, 1])
      .reduceByKey((a, b) => a + b)
      .collect(),
  );
  assert.equal(result.length, counts.size);
  for (const [word, count] of result) assert.equal(counts.get(word), count, word);
});
await check('sort', async () => {
  const sorted = sc.textFile(file).sortBy((line) => line, { partitions: 6 });
  const result = await underFire(() => sorted.collect());
  assert.equal(digest(result), digest(lines.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))));
});
await check('join', async () => {
  const lengths = new Map();
  for (const line of lines) for (const word of line.split(' ')) lengths.set(word, word.length);
  const expected = lines.map(
    (line) => `${line.slice(0, line.indexOf(' '))} ${lengths.get(line.slice(0, line.indexOf(' ')))} ${line}`,
  );
  const keyed = sc.textFile(file).map((line) => [line.slice(0, line.indexOf(' ')), line]);
  const words = sc
    .textFile(file)
    .flatMap((line) => line.split(' '))
    .distinct(5)
    .map((word) => [word, word.length]);
  const result = await underFire(() =>
    keyed
      .join(words, 5)
      .map(([word, [line, length]]) => `${word} ${length} ${line}`)
      .collect(),
  );
  assert.equal(digest(result.toSorted()), digest(expected.toSorted()));
});
await sc.stop();
rmSync(folder, { recursive: true });
console.log(JSON.stringify(totals));
finish();
