// The Mesos backend against a fake master that starts real executor processes.
/* oxlint-disable typescript/require-array-sort-compare -- names are texts */
import { SparkContext } from '@mini-mesos/spark-framework';
import { assert, check, finish } from './checks.mjs';
import { FakeMaster } from './fake-master.mjs';

const agents = () => ({ a: { cpus: 2, mem: 4096 }, b: { cpus: 2, mem: 4096 } });
const start = async (conf = {}, offered = agents()) => {
  const master = await new FakeMaster(offered).listen();
  const warnings = [];
  const terminal = { write: (text) => warnings.push(text), isTTY: false };
  const sc = await SparkContext.connect({
    master: `mesos://${master.address}`,
    appName: 'on mesos',
    terminal,
    conf: { 'spark.executor.cores': 1, 'spark.cores.max': 3, 'spark.executor.memory': '512m', ...conf },
  });
  return { master, sc, warnings };
};
const until = async (condition, what) => {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 60_000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const sums = (sc) =>
  sc
    .range(1000, undefined, 1, 8)
    .map((x) => [x % 7, x])
    .reduceByKey((a, b) => a + b)
    .collect();
const expected = Array.from({ length: 7 }, (_, k) => [
  k,
  Array.from({ length: 1000 }, (_, x) => x)
    .filter((x) => x % 7 === k)
    .reduce((a, b) => a + b, 0),
]);
const sorted = (pairs) => pairs.toSorted(([a], [b]) => a - b);

await check('executors are started through offers, jobs run on them, and stop ends everything', async () => {
  const { master, sc } = await start();
  assert.equal(sc.applicationId, 'framework-1');
  assert.deepEqual(sorted(await sums(sc)), expected);
  await until(() => master.tasks.size === 3, 'three executors');
  assert.deepEqual([...master.tasks.values()].map(({ name }) => name).toSorted(), [
    'on mesos 0',
    'on mesos 1',
    'on mesos 2',
  ]);
  assert.deepEqual(new Set([...master.tasks.values()].map(({ agent }) => agent)), new Set(['a', 'b']));
  assert.ok(master.calls.includes('SUPPRESS'));
  const { name, failover_timeout, user } = master.frameworks[0];
  assert.deepEqual([name, failover_timeout, user.length > 0], ['on mesos', 0, true]);
  await sc.stop();
  assert.equal(master.tasks.size, 0);
  assert.ok(master.calls.includes('TEARDOWN'));
  master.close();
});

await check('an executor that is killed is replaced, and its work done again', async () => {
  const { master, sc, warnings } = await start();
  const open = new Set();
  sc.addListener(({ type, taskId }) => {
    if (type === 'taskStart') open.add(taskId);
    if (type === 'taskEnd') open.delete(taskId);
  });
  await sums(sc);
  await until(() => master.tasks.size === 3, 'three executors');
  const slow = sc
    .range(40, undefined, 1, 20)
    .map(async (x) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [x % 3, x];
    })
    .reduceByKey((a, b) => a + b)
    .collect();
  await new Promise((resolve) => setTimeout(resolve, 150));
  master.tasks.get('0').process.kill('SIGKILL');
  assert.deepEqual(sorted(await slow), [
    [0, 273],
    [1, 247],
    [2, 260],
  ]);
  assert.equal(open.size, 0, 'every task that started has ended');
  await until(() => master.tasks.has('3'), 'a fourth executor');
  assert.ok(master.calls.includes('REVIVE'));
  assert.match(warnings.join(''), /executor 0 was lost: Mesos says TASK_FAILED: ended with SIGKILL/);
  await sc.stop();
  master.close();
});

await check('jobs go on while the master is away', async () => {
  const { master, sc } = await start();
  await sums(sc);
  const slow = sc
    .range(20, undefined, 1, 10)
    .map(async (x) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return x;
    })
    .sum();
  master.disconnect();
  assert.equal(await slow, 190);
  await until(() => master.frameworks.length > 1, 'a second subscription');
  assert.equal(master.frameworks[1].id.value, 'framework-1');
  assert.deepEqual(sorted(await sums(sc)), expected);
  await sc.stop();
  master.close();
});

await check('no executors: the warning says why', async () => {
  const { master, sc, warnings } = await start({ 'spark.starvation.timeout': '300ms', 'spark.executor.cores': 3 });
  const job = sc.range(3).count();
  await until(() => warnings.join('').includes('no task could start'), 'a warning');
  assert.match(
    warnings.join(''),
    /no task could start for 0 s: offers of 2 agents had too few cpus: at most 2 whole ones, an executor needs 3/,
  );
  sc.cancelAllJobs();
  await assert.rejects(job);
  await sc.stop();
  master.close();
});

await check('constraints, labels and a framework id from outside', async () => {
  const offered = agents();
  offered.b.attributes = [{ name: 'zone', type: 'TEXT', text: { value: 'eu' } }];
  const { master, sc } = await start(
    {
      'spark.mesos.constraints': 'zone:eu',
      'spark.mesos.driver.frameworkId': 'given-id',
      'spark.scheduler.minRegisteredResourcesRatio': 0.6,
    },
    offered,
  );
  assert.equal(sc.applicationId.startsWith('given-id'), true);
  assert.ok([...master.tasks.values()].length >= 2);
  assert.ok([...master.tasks.values()].every(({ agent }) => agent === 'b'));
  assert.deepEqual(sorted(await sums(sc)), expected);
  await sc.stop();
  master.close();
});

await check('mistakes end the connection at once', async () => {
  await assert.rejects(
    SparkContext.connect({ master: 'mesos://127.0.0.1:1', conf: { 'spark.mesos.constraints': 'x' } }),
    /spark\.mesos\.constraints: bad constraint string/,
  );
  await assert.rejects(
    SparkContext.connect({ master: 'mesos://127.0.0.1:1', conf: { 'spark.mesos.secret': 's' } }),
    /no principal/,
  );
  await assert.rejects(SparkContext.connect({ master: 'yarn' }), /master 'yarn' is not understood/);
});
finish();
