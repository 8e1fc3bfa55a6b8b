// Which functions can travel, what the refusals say, and that what travels works. Argument: master URL.
/* oxlint-disable no-eval, no-unused-vars, typescript/unbound-method, typescript/no-implied-eval, no-this-in-functions, typescript/no-this-alias -- what functions must not do is the point, and records have no types here */
import { readFileSync } from 'node:fs';
import { ClosureError, SparkContext } from '@mini-mesos/spark-framework';
import { assert, check, finish } from './checks.mjs';

const sc = await SparkContext.connect({ master: process.argv[2] ?? 'local[1]', appName: 'closures' });
const one = sc.parallelize([3], 1);
/** What the function makes of 3 on an executor. */
const run = async (fn, env) => (await one.map(fn, env).collect())[0];
/** The refusal, at once. */
const refusal = (fn, env) => {
  try {
    one.map(fn, env);
  } catch (error) {
    assert.ok(error instanceof ClosureError, String(error));
    return error.message;
  }
  throw new Error('it was not refused');
};

const factor = 10;
const table = new Map([['a', 1]]);
const helper = (x) => x * factor;
const factorial = (n) => (n <= 1 ? 1 : n * factorial(n - 1));
class Shape {
  constructor(r) {
    this.r = r;
  }
  area() {
    return this.r * this.r;
  }
}
class Circle extends Shape {
  #pi = 3;
  area() {
    return super.area() * this.#pi;
  }
}
const object = {
  scale(x) {
    return x * factor;
  },
  get secret() {
    return 1;
  },
};

await check('functions of every form', async () => {
  assert.equal(await run((x) => x + 1), 4);
  assert.equal(
    await run(function (x) {
      return x + 1;
    }),
    4,
  );
  assert.equal(
    await run(function named(x) {
      return x > 5 ? x : named(x + 1);
    }),
    6,
  );
  assert.equal(await run(object.scale, { factor }), 30);
  assert.equal(await run(async (x) => x + (await Promise.resolve(1))), 4);
  assert.deepEqual(
    await one
      .flatMap(function* (x) {
        yield x;
        yield x + 1;
      })
      .collect(),
    [3, 4],
  );
  assert.equal(await run(({ length } = 'abcd') => length), undefined);
  assert.equal(await run(Math.sqrt), Math.sqrt(3));
  assert.equal(await run(String), '3');
  assert.equal(
    await run((x) => {
      const inner = (y) => y + x;
      return [1, 2].map(inner).join();
    }),
    '4,5',
  );
});

await check('environments', async () => {
  assert.equal(await run((x) => x * factor, { factor }), 30);
  assert.equal(await run((x) => helper(x), { helper, factor }), 30);
  assert.equal(await run((x) => factorial(x), { factorial }), 6);
  assert.equal(await run((x) => table.get('a') + x, { table }), 4);
  assert.equal(await run((x) => new Circle(x).area(), { Circle, Shape }), 27);
  assert.equal(
    await run((x) => options.deep.list[1].apply(x), {
      options: { deep: { list: [0, { apply: (v) => v + factor }] } },
      factor,
    }),
    13,
  );
  assert.equal(
    await run((x) => when.getTime() + bytes[0] + [...set][0] + Number(big) + x, {
      when: new Date(1),
      bytes: new Uint8Array([2]),
      set: new Set([4]),
      big: 8n,
    }),
    18,
  );
  assert.equal(await run((x) => root(x), { root: Math.sqrt }), Math.sqrt(3));
  assert.equal(await run((x) => x + (nothing ?? 1), { nothing: null }), 4);
});

await check('what an environment cannot hold is named', () => {
  assert.match(
    refusal((x) => shape.area() + x, { shape: new Shape(1) }),
    /shape is an instance of Shape, whose methods would be lost/,
  );
  assert.match(
    refusal((x) => deep.a[0].b + x, { deep: { a: [{ b: Symbol('s') }] } }),
    /deep\.a\[0\]\.b is a symbol/,
  );
  assert.match(
    refusal((x) => waiting + x, { waiting: Promise.resolve(1) }),
    /waiting is an instance of Promise/,
  );
});

await check('plain parts of an environment cannot be changed', async () => {
  await assert.rejects(
    run((x) => list.push(x), { list: [] }),
    /not extensible/,
  );
});

await check('free variables are found when the function is given', () => {
  const message = refusal((x) => x * factor * 2);
  assert.match(message, /^the function given to map at .*closures\.mjs:\d+:\d+ uses factor, which it does not declare/);
  assert.match(message, /map\(…, \{ factor \}\)/);
  assert.match(message, /broadcast variable/);
  const line = Number(/closures\.mjs:(\d+)/.exec(message)[1]);
  assert.match(
    readFileSync(new URL(import.meta.url), 'utf8').split('\n')[line - 1],
    /refusal\(\(x\) => x \* factor \* 2\)/,
  );
  assert.match(
    refusal((x) => helper(x)),
    /uses helper/,
  );
  assert.match(
    refusal((x) => helper(x), { helper }),
    /helper in the environment of the function given to map.* uses factor/,
  );
  assert.match(
    refusal((x) => x + factor + one),
    /uses factor and one/,
  );
  assert.match(
    refusal((x) => new Circle(x), { Circle }),
    /Circle in the environment .* uses Shape/,
  );
  assert.throws(() => one.filter((x) => x > factor), /given to filter/);
  assert.throws(() => one.keyBy((x) => x).reduceByKey((a, b) => a + b + factor), /given to reduceByKey/);
  assert.throws(
    () =>
      one
        .keyBy((x) => x)
        .aggregateByKey(
          0,
          (a, b) => a + b,
          (a, b) => a + b + factor,
        ),
    /the second function given to aggregateByKey/,
  );
});

await check('what cannot travel is refused with a reason', () => {
  assert.match(
    refusal(function (x) {
      return this.x + x;
    }),
    /uses 'this'/,
  );
  assert.match(
    refusal((x) => this.x + x),
    /uses 'this'/,
  );
  assert.match(refusal(object.scale.bind(object)), /bound function/);
  assert.match(refusal(Object.getOwnPropertyDescriptor(object, 'secret').get), /cannot be read as a function/);
  assert.match(refusal([].map), /native code/);
  assert.match(
    refusal((x) => eval('x')),
    /calls 'eval'/,
  );
  assert.match(
    refusal(() => import.meta.url),
    /import\.meta/,
  );
  assert.match(
    refusal((x) => require('fs') + x),
    /sc\.module/,
  );
  assert.match(refusal(Shape), /is a class/);
  assert.match(refusal(5), /is a number: expected a function/);
  let count = 0;
  assert.match(
    refusal(
      (x) => {
        count++;
        return x;
      },
      { count },
    ),
    /assigns to count.*accumulator/,
  );
  assert.throws(() => one.keyBy((x) => x).reduceByKey(async (a) => a), /is async, but reduceByKey does not wait/);
});

await check('traces of build tools are explained', async () => {
  const made = (source) => new Function(`return (${source})`)();
  assert.match(refusal(made('(x) => __vite_ssr_import_0__.helper(x)')), /vitest and vite/);
  assert.match(refusal(made('(x) => (cov_2a3b4c().f[0]++, x)')), /istanbul/);
  assert.match(refusal(made('(x) => (0, import_lodash.chunk)(x)')), /esbuild/);
  assert.match(refusal(made('(x) => (0, util_1.helper)(x)')), /tsc turned an import/);
  assert.match(refusal(made('(x) => __awaiter(this, void 0)')), /uses 'this'|old language version/);
  assert.equal(await run(made('(x) => { const f = __name((y) => y + 1, "f"); return f(x); }')), 4);
});

await check('import() inside functions', async () => {
  assert.equal(await run(async (x) => (await import('node:os')).EOL.length + x), 4);
  assert.equal(await run(async (x) => typeof (await import('./checks.mjs')).check + x), 'function3');
});

await check('modules: packages, own files with what they import, parts of them, and of Node', async () => {
  assert.deepEqual(await run((x) => underscore.chunk([1, 2, x], 2), { underscore: sc.module('underscore') }), [
    [1, 2],
    [3],
  ]);
  assert.equal(
    await run((x) => orderText([x, null]), { orderText: sc.module('./modules/entry.mjs', { export: 'describe' }) }),
    'entry:[3,null]',
  );
  assert.equal(
    await run((x) => all.describe(x) + all.default, { all: sc.module('./modules/entry.mjs', { export: '*' }) }),
    'entry:3the default',
  );
  assert.equal(await run((x) => old(x), { old: sc.module('./modules/old.cjs') }), 'old 3');
  assert.equal(await run((x) => path.join('a', String(x)), { path: sc.module('node:path') }), 'a/3');
  assert.throws(() => sc.module('no-such-package'), /package 'no-such-package' is not found/);
  assert.throws(() => sc.module('./no-such-file.mjs'), /is not found/);
  await assert.rejects(
    run((x) => nothing(x), { nothing: sc.module('./modules/entry.mjs', { export: 'nothing' }) }),
    /has no export 'nothing'/,
  );
});

await check('an error on an executor points at the line of the function', async () => {
  const error = await one
    .map((x) => {
      if (x === 3) throw new TypeError('three is not allowed');
      return x;
    })
    .collect()
    .catch((caught) => caught);
  assert.match(error.message, /task 0 of stage \d+\.0 failed 4 times/);
  assert.match(error.message, /TypeError: three is not allowed/);
  const line = Number(/closures\.mjs:(\d+):\d+/.exec(error.message)[1]);
  assert.match(readFileSync(new URL(import.meta.url), 'utf8').split('\n')[line - 1], /three is not allowed/);
  assert.match(error.message, /on executor \S+ on localhost/);
  assert.doesNotMatch(error.message, /mini_mesos_main/);
});

await check('a large function is warned about', () => {
  const warnings = [];
  const stop = sc.addListener((event) => {
    if (event.type === 'warning') warnings.push(event.message);
  });
  const big = 'x'.repeat(2 * 1024 * 1024);
  one.map((x) => big.length + x, { big });
  stop();
  assert.match(warnings.join(), /the function given to map is 2\.0 MiB large/);
});
await sc.stop();
finish();
