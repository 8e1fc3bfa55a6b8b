// Shared variables, caching, cancelling, limits and failures of running tasks. Argument: master URL.
/* oxlint-disable unicorn/no-new-array, typescript/require-array-sort-compare -- what functions must not do is the point, and records have no types here */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkContext, SparkJobError } from '@mini-mesos/spark-framework';
import { assert, check, finish } from './checks.mjs';

const master = process.argv[2] ?? 'local[2]';
const folder = mkdtempSync(join(tmpdir(), 'spark-running-'));
const sc = await SparkContext.connect({
  master,
  appName: 'running',
  conf: {
    'spark.local.dir': folder,
    'spark.task.maxDirectResultSize': '4k',
    'spark.driver.maxResultSize': '20m',
    'spark.task.reaper.killTimeout': '300ms',
    // Collecting garbage until a heap is truly full takes long on a busy machine: it is done twice rather than four times.
    'spark.task.maxFailures': '2',
    'spark.executor.memory': '512m',
  },
});
const events = [];
sc.addListener((event) => events.push(event));
/** Runs code and gives the events it caused. */
const during = async (run) => {
  events.length = 0;
  await run();
  return [...events];
};

await check('broadcast variables', async () => {
  const table = sc.broadcast(
    new Map([
      [1, 'one'],
      [2, 'two'],
    ]),
  );
  assert.deepEqual(
    await sc
      .parallelize([1, 2, 3], 3)
      .map((x) => table.value.get(x) ?? 'none', { table })
      .collect(),
    ['one', 'two', 'none'],
  );
  const large = sc.broadcast(Array.from({ length: 600_000 }, (_, index) => `value ${index}`));
  assert.equal(
    await sc
      .range(4, undefined, 1, 4)
      .map((x) => large.value[x * 100_000].length + large.value.length, { large })
      .sum(),
    4 * 600_000 + 7 + 12 * 3,
  );
  large.destroy();
  assert.throws(() => sc.broadcast({ f: () => 1 }), /cannot hold functions/);
});

await check('accumulators count every partition once, also when tasks are tried again', async () => {
  const marker = join(folder, 'failed-once');
  const seen = sc.accumulator(0, 'seen');
  const words = sc.collectionAccumulator('words');
  const longest = sc.accumulator({
    zero: '',
    add: (a, b) => (b.length > a.length ? b : a),
    merge: (a, b) => (b.length > a.length ? b : a),
  });
  const rdd = sc.parallelize(['a', 'bb', 'ccc', 'dddd'], 4).map(
    async (word) => {
      const { existsSync: exists, writeFileSync: write } = await import('node:fs');
      seen.add(1);
      words.add(word);
      longest.add(word);
      if (word === 'ccc' && !exists(marker)) {
        write(marker, '');
        throw new Error('once');
      }
      return word;
    },
    { seen, words, longest, marker },
  );
  assert.equal(await rdd.count(), 4);
  assert.equal(seen.value, 4);
  assert.deepEqual(words.value.toSorted(), ['a', 'bb', 'ccc', 'dddd']);
  assert.equal(longest.value, 'dddd');
  await assert.rejects(
    sc
      .range(1)
      .map(() => seen.value, { seen })
      .collect(),
    /can be read on the driver only/,
  );
  seen.reset();
  assert.equal(seen.value, 0);
});

await check('cached partitions are computed once, and read from wherever they are', async () => {
  const computed = sc.accumulator(0);
  for (const level of ['MEMORY_ONLY', 'MEMORY_AND_DISK', 'DISK_ONLY']) {
    computed.reset();
    const rdd = sc
      .range(1000, undefined, 1, 8)
      .map(
        (x) => {
          computed.add(1);
          return { x, text: `text ${x}` };
        },
        { computed },
      )
      .persist(level);
    assert.equal(await rdd.count(), 1000);
    assert.equal(await rdd.map(({ x }) => x).sum(), 499_500);
    assert.equal((await rdd.collect())[999].text, 'text 999');
    assert.equal(computed.value, 1000, level);
    rdd.unpersist();
    await rdd.count();
    assert.equal(computed.value, 2000, level);
  }
});

await check('a partial read of a cached dataset keeps nothing incomplete', async () => {
  const rdd = sc
    .range(20_000, undefined, 1, 1)
    .map((x) => x * 2)
    .cache();
  assert.deepEqual(await rdd.take(3), [0, 2, 4]);
  assert.equal(await rdd.count(), 20_000);
  assert.equal(await rdd.count(), 20_000);
});

await check('results too large to send at once come piece by piece', async () => {
  const texts = await sc
    .range(40, undefined, 1, 4)
    .map((x) => String(x).repeat(50_000))
    .collect();
  assert.equal(texts.length, 40);
  assert.equal(texts[39], '39'.repeat(50_000));
});

await check('results beyond spark.driver.maxResultSize end the job', async () => {
  const huge = sc.range(60, undefined, 1, 6).map((x) => String(x % 10).repeat(1_000_000));
  await assert.rejects(huge.collect(), /of results exceed spark\.driver\.maxResultSize \(20\.0 MiB\)/);
  assert.equal(await huge.count(), 60);
});

const endless = () =>
  sc.range(2, undefined, 1, 2).map((x) => {
    for (;;) Math.sqrt(x);
  });
// Unless told otherwise, V8 compiles this one so that nothing can stop it (src/executor/stoppable-threads.ts).
const stubborn = () =>
  sc.range(2, undefined, 1, 2).map((x) => {
    let list = [];
    for (;;) list = new Array(1000).fill(list.length + x);
  });
await check('endless loops are ended by a signal, and their threads replaced', async () => {
  for (const loops of [endless(), stubborn()]) {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('changed my mind')), 400);
    await assert.rejects(loops.count({ signal: abort.signal }), /changed my mind/);
    assert.equal(await sc.range(10).count(), 10);
  }
  await assert.rejects(sc.range(3).count({ signal: AbortSignal.abort() }), /abort/i);
});

await check('a thread that cannot be ended is replaced too', async () => {
  const marker = join(folder, 'let-go');
  const abort = new AbortController();
  const stuck = sc
    .range(2, undefined, 1, 2)
    .map(
      async () => {
        const { execFileSync } = await import('node:child_process');
        execFileSync('sh', ['-c', 'while [ -d "$0" ] && [ ! -e "$1" ]; do sleep 0.1; done', folder, marker]);
      },
      { folder, marker },
    )
    .count({ signal: abort.signal });
  setTimeout(() => abort.abort(new Error('enough')), 300);
  await assert.rejects(stuck, /enough/);
  assert.equal(await sc.range(10).count(), 10);
  writeFileSync(marker, '');
});

await check('jobs are cancelled by group, by all, and one by one', async () => {
  const first = sc.withJobGroup('g1', () => endless().count());
  const second = sc.withJobGroup('g2', () => endless().count());
  const ended = Promise.allSettled([first, second]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  sc.cancelJobGroup('g1', 'no longer wanted');
  await assert.rejects(first, /no longer wanted/);
  sc.cancelAllJobs();
  await assert.rejects(second, /all jobs were cancelled/);
  await ended;
  const jobs = await during(() => sc.withJobGroup('g3', () => sc.range(3).count(), 'three numbers'));
  assert.deepEqual(
    jobs.filter(({ type }) => type === 'jobStart').map(({ group, description }) => [group, description]),
    [['g3', 'three numbers']],
  );
});

await check('a task that needs more memory than it has fails alone, with advice', async () => {
  const error = await sc
    .range(1)
    .map(() => {
      const all = [];
      for (;;) all.push(new Array(10_000).fill(all.length));
    })
    .count()
    .catch((caught) => caught);
  assert.ok(error instanceof SparkJobError);
  assert.match(error.message, /needed more than the \d+ MiB heap of its core: raise spark\.executor\.memory/);
  assert.equal(await sc.range(10).count(), 10);
});

await check('process.exit and errors out of nowhere end a task, not the executor', async () => {
  await assert.rejects(
    sc
      .range(1)
      .map(() => process.exit(3))
      .count(),
    /exited with code 3: does a function call process\.exit/,
  );
  await assert.rejects(
    sc
      .range(1)
      .map(async () => {
        setTimeout(() => {
          throw new Error('later');
        }, 10);
        await new Promise((resolve) => setTimeout(resolve, 200));
      })
      .count(),
    /later/,
  );
  await assert.rejects(
    sc
      .range(1)
      .map(() => {
        throw null;
      })
      .count(),
    /a function threw null/,
  );
  assert.equal(await sc.range(10).count(), 10);
});

await check('records that cannot travel are named', async () => {
  await assert.rejects(
    sc
      .range(2)
      .map((x) => () => x)
      .collect(),
    /a record cannot be sent to another process.*use plain data/,
  );
  await assert.rejects(
    sc
      .range(2)
      .map((x) => Promise.resolve(x))
      .collect(),
    /mark the function that makes it async/,
  );
  await assert.rejects(
    sc
      .range(2)
      .map((x) => [new Map([[x, 1]]), 1])
      .reduceByKey((a, b) => a + b)
      .collect(),
    /an instance of Map cannot be a key/,
  );
});

await check('many jobs at a time', async () => {
  const sums = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      sc
        .range(100, undefined, 1, 3)
        .map((x) => x + index, { index })
        .sum(),
    ),
  );
  assert.deepEqual(
    sums,
    Array.from({ length: 30 }, (_, index) => 4950 + 100 * index),
  );
});

await check('the events of a job', async () => {
  const seen = await during(() =>
    sc
      .range(6, undefined, 1, 2)
      .map((x) => [x % 2, x])
      .reduceByKey((a, b) => a + b, 2)
      .count(),
  );
  const count = (type) => seen.filter((event) => event.type === type).length;
  assert.deepEqual(
    ['jobStart', 'stageSubmitted', 'taskStart', 'taskEnd', 'stageCompleted', 'jobEnd'].map(count),
    [1, 2, 4, 4, 2, 1],
  );
  const written = seen
    .filter(({ type }) => type === 'taskEnd')
    .reduce((sum, { metrics }) => sum + metrics.shuffleWriteRecords, 0);
  const read = seen
    .filter(({ type }) => type === 'taskEnd')
    .reduce((sum, { metrics }) => sum + metrics.shuffleReadRecords, 0);
  assert.deepEqual([written, read], [4, 4]);
});

await check('lineage as text, names and numbers of partitions', async () => {
  const rdd = sc
    .range(10, undefined, 1, 4)
    .map((x) => [x, x])
    .setName('pairs')
    .reduceByKey((a, b) => a + b, 3)
    .cache();
  const text = await rdd.toDebugString();
  assert.match(
    text,
    /^\(3\) reduceByKey at running\.mjs:\d+ \[\d+\] \[cached: memory\]\n  \(4\) pairs \[\d+\]\n  \(4\) range at running\.mjs:\d+ \[\d+\]$/,
  );
});

await check('nothing is left behind', async () => {
  const open = readdirSync('/proc/self/fd').length;
  for (let round = 0; round < 20; round++)
    await sc
      .range(100)
      .map((x) => [x, 1])
      .groupByKey()
      .take(1);
  assert.ok(readdirSync('/proc/self/fd').length <= open + 3);
});

await sc.stop();
await check('after stop', async () => {
  await assert.rejects(sc.range(3).count(), /was stopped/);
  await sc.stop();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('spark-')),
    [],
  );
});
rmSync(folder, { recursive: true });
finish();
