// Word count, sort and join of generated text on a cluster whose executors are killed (kill -9) while they work, each
// compared with the same computation in this process. A program of its own, not a test file: functions travel to
// executors as the source that stands here. Arguments: master URL, folder, megabytes, kills per job, seed.
// Prints one JSON object a line; exits 1 where a result differs.
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SparkContext } from '@mini-mesos/spark-framework';

const [master, folder, megabytes, killsPerJob, seed] = process.argv.slice(2);
const file = join(folder, 'text.txt');
const say = (fields) => console.log(JSON.stringify(fields));

/** Numbers from 0 to below 1, the same for a seed. */
function generator(from) {
  let state = from >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lines of words that are as unevenly frequent as those of a language. */
function writeText(random) {
  const letters = 'abcdefghijklmnopqrstuvwxyzäßé';
  const word = () => {
    let text = '';
    for (let length = 3 + Math.floor(random() * 8); length > 0; length--)
      text += letters[Math.floor(random() * letters.length)];
    return text;
  };
  const words = Array.from({ length: 20_000 }, word);
  const fd = openSync(file, 'w');
  let bytes = 0;
  while (bytes < Number(megabytes) * 1024 ** 2) {
    let text = '';
    for (let line = 0; line < 2000; line++) {
      for (let left = 5 + Math.floor(random() * 12); left > 0; left--)
        text += `${words[Math.floor(random() ** 3 * words.length)]} `;
      text += `${line}\n`;
    }
    bytes += writeSync(fd, text);
  }
  closeSync(fd);
  return bytes;
}

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function digest(lines) {
  const hash = createHash('sha256');
  for (let from = 0; from < lines.length; from += 10_000)
    hash.update(`${lines.slice(from, from + 10_000).join('\n')}\n`);
  return hash.digest('hex');
}

/** The lines of a saved dataset, in the order of its partitions. */
function savedLines(path) {
  const parts = readdirSync(path).filter((name) => name.startsWith('part-'));
  return parts.toSorted(byText).flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n').slice(0, -1));
}

const random = generator(Number(seed));
say({ seed: Number(seed), bytes: writeText(random) });

// The single process.
const started = performance.now();
const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
const counts = new Map();
for (const line of lines) for (const word of line.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
const firstWord = (line) => line.slice(0, line.indexOf(' '));
const expected = {
  sort: digest(lines.toSorted(byText)),
  join: digest(lines.map((line) => `${firstWord(line)} ${counts.get(firstWord(line))} ${line}`).sort(byText)),
};
say({ lines: lines.length, words: counts.size, singleProcessMs: Math.round(performance.now() - started) });

// The cluster.
const mark = randomUUID();
const sc = await SparkContext.connect({
  master,
  appName: 'word count, sort and join under fire',
  conf: {
    'spark.executorEnv.KILLS_MARK': mark,
    'spark.cores.max': 4,
    'spark.executor.cores': 1,
    'spark.executor.memory': '512m',
    'spark.files.maxPartitionBytes': '4m',
    // Each kill counts as a failure of what ran there: more are wanted than a job normally survives.
    'spark.task.maxFailures': 10,
    'spark.stage.maxConsecutiveAttempts': 10,
    'spark.mesos.maxExecutorFailuresPerAgent': 100,
  },
});
const totals = { kills: 0, executorsLost: 0, fetchesFailed: 0, tasks: 0, remoteBytes: 0 };
sc.addListener((event) => {
  if (event.type === 'executorRemoved') totals.executorsLost++;
  if (event.type !== 'taskEnd') return;
  totals.tasks++;
  totals.remoteBytes += event.metrics?.shuffleReadRemoteBytes ?? 0;
  if (event.status === 'fetchFailed') totals.fetchesFailed++;
});

const killed = new Set();
/** Living processes of this application's executors: they carry its mark in their environment. */
function executorPids() {
  const read = (pid, name) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || killed.has(name)) return false;
    try {
      return (
        read(name, 'environ').includes(`KILLS_MARK=${mark}\0`) && read(name, 'cmdline').includes('executor-main.js')
      );
    } catch {
      return false;
    }
  });
}

/**
 * Runs a job. An executor is killed early in it, another as soon as map output is complete, which is lost with it, and
 * further ones a few tasks later, as long as there are any.
 */
async function underFire(name, run) {
  let left = Number(killsPerJob);
  let starts = 0;
  let killAt = 2 + Math.floor(random() * 8);
  let isShuffled = false;
  const stop = sc.addListener((event) => {
    if (event.type === 'stageCompleted' && event.failure === undefined && !isShuffled) {
      isShuffled = true;
      killAt = starts + 1;
    }
    if (event.type !== 'taskStart' || left === 0 || ++starts < killAt) return;
    const pids = executorPids();
    if (pids.length === 0) return;
    const pid = pids[Math.floor(random() * pids.length)];
    killed.add(pid);
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      return; // It ended in this moment: the next task start finds another.
    }
    left--;
    totals.kills++;
    killAt = isShuffled ? starts + 3 + Math.floor(random() * 10) : Number.POSITIVE_INFINITY;
  });
  const from = performance.now();
  const isExact = await run();
  stop();
  say({ job: name, isExact, ms: Math.round(performance.now() - from), killsLeft: left });
  if (!isExact) process.exitCode = 1;
}

const text = sc.textFile(file);
const counted = () =>
  text
    .flatMap((line) => line.split(' '))
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b, 6);

await underFire('word count', async () => {
  const result = await counted().collect();
  return result.length === counts.size && result.every(([word, count]) => counts.get(word) === count);
});
await underFire('sort', async () => {
  const path = join(folder, 'sorted');
  await text.sortBy((line) => line, { partitions: 8 }).saveAsTextFile(path);
  return digest(savedLines(path)) === expected.sort;
});
await underFire('join', async () => {
  const path = join(folder, 'joined');
  await text
    .map((line) => [line.slice(0, line.indexOf(' ')), line])
    .join(counted(), 8)
    .map(([word, [line, count]]) => `${word} ${count} ${line}`)
    .saveAsTextFile(path);
  return digest(savedLines(path).sort(byText)) === expected.join;
});
await sc.stop();
say(totals);
