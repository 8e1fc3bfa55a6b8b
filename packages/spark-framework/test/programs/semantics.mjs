// RDD operations against the same computation on arrays, on random data. Arguments: master URL, runs, bytes after which tasks spill.
/* oxlint-disable typescript/no-unsafe-unary-minus, typescript/require-array-sort-compare -- what functions must not do is the point, and records have no types here */
import fc from 'fast-check';
import { SparkContext } from '@mini-mesos/spark-framework';
import { assert, check, finish, orderText, sameRecords } from './checks.mjs';

const master = process.argv[2] ?? 'local[2]';
const sc = await SparkContext.connect({
  master,
  appName: 'semantics',
  conf: {
    'spark.locality.wait': '0',
    ...(process.argv[4] ? { 'spark.shuffle.spill.taskMemory': process.argv[4] } : {}),
  },
});
const runs = { numRuns: Number(process.argv[3] ?? 25) };

const scalarKey = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(Number.NaN, 0, -0, 1.5, Infinity, null, true, false, 1n, 2n, '1', 'true'),
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(5) }),
);
const key = fc.oneof(
  { weight: 4, arbitrary: scalarKey },
  { weight: 1, arbitrary: fc.array(scalarKey, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.record({ a: scalarKey, b: fc.integer({ max: 2, min: 0 }) }, { noNullPrototype: true }) },
);
const value = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.double(),
  fc.constantFrom(undefined, null, -0),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 3 }), fc.integer(), { maxKeys: 3, noNullPrototype: true }),
);
const partitions = fc.integer({ min: 1, max: 5 });
const pairs = fc.array(fc.tuple(key, value), { maxLength: 60 });
const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 80 });

/** Property over the given arbitraries, awaited. */
const property = (name, arbitraries, run) => check(name, () => fc.assert(fc.asyncProperty(...arbitraries, run), runs));

/** Values by key, in order of first appearance; keys that are the same key share an entry. */
function grouped(list) {
  const groups = new Map();
  for (const [k, v] of list) {
    const text = `${typeof k} ${orderText(k)}`;
    if (!groups.has(text)) groups.set(text, { key: k, values: [] });
    groups.get(text).values.push(v);
  }
  return [...groups.values()];
}

await property(
  'collect gives back every value exactly, in order',
  [fc.array(value, { maxLength: 100 }), partitions],
  async (list, n) => {
    assert.deepEqual(
      await sc.parallelize(list, n).collect(),
      list.map((v) => v),
    );
  },
);
await property('map, filter and flatMap', [numbers, partitions], async (list, n) => {
  const rdd = sc
    .parallelize(list, n)
    .map((x) => x * 2)
    .filter((x) => x % 3 !== 0)
    .flatMap((x) => (x > 0 ? [x, -x] : []));
  assert.deepEqual(
    await rdd.collect(),
    list
      .map((x) => x * 2)
      .filter((x) => x % 3 !== 0)
      .flatMap((x) => (x > 0 ? [x, -x] : [])),
  );
});
await property('async functions keep the order', [numbers, partitions], async (list, n) => {
  const rdd = sc
    .parallelize(list, n)
    .map(async (x) => {
      await new Promise((done) => setImmediate(done));
      return x + 1;
    })
    .filter(async (x) => x % 2 === 0)
    .mapPartitions((all) => [...all]);
  assert.deepEqual(
    await rdd.collect(),
    list.map((x) => x + 1).filter((x) => x % 2 === 0),
  );
});
await property('mapPartitions sees every partition once; glom', [numbers, partitions], async (list, n) => {
  const rdd = sc.parallelize(list, n);
  const sums = await rdd
    .mapPartitions((all) => {
      let sum = 0;
      for (const x of all) sum += x;
      return [sum];
    })
    .collect();
  const parts = await rdd.glom().collect();
  assert.equal(parts.length, n);
  assert.deepEqual(parts.flat(), list);
  assert.deepEqual(
    sums,
    parts.map((part) => part.reduce((a, b) => a + b, 0)),
  );
  const indexed = await rdd.mapPartitionsWithIndex((index, all) => [...all].map((x) => [index, x])).collect();
  assert.deepEqual(
    indexed,
    parts.flatMap((part, index) => part.map((x) => [index, x])),
  );
});
await property(
  'reduceByKey merges in order',
  [fc.array(fc.tuple(key, fc.string({ maxLength: 3 })), { maxLength: 60 }), partitions, partitions],
  async (list, n, m) => {
    const result = await sc
      .parallelize(list, n)
      .reduceByKey((a, b) => `${a}|${b}`, m)
      .collect();
    sameRecords(
      result,
      grouped(list).map(({ key: k, values }) => [k, values.join('|')]),
    );
  },
);
await property('groupByKey keeps the order of values', [pairs, partitions, partitions], async (list, n, m) => {
  sameRecords(
    await sc.parallelize(list, n).groupByKey(m).collect(),
    grouped(list).map(({ key: k, values }) => [k, values]),
  );
});
await property(
  'aggregateByKey, combineByKey and foldByKey',
  [fc.array(fc.tuple(key, fc.integer({ min: -50, max: 50 })), { maxLength: 60 }), partitions],
  async (list, n) => {
    const rdd = sc.parallelize(list, n);
    const groups = grouped(list);
    const counts = await rdd
      .aggregateByKey(
        { n: 0, sum: 0 },
        (acc, v) => ({ n: acc.n + 1, sum: acc.sum + v }),
        (a, b) => ({ n: a.n + b.n, sum: a.sum + b.sum }),
        3,
      )
      .collect();
    sameRecords(
      counts,
      groups.map(({ key: k, values }) => [k, { n: values.length, sum: values.reduce((a, b) => a + b, 0) }]),
    );
    const lists = await rdd
      .combineByKey(
        (v) => [v],
        (acc, v) => {
          acc.push(v);
          return acc;
        },
        (a, b) => a.concat(b),
        2,
      )
      .collect();
    sameRecords(
      lists,
      groups.map(({ key: k, values }) => [k, values]),
    );
    const folded = await rdd.foldByKey(0, (a, b) => a + b).collect();
    sameRecords(
      folded,
      groups.map(({ key: k, values }) => [k, values.reduce((a, b) => a + b, 0)]),
    );
  },
);
await property('joins', [pairs, pairs, partitions], async (left, right, n) => {
  const [a, b] = [sc.parallelize(left, n), sc.parallelize(right, 2)];
  const text = (k) => `${typeof k} ${orderText(k)}`;
  const groupsA = new Map(grouped(left).map((g) => [text(g.key), g]));
  const groupsB = new Map(grouped(right).map((g) => [text(g.key), g]));
  const product = (x, y, k) => x.flatMap((v) => y.map((w) => [k, [v, w]]));
  const all = [...new Set([...groupsA.keys(), ...groupsB.keys()])];
  const model = (keepLeft, keepRight) =>
    all.flatMap((t) => {
      const [x, y] = [groupsA.get(t), groupsB.get(t)];
      const k = (x ?? y).key;
      if (x === undefined) return keepRight ? product([undefined], y.values, k) : [];
      if (y === undefined) return keepLeft ? product(x.values, [undefined], k) : [];
      return product(x.values, y.values, k);
    });
  sameRecords(await a.join(b).collect(), model(false, false));
  sameRecords(await a.leftOuterJoin(b).collect(), model(true, false));
  sameRecords(await a.rightOuterJoin(b).collect(), model(false, true));
  sameRecords(await a.fullOuterJoin(b).collect(), model(true, true));
  sameRecords(
    await a.cogroup(b, 3).collect(),
    all.map((t) => [
      (groupsA.get(t) ?? groupsB.get(t)).key,
      [groupsA.get(t)?.values ?? [], groupsB.get(t)?.values ?? []],
    ]),
  );
  sameRecords(
    await a.subtractByKey(b).collect(),
    left.filter(([k]) => !groupsB.has(text(k))),
  );
});
await property(
  'distinct, subtract, intersection',
  [fc.array(key, { maxLength: 40 }), fc.array(key, { maxLength: 20 }), partitions],
  async (left, right, n) => {
    const once = (list) => grouped(list.map((k) => [k, null])).map((g) => g.key);
    const text = (k) => `${typeof k} ${orderText(k)}`;
    const inRight = new Set(right.map(text));
    const [a, b] = [sc.parallelize(left, n), sc.parallelize(right, 2)];
    sameRecords(await a.distinct().collect(), once(left));
    sameRecords(
      await a.subtract(b).collect(),
      left.filter((k) => !inRight.has(text(k))),
    );
    sameRecords(
      await a.intersection(b).collect(),
      once(left).filter((k) => inRight.has(text(k))),
    );
  },
);
const rows = fc.array(
  fc.record(
    { k: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(Number.NaN, -0, Infinity)), id: fc.integer() },
    { noNullPrototype: true },
  ),
  { maxLength: 120 },
);
await property('sortBy is stable, up and down', [rows, partitions, partitions], async (list, n, m) => {
  const order = (a, b) =>
    a < b ? -1 : a > b ? 1 : a === b ? 0 : (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
  const rdd = sc.parallelize(list, n);
  assert.deepEqual(
    await rdd.sortBy((row) => row.k, { partitions: m }).collect(),
    list.toSorted((a, b) => order(a.k, b.k)),
  );
  assert.deepEqual(
    await rdd.sortBy((row) => row.k, { partitions: m, ascending: false }).collect(),
    list.toSorted((a, b) => order(b.k, a.k)),
  );
  assert.deepEqual(
    await rdd.sortBy((row) => [row.k % 2, row.id], { partitions: m, compare: (a, b) => b[1] - a[1] }).collect(),
    list.toSorted((a, b) => b.id - a.id),
  );
});
await property(
  'sortBy strings and sortByKey',
  [fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat()), { maxLength: 80 }), partitions],
  async (list, n) => {
    const rdd = sc.parallelize(list, n);
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    assert.deepEqual(
      await rdd.sortByKey({ partitions: 3 }).collect(),
      list.toSorted((a, b) => order(a[0], b[0])),
    );
    assert.deepEqual(
      await rdd
        .keys()
        .sortBy((text) => text)
        .collect(),
      list.map(([text]) => text).toSorted(order),
    );
    assert.deepEqual(
      await rdd
        .keys()
        .sortBy((text) => text, { ascending: false })
        .collect(),
      list
        .map(([text]) => text)
        .toSorted(order)
        .toReversed(),
    );
  },
);
await property(
  'union, zip, zipWithIndex, cartesian, coalesce',
  [numbers, partitions, partitions],
  async (list, n, m) => {
    const rdd = sc.parallelize(list, n);
    assert.deepEqual(await rdd.union(sc.parallelize(list.slice(0, 3), m), rdd).collect(), [
      ...list,
      ...list.slice(0, 3),
      ...list,
    ]);
    assert.deepEqual(
      await rdd.zip(rdd.map((x) => -x)).collect(),
      list.map((x) => [x, -x]),
    );
    assert.deepEqual(
      await rdd.zipWithIndex().collect(),
      list.map((x, index) => [x, index]),
    );
    const few = list.slice(0, 7);
    assert.deepEqual(
      (await sc.parallelize(few, n).cartesian(sc.parallelize(few, 1)).collect()).toSorted(),
      few.flatMap((x) => few.map((y) => [x, y])).toSorted(),
    );
    const fewer = rdd.coalesce(m);
    assert.deepEqual(await fewer.collect(), list);
    assert.equal(await fewer.getNumPartitions(), Math.min(n, m));
  },
);
await property(
  'repartition keeps every record and evens sizes out',
  [numbers, partitions, partitions],
  async (list, n, m) => {
    const parts = await sc.parallelize(list, n).repartition(m).glom().collect();
    assert.equal(parts.length, m);
    sameRecords(parts.flat(), list);
    const sizes = parts.map((part) => part.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= n, `sizes ${sizes}`);
  },
);
await property(
  'reduce, fold, aggregate, count, sum, stats, take, top',
  [numbers, partitions, fc.nat({ max: 20 })],
  async (list, n, limit) => {
    const rdd = sc.parallelize(list, n);
    const sum = list.reduce((a, b) => a + b, 0);
    assert.equal(await rdd.count(), list.length);
    assert.equal(await rdd.sum(), sum);
    assert.equal(await rdd.fold(0, (a, b) => a + b), sum);
    assert.equal(
      await rdd.aggregate(
        0,
        (a, x) => a + x,
        (a, b) => a + b,
      ),
      sum,
    );
    if (list.length > 0) assert.equal(await rdd.reduce((a, b) => a + b), sum);
    else
      await assert.rejects(
        rdd.reduce((a, b) => a + b),
        /empty/,
      );
    assert.equal(await rdd.max(), Math.max(...list));
    assert.equal(await rdd.min(), Math.min(...list));
    assert.deepEqual(await rdd.take(limit), list.slice(0, limit));
    assert.deepEqual(await rdd.takeOrdered(limit), list.toSorted((a, b) => a - b).slice(0, limit));
    assert.deepEqual(await rdd.top(limit), list.toSorted((a, b) => b - a).slice(0, limit));
    assert.deepEqual(await rdd.top(limit, (x) => -x), list.toSorted((a, b) => a - b).slice(0, limit));
    const stats = await rdd.stats();
    assert.equal(stats.count, list.length);
    if (list.length > 0) {
      const mean = sum / list.length;
      assert.ok(Math.abs(stats.mean - mean) < 1e-6);
      assert.ok(Math.abs(stats.variance - list.reduce((a, x) => a + (x - mean) ** 2, 0) / list.length) < 1e-3);
      assert.equal(await rdd.first(), list[0]);
    }
    assert.equal(await rdd.isEmpty(), list.length === 0);
  },
);
await property(
  'countByKey, countByValue, lookup, collectAsMap',
  [fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), { maxLength: 40 }), partitions],
  async (list, n) => {
    const rdd = sc.parallelize(list, n);
    const byKey = new Map();
    for (const [k] of list) byKey.set(k, (byKey.get(k) ?? 0) + 1);
    assert.deepEqual([...(await rdd.countByKey())].toSorted(), [...byKey].toSorted());
    const byValue = await rdd.countByValue();
    assert.equal(
      [...byValue.values()].reduce((a, b) => a + b, 0),
      list.length,
    );
    assert.deepEqual(
      await rdd.lookup(2),
      list.filter(([k]) => k === 2).map(([, v]) => v),
    );
    assert.deepEqual([...(await rdd.collectAsMap())].toSorted(), [...new Map(list)].toSorted());
  },
);
await property(
  'sampling is repeatable and exact in size where it says so',
  [fc.integer({ min: 0, max: 200 }), partitions, fc.nat(50), fc.nat()],
  async (size, n, wanted, seed) => {
    const rdd = sc.range(0, size, 1, n);
    const sample = rdd.sample(false, 0.5, seed);
    assert.deepEqual(await sample.collect(), await sample.collect());
    const taken = await rdd.takeSample(false, wanted, seed);
    assert.equal(taken.length, Math.min(wanted, size));
    assert.equal(new Set(taken).size, taken.length);
    if (size > 0) assert.equal((await rdd.takeSample(true, wanted, seed)).length, wanted);
  },
);
await property(
  'persisted data is the same on the second look',
  [pairs, partitions, fc.constantFrom('MEMORY_ONLY', 'MEMORY_AND_DISK', 'DISK_ONLY')],
  async (list, n, level) => {
    const rdd = sc
      .parallelize(list, n)
      .map((pair) => pair)
      .persist(level);
    const first = await rdd.collect();
    assert.deepEqual(first, await rdd.collect());
    assert.deepEqual(
      first,
      list.map((pair) => pair),
    );
    rdd.unpersist();
    assert.deepEqual(await rdd.collect(), first);
  },
);
await check('iteration, partitionBy, groupBy, mapValues, keys and values', async () => {
  const seen = [];
  for await (const x of sc.range(0, 100, 1, 7)) seen.push(x);
  assert.deepEqual(
    seen,
    Array.from({ length: 100 }, (_, x) => x),
  );
  const placed = sc
    .range(0, 30)
    .map((x) => [x, x])
    .partitionBy(3, (x) => x % 3);
  assert.deepEqual(
    (await placed.keys().glom().collect()).map((part) => part.every((x) => x % 3 === part[0] % 3)),
    [true, true, true],
  );
  await assert.rejects(
    sc
      .range(0, 3)
      .map((x) => [x, x])
      .partitionBy(2, (x) => x)
      .collect(),
    /expected a whole number from 0 to 1/,
  );
  sameRecords(
    await sc
      .range(0, 10)
      .groupBy((x) => x % 2)
      .mapValues((list) => list.length)
      .collect(),
    [
      [0, 5],
      [1, 5],
    ],
  );
  assert.deepEqual(
    await sc
      .parallelize(
        [
          ['a', [1, 2]],
          ['b', []],
        ],
        2,
      )
      .flatMapValues((list) => list)
      .collect(),
    [
      ['a', 1],
      ['a', 2],
    ],
  );
});
await check('co-partitioned data is joined without another shuffle', async () => {
  const shuffles = [];
  const stop = sc.addListener((event) => {
    if (event.type === 'stageSubmitted') shuffles.push(event.name);
  });
  const left = sc
    .range(0, 100)
    .map((x) => [x % 10, x])
    .partitionBy(4)
    .cache();
  await left.count();
  shuffles.length = 0;
  const right = left.mapValues((x) => -x);
  assert.equal(await left.join(right, 4).count(), 1000);
  assert.equal(shuffles.length, 1, shuffles.join());
  stop();
});
await sc.stop();
finish();
