// Text files in and out: every line exactly once however files are cut. Argument: master URL.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { SparkContext } from '@mini-mesos/spark-framework';
import { assert, check, finish } from './checks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'spark-files-'));
const at = (name) => join(folder, name);
const connect = (conf = {}) =>
  SparkContext.connect({
    master: process.argv[2] ?? 'local[2]',
    appName: 'files',
    conf: { 'spark.default.parallelism': 3, ...conf },
  });
const sc = await connect();

/** What lines a text has: ends are \n or \r\n; an end at the very end begins no new line. */
function linesOf(text) {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '' && (text === '' || text.endsWith('\n'))) lines.pop();
  return lines;
}

const character = fc.constantFrom('a', 'b', ' ', '\n', '\n', '\r\n', 'é', '語', '🙂', 'x'.repeat(50));
await check('every line once, wherever the file is cut', async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(character, { maxLength: 120 }),
      fc.integer({ min: 1, max: 12 }),
      async (characters, partitions) => {
        const text = characters.join('');
        const path = at(`cut-${number++}.txt`);
        writeFileSync(path, text);
        assert.deepEqual(await sc.textFile(path, partitions).collect(), linesOf(text));
      },
    ),
    { numRuns: 60 },
  );
});

await check('lines longer than a read, cut in the middle', async () => {
  const lines = ['short', 'y'.repeat(700_000), '', 'é'.repeat(300_000), 'end'];
  writeFileSync(at('long.txt'), lines.join('\n'));
  for (const partitions of [1, 2, 5, 40])
    assert.deepEqual(await sc.textFile(at('long.txt'), partitions).collect(), lines);
});

await check('a byte order mark is removed, once', async () => {
  writeFileSync(at('bom.txt'), '\ufefffirst\n\ufeffsecond\n');
  assert.deepEqual(await sc.textFile(at('bom.txt')).collect(), ['first', '\ufeffsecond']);
});

mkdirSync(at('tree/deep'), { recursive: true });
for (const name of ['b.txt', 'a.txt', 'c.md', '_hidden.txt', '.dot.txt', 'deep/d.txt'])
  writeFileSync(at(`tree/${name}`), `${name} 1\n${name} 2\n`);
writeFileSync(at('tree/z.txt.gz'), gzipSync(Buffer.concat([Buffer.from('zipped 1\nzip'), Buffer.from('ped 2\n')])));
await check('folders, patterns, lists, and gzip', async () => {
  const read = async (paths) =>
    (await sc.textFile(paths).collect()).filter((line) => line.endsWith('1')).map((line) => line.split(' ')[0]);
  assert.deepEqual(await read(at('tree')), ['a.txt', 'b.txt', 'c.md', 'zipped']);
  assert.deepEqual(await read(at('tree/*.txt')), ['a.txt', 'b.txt']);
  assert.deepEqual(await read(at('tree/**/*.txt')), ['a.txt', 'b.txt', 'deep/d.txt']);
  assert.deepEqual(await read(`${at('tree/c.md')},${at('tree/a.txt')}`), ['a.txt', 'c.md']);
  assert.deepEqual(await read(at('tree/{a,c}.*')), ['a.txt', 'c.md']);
  assert.deepEqual(await read(`file://${at('tree/a.txt')}`), ['a.txt']);
  assert.equal((await sc.textFile(at('tree/z.txt.gz'), 8).collect()).length, 2);
  assert.equal((await sc.textFile(at('tree/*.gz')).collect())[1], 'zipped 2');
});

await check('small files share partitions', async () => {
  mkdirSync(at('many'));
  for (let index = 0; index < 200; index++) writeFileSync(at(`many/${String(index).padStart(3, '0')}`), `${index}\n`);
  const rdd = sc.textFile(at('many'));
  assert.ok((await rdd.getNumPartitions()) < 20);
  assert.deepEqual(
    await rdd.map(Number).collect(),
    Array.from({ length: 200 }, (_, index) => index),
  );
});

await check('missing and foreign files', async () => {
  await assert.rejects(sc.textFile(at('nowhere.txt')).count(), /nowhere\.txt: no such file or folder/);
  await assert.rejects(sc.textFile(at('tree/*.csv')).count(), /no file matches this pattern/);
  await assert.rejects(sc.textFile('hdfs://host/file').count(), /files of hdfs:\/\/ cannot be read/);
  const late = sc.textFile(at('late.txt'));
  await assert.rejects(late.count(), /no such file/);
  writeFileSync(at('late.txt'), 'now\n');
  assert.equal(await late.count(), 1);
});

await check('whole files', async () => {
  const pairs = await sc.wholeTextFiles(at('tree/*.txt')).collect();
  assert.deepEqual(
    pairs,
    ['a.txt', 'b.txt'].map((name) => [at(`tree/${name}`), `${name} 1\n${name} 2\n`]),
  );
});

await check('saving makes a file for each partition and a marker, and never overwrites', async () => {
  const rdd = sc.parallelize(['one', 2, { three: 3 }, null, undefined, 'é'], 3);
  await rdd.saveAsTextFile(at('out'));
  assert.deepEqual(readdirSync(at('out')).toSorted(), ['_SUCCESS', 'part-00000', 'part-00001', 'part-00002']);
  assert.deepEqual(await sc.textFile(at('out')).collect(), ['one', '2', '{"three":3}', 'null', 'undefined', 'é']);
  await assert.rejects(rdd.saveAsTextFile(at('out')), /exists already/);
  await rdd.saveAsTextFile(at('zipped'), { gzip: true });
  assert.equal(gunzipSync(readFileSync(at('zipped/part-00000.gz'))).toString(), 'one\n2\n');
  await sc
    .range(50_000, undefined, 1, 4)
    .map((x) => 'line '.repeat(10) + x)
    .saveAsTextFile(at('large'));
  assert.equal(await sc.textFile(at('large'), 9).count(), 50_000);
});

await check('a task that fails half way leaves nothing behind', async () => {
  const failing = sc.range(100, undefined, 1, 2).map((x) => {
    if (x === 70) throw new Error('no');
    return x;
  });
  await assert.rejects(failing.saveAsTextFile(at('failed')), /no/);
  assert.ok(!readdirSync(at('failed')).includes('_SUCCESS'));
  assert.ok(!readdirSync(at('failed')).includes('part-00001'));
});
await sc.stop();
rmSync(folder, { recursive: true });
finish();
