// Goal: constraints, memory, labels, credentials, volumes, port maps and the framework's description are read as Spark
// reads them (cases 19, 30, 34-39 of the reference). Method: tables.
import type { Attribute } from '@mini-mesos/proto';
import { describe, expect, test } from 'vitest';
import { SparkConf, type ConfValues } from '../src/core/conf/spark-conf.js';
import { coarseSettings } from '../src/core/mesos/coarse-settings.js';
import { parseConstraints, unmetConstraint, type Constraints } from '../src/core/mesos/constraints.js';
import { parsePortMap, parseVolume } from '../src/core/mesos/container-info.js';
import { chooseCredentials } from '../src/core/mesos/credentials.js';
import { shellQuoted } from '../src/core/mesos/executor-command.js';
import { frameworkInfo } from '../src/core/mesos/framework-info.js';
import { parseLabels } from '../src/core/mesos/labels.js';
import { executorMemoryMiB } from '../src/core/mesos/memory.js';
import { takeScalar } from '../src/core/mesos/offer-amounts.js';
import { firstServer } from '../src/mesos/driver-address.js';
import { scalar } from './support/mesos.js';

test.each([
  [512, undefined, 896],
  [4096, undefined, 4505],
  [1024, 512, 1536],
  [1024, undefined, 1408],
])('34: memory %d with overhead %s is %d', (memoryMiB, overheadMiB, expected) => {
  expect(executorMemoryMiB({ memoryMiB, overheadMiB, overheadFactor: 0.1 })).toBe(expected);
});

describe('35: constraints', () => {
  const read = (text: string) => parseConstraints(text) as Constraints;

  test('are read', () => {
    expect(read('os:centos7;zone:us-east-1a,us-east-1b')).toEqual(
      new Map([
        ['os', new Set(['centos7'])],
        ['zone', new Set(['us-east-1a', 'us-east-1b'])],
      ]),
    );
    expect(read('')).toEqual(new Map());
    expect(read('os:')).toEqual(new Map([['os', new Set()]]));
    expect(read(' a:b ; c:d ')).toEqual(
      new Map([
        ['a', new Set(['b'])],
        ['c', new Set(['d'])],
      ]),
    );
  });

  test.each(['os;zone:us-east', 'a:b:c', 'a:b;', 'a:b;a:c', ':b'])('%s is refused', (text) => {
    expect(parseConstraints(text)).toEqual({ error: expect.stringContaining('bad constraint string') });
  });

  test('a bad string fails at the start, not when an offer comes', () => {
    expect(coarseSettings(new SparkConf({ program: { 'spark.mesos.constraints': 'x' } }), 'a')).toHaveProperty(
      'error',
      expect.stringMatching(/^spark\.mesos\.constraints: bad/),
    );
  });
});

const scalarAttribute = (name: string, value: number): Attribute => ({ name, type: 'SCALAR', scalar: { value } });
const rangeAttribute = (name: string, ...range: { begin: number; end: number }[]): Attribute => ({
  name,
  type: 'RANGES',
  ranges: { range },
});
const setAttribute = (name: string, ...item: string[]): Attribute => ({ name, type: 'SET', set: { item } });
const textAttribute = (name: string, value: string): Attribute => ({ name, type: 'TEXT', text: { value } });

test.each([
  ['gpus:2', scalarAttribute('gpus', 3), true],
  ['gpus:3', scalarAttribute('gpus', 3), true],
  ['gpus:4', scalarAttribute('gpus', 3), false],
  ['gpus:4,1', scalarAttribute('gpus', 3), true],
  ['gpus:many', scalarAttribute('gpus', 3), false],
  ['ports:7500', rangeAttribute('ports', { begin: 7000, end: 8000 }), true],
  ['ports:7000', rangeAttribute('ports', { begin: 7000, end: 8000 }), true],
  ['ports:8000', rangeAttribute('ports', { begin: 7000, end: 8000 }), true],
  ['ports:6000', rangeAttribute('ports', { begin: 7000, end: 8000 }), false],
  ['ports:5000,7500,8300', rangeAttribute('ports', { begin: 7000, end: 8000 }), true],
  ['ports:9500', rangeAttribute('ports', { begin: 7000, end: 8000 }, { begin: 9000, end: 9999 }), true],
  ['zone:1a,1c', setAttribute('zone', '1a', '1b', '1c'), true],
  ['zone:1a,1d', setAttribute('zone', '1a', '1b', '1c'), false],
  ['os:centos7', textAttribute('os', 'centos7'), true],
  ['os:ubuntu', textAttribute('os', 'centos7'), false],
  ['os:ubuntu,centos7', textAttribute('os', 'centos7'), true],
  ['os: centos7', textAttribute('os', 'centos7'), false],
  ['os:', textAttribute('os', 'anything'), true],
  ['os:', textAttribute('other', 'anything'), false],
  ['os:centos7', textAttribute('other', 'centos7'), false],
])('36: %s against an attribute: %#', (text, attribute, matches) => {
  expect(unmetConstraint(parseConstraints(text) as Constraints, [attribute]) === undefined).toBe(matches);
});

test('every key must match', () => {
  const constraints = parseConstraints('os:linux;zone:a') as Constraints;
  const linux = textAttribute('os', 'linux');
  expect(unmetConstraint(constraints, [linux, textAttribute('zone', 'a')])).toBeUndefined();
  expect(unmetConstraint(constraints, [linux])).toBe('zone is not an attribute of the agent');
});

describe('38: credentials', () => {
  const none = { value: undefined, environment: undefined, file: undefined, environmentFile: undefined };
  test.each([
    [{ ...none, value: 'v', environment: 'e', file: 'f', environmentFile: 'g' }, 'v'],
    [{ ...none, environment: 'e', file: 'f' }, 'e'],
    [{ ...none, file: 'f\n', environmentFile: 'g' }, 'f'],
    [{ ...none, environmentFile: 'g\r\n' }, 'g'],
  ])('%o gives %s', (source, expected) => expect(chooseCredentials(source, none)).toEqual({ principal: expected }));

  test('a secret alone is an error', () => {
    expect(chooseCredentials(none, { ...none, value: 's' })).toHaveProperty('error');
    expect(chooseCredentials({ ...none, value: 'p' }, { ...none, file: 's' })).toEqual({ principal: 'p', secret: 's' });
    expect(chooseCredentials(none, none)).toEqual({});
  });
});

test.each([
  ['key:value\\:value', [{ key: 'key', value: 'value:value' }]],
  ['key:value\\,value', [{ key: 'key', value: 'value,value' }]],
  [
    'a:b,c:d',
    [
      { key: 'a', value: 'b' },
      { key: 'c', value: 'd' },
    ],
  ],
  ['a:b,incorrect:label:here', [{ key: 'a', value: 'b' }]],
  ['', []],
])('39: labels %s', (text, expected) => expect(parseLabels(text)).toEqual({ labels: expected }));

test('30: volumes and port maps', () => {
  expect('/a,/b:/b,/c:/c:rw,/d:ro,/e:/e:ro'.split(',').map(parseVolume)).toEqual([
    { container_path: '/a', mode: 'RW' },
    { container_path: '/b', host_path: '/b', mode: 'RW' },
    { container_path: '/c', host_path: '/c', mode: 'RW' },
    { container_path: '/d', mode: 'RO' },
    { container_path: '/e', host_path: '/e', mode: 'RO' },
  ]);
  expect('80:8080,53:53:tcp'.split(',').map(parsePortMap)).toEqual([
    { host_port: 80, container_port: 8080, protocol: 'tcp' },
    { host_port: 53, container_port: 53, protocol: 'tcp' },
  ]);
  expect(parsePortMap('x:1')).toHaveProperty('problem');
  expect(parseVolume('a:b:c:d')).toHaveProperty('problem');
});

describe('19: the framework', () => {
  const facts = {
    name: 'app',
    user: 'me',
    hostname: 'h',
    contextNumber: 0,
    capabilities: [{ type: 'MULTI_ROLE' as const }],
  };
  const info = (conf: ConfValues, more = {}) => frameworkInfo(new SparkConf({ program: conf }), { ...facts, ...more });

  test('by default', () => {
    expect(info({})).toEqual({
      name: 'app',
      user: 'me',
      hostname: 'h',
      failover_timeout: 0,
      capabilities: [{ type: 'MULTI_ROLE' }],
    });
  });

  test('from properties', () => {
    expect(
      info(
        {
          'spark.mesos.role': 'dev',
          'spark.mesos.driver.webui.url': 'http://ui',
          'spark.mesos.driver.failoverTimeout': '10.5',
          'spark.mesos.checkpoint': true,
          'spark.mesos.gpus.max': 1,
        },
        { principal: 'p' },
      ),
    ).toMatchObject({
      roles: ['dev'],
      webui_url: 'http://ui',
      failover_timeout: 10.5,
      checkpoint: true,
      principal: 'p',
      capabilities: [{ type: 'MULTI_ROLE' }, { type: 'GPU_RESOURCES' }],
    });
  });

  test('a preset id is for the first context; later ones get a suffix', () => {
    const conf = { 'spark.mesos.driver.frameworkId': 'disp-driver-1' };
    expect(info(conf)).toMatchObject({ id: { value: 'disp-driver-1' } });
    expect(info(conf, { contextNumber: 2 })).toMatchObject({ id: { value: 'disp-driver-1-0002' } });
    expect(info({ 'spark.mesos.driver.frameworkId': 'a/b' })).toHaveProperty('error');
  });
});

test('splitting a scalar keeps the order and drops what is used up', () => {
  const { taken, rest } = takeScalar(
    [scalar('cpus', 1, 'a'), scalar('mem', 5), scalar('cpus', 2), scalar('cpus', 4, 'b')],
    'cpus',
    3500,
  );
  expect(taken).toEqual([scalar('cpus', 1, 'a'), scalar('cpus', 2), scalar('cpus', 0.5, 'b')]);
  expect(rest).toEqual([scalar('mem', 5), scalar('cpus', 3.5, 'b')]);
});

test('settings that cannot work are refused, odd ones warned about', () => {
  const settings = (conf: ConfValues) => coarseSettings(new SparkConf({ program: conf }), 'a');
  expect(settings({ 'spark.cores.max': 2, 'spark.executor.cores': 4 })).toHaveProperty(
    'error',
    expect.stringContaining('no executor could ever start'),
  );
  expect(settings({ 'spark.mesos.coarse': false })).toHaveProperty('error');
  expect(settings({})).toHaveProperty('warnings', [expect.stringContaining('spark.cores.max is not set')]);
  expect(settings({ 'spark.cores.max': 10, 'spark.executor.cores': 4 })).toHaveProperty('warnings', [
    expect.stringContaining('2 of 10 cores'),
  ]);
});

test('shell words and servers', () => {
  expect(['plain', 'a b', "it's", '', '$x'].map(shellQuoted)).toEqual([
    'plain',
    "'a b'",
    String.raw`'it'\''s'`,
    "''",
    "'$x'",
  ]);
  expect(firstServer('h:5050')).toEqual({ host: 'h', port: 5050 });
  expect(firstServer('zk://user:pw@a:2181,b:2182/mesos')).toEqual({ host: 'a', port: 2181 });
});
