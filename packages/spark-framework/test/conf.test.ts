// Goal: properties, units, master URLs and the command line of spark submit are read as Spark reads them, and mistakes
// are named. Method: tables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parsePropertiesFile } from '../src/core/conf/properties-file.js';
import { ConfError, SparkConf } from '../src/core/conf/spark-conf.js';
import { formatBytes, parseBytes, parseTimeMs } from '../src/core/conf/units.js';
import { parseMasterUrl } from '../src/core/master-url.js';
import { parseSubmitArguments } from '../src/core/submit/submit-arguments.js';
import { loadConf, SUBMIT_VARIABLE, type ConnectOptions, type SubmittedSettings } from '../src/driver/load-conf.js';

describe('units', () => {
  test.each([
    ['30s', 'ms', 30_000],
    ['30', 's', 30_000],
    ['30', 'ms', 30],
    ['5min', 's', 300_000],
    ['5m', 's', 300_000],
    ['2h', 's', 7_200_000],
    ['1D', 's', 86_400_000],
    ['1500us', 'ms', 2],
    [' 7 s ', 'ms', 7000],
  ] as const)('time %s with unit %s', (text, unit, expected) => expect(parseTimeMs(text, unit)).toBe(expected));

  test.each([
    ['1g', 'm', 1024 ** 3],
    ['512', 'm', 512 * 1024 ** 2],
    ['512m', 'b', 512 * 1024 ** 2],
    ['4k', 'm', 4096],
    ['2gb', 'm', 2 * 1024 ** 3],
    ['1MiB', 'b', 1024 ** 2],
    ['10b', 'm', 10],
    ['1t', 'm', 1024 ** 4],
  ] as const)('size %s with unit %s', (text, unit, expected) => expect(parseBytes(text, unit)).toBe(expected));

  test.each(['', '5 parsecs', '1.5s', 'five'])('no time: %s', (text) =>
    expect(parseTimeMs(text, 's')).toHaveProperty('error'),
  );
  test.each(['', '5x', '1.5g', '-1m'])('no size: %s', (text) => expect(parseBytes(text, 'm')).toHaveProperty('error'));
  test('sizes for people', () =>
    expect([0, 1023, 1536, 3 * 1024 ** 2, 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '3.0 MiB',
      '1.0 GiB',
    ]));
});

describe('SparkConf', () => {
  test('the program wins over submit, submit over the file, the file over defaults', () => {
    const conf = new SparkConf({
      program: { 'spark.cores.max': 4 },
      submit: { 'spark.cores.max': '8', 'spark.executor.memory': '2g' },
      file: { 'spark.executor.memory': '3g', 'spark.locality.wait': '1s' },
    });
    expect(conf.integer('spark.cores.max')).toBe(4);
    expect(conf.mebibytes('spark.executor.memory')).toBe(2048);
    expect(conf.timeMs('spark.locality.wait')).toBe(1000);
    expect(conf.timeMs('spark.network.timeout')).toBe(120_000);
    expect(conf.optionalTimeMs('spark.locality.wait.node')).toBeUndefined();
  });

  test('all bad values are told at once', () => {
    const make = () =>
      new SparkConf({
        program: {
          'spark.cores.max': 'many',
          'spark.executor.memory': '1x',
          'spark.mesos.coarse': 'maybe',
          'spark.task.cpus': 0,
        },
      });
    expect(make).toThrow(ConfError);
    expect(make).toThrow(
      /spark\.cores\.max: 'many' is not a whole number[\s\S]*spark\.executor\.memory: '1x' is no size[\s\S]*neither true nor false[\s\S]*0 is less than 1/,
    );
  });

  test('unknown properties are warned about with the nearest known name', () => {
    const { warnings } = new SparkConf({
      program: {
        'spark.core.max': 1,
        'spark.jars': 'x',
        'spark.executorEnv.A': 'b',
        'other.thing': 1,
        'spark.zzzzzzzzzzzz': 1,
        'spark.scheduler.mode': 'fair',
      },
    });
    expect(warnings).toEqual([
      'unknown property spark.core.max: did you mean spark.cores.max?',
      'spark.jars has no effect in this version',
      'unknown property spark.zzzzzzzzzzzz',
      'spark.scheduler.mode=fair has no effect in this version',
    ]);
  });

  test('values with choices do not mind case', () => {
    expect(
      new SparkConf({ program: { 'spark.scheduler.mode': 'fair', 'spark.mesos.coarse': 'TRUE' } }).boolean(
        'spark.mesos.coarse',
      ),
    ).toBe(true);
    expect(() => new SparkConf({ program: { 'spark.scheduler.mode': 'random' } })).toThrow(/not one of FIFO, FAIR/);
  });
});

test('a properties file has blanks, = or : between name and value, and comments', () => {
  const content =
    '# comment\n! too\n\nspark.master   mesos://h:5050\nspark.cores.max=4\n spark.executor.memory : 2g \nspark.flag\r\nspark.url http://a:1/b=c';
  expect(parsePropertiesFile(content)).toEqual({
    'spark.master': 'mesos://h:5050',
    'spark.cores.max': '4',
    'spark.executor.memory': '2g',
    'spark.flag': '',
    'spark.url': 'http://a:1/b=c',
  });
});

test.each([
  ['local', { kind: 'local', threads: 1 }],
  ['local[3]', { kind: 'local', threads: 3 }],
  ['local[*]', { kind: 'local', threads: 8 }],
  ['local-cluster[2, 1, 512]', { kind: 'localCluster', executors: 2, cores: 1, memoryMiB: 512 }],
  ['mesos://host:5050', { kind: 'mesos', master: 'host:5050' }],
  ['mesos://host', { kind: 'mesos', master: 'host:5050' }],
  ['mesos://zk://a:2181,b:2181/mesos', { kind: 'mesos', master: 'zk://a:2181,b:2181/mesos' }],
])('master %s', (text, expected) => expect(parseMasterUrl(text, 8)).toEqual(expected));

test.each(['spark://h:7077', 'local[0]', 'local[x]', 'mesos://', '', 'local-cluster[1,2]'])('no master: %s', (text) => {
  expect(parseMasterUrl(text, 8)).toHaveProperty('error');
});

describe('what a program gets', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'spark-conf-')), 'spark-defaults.conf');
  const submitted = (settings: SubmittedSettings) => vi.stubEnv(SUBMIT_VARIABLE, JSON.stringify(settings));
  beforeAll(() => writeFileSync(file, 'spark.master mesos://file:5050\nspark.executor.memory 3g\n'));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(dirname(file), { recursive: true }));

  test('the master: the program, then --master, then the properties file, then $MASTER', async () => {
    const defaults = { 'spark.master': 'mesos://env:5050' };
    const master = async (options: ConnectOptions = {}) => (await loadConf(options)).text('spark.master');
    submitted({ conf: {}, defaults });
    expect(await master()).toBe('mesos://env:5050');
    submitted({ conf: {}, defaults, propertiesFile: file });
    expect(await master()).toBe('mesos://file:5050');
    submitted({ conf: { 'spark.master': 'mesos://flag:5050' }, defaults, propertiesFile: file });
    expect(await master()).toBe('mesos://flag:5050');
    expect(await master({ master: 'local' })).toBe('local');
  });

  test('SPARK_EXECUTOR_URI, unless a property says otherwise', async () => {
    vi.stubEnv('SPARK_EXECUTOR_URI', 'http://h/spark.tgz');
    expect((await loadConf({})).text('spark.executor.uri')).toBe('http://h/spark.tgz');
    const conf = { 'spark.executor.uri': 'http://h/other.tgz' };
    expect((await loadConf({ conf })).text('spark.executor.uri')).toBe('http://h/other.tgz');
  });

  test('a properties file that is not there is named', async () => {
    submitted({ conf: {}, propertiesFile: '/nowhere/x.conf' });
    await expect(loadConf({})).rejects.toThrow('--properties-file /nowhere/x.conf cannot be read');
  });
});

describe('spark submit', () => {
  const plan = (argv: string[]) => {
    const read = parseSubmitArguments(argv);
    if (read.kind !== 'run') throw new Error(JSON.stringify(read));
    return read.plan;
  };

  test('options become properties; what follows the program is its own', () => {
    const read = plan([
      '--master',
      'host:5050',
      '--total-executor-cores=4',
      '--executor-memory',
      '2g',
      '-c',
      'spark.a=b=c',
      '--name',
      'x',
      'p.mjs',
      '--master',
      'y',
    ]);
    expect(read).toMatchObject({ program: 'p.mjs', args: ['--master', 'y'] });
    expect(read.conf).toEqual({
      'spark.master': 'mesos://host:5050',
      'spark.cores.max': '4',
      'spark.executor.memory': '2g',
      'spark.a': 'b=c',
      'spark.app.name': 'x',
    });
  });

  test('an option wins over --conf, whichever comes first', () => {
    const conf = ['--conf', 'spark.executor.memory=1g', '--conf', 'spark.master=local'];
    const options = ['--executor-memory', '2g', '--master', 'h:5050'];
    for (const argv of [
      [...conf, ...options],
      [...options, ...conf],
    ]) {
      expect(plan([...argv, 'p.mjs']).conf).toEqual({
        'spark.executor.memory': '2g',
        'spark.master': 'mesos://h:5050',
      });
    }
  });

  test('options of the JVM and of cluster mode are taken with a warning', () => {
    expect(plan(['--class', 'org.Pi', '--num-executors', '2', '--supervise', 'p.mjs'])).toMatchObject({
      conf: { 'spark.executor.instances': '2' },
      warnings: [expect.stringContaining('--class has no effect'), expect.stringContaining('--supervise')],
    });
  });

  test.each([
    [['--mastr', 'x'], /unknown option --mastr: did you mean --master\?/],
    [['--conf', 'novalue', 'p.mjs'], /expected NAME=VALUE/],
    [['--master'], /--master needs a value/],
    [['--deploy-mode', 'cluster', 'p.mjs'], /client mode only/],
    [['--kill', 'driver-1'], /dispatcher/],
    [[], /which program/],
  ])('%o is wrong', (argv, message) => {
    const read = parseSubmitArguments(argv);
    expect(read.kind).toBe('wrong');
    expect(read.kind === 'wrong' ? read.message : '').toMatch(message);
  });

  test('help and version', () => {
    expect(parseSubmitArguments(['--help']).kind).toBe('help');
    expect(parseSubmitArguments(['--version']).kind).toBe('version');
  });
});
