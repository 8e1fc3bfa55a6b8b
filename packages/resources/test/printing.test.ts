// Goal: resources print as Mesos prints them, and equal resources print equally. Method: Mesos' vectors, properties.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '@mini-mesos/proto';
import { printItem, printResource, Resources } from '@mini-mesos/resources';
import { plainResources, resources } from './support/arbitraries.js';
import { disk, dynamicTo, from, labels, mount, path, res, scalar, staticTo } from './support/build.js';

test('scalars, ranges and sets', () => {
  const text = 'cpus:45.55; ports:[10000-20000, 30000-50000]; disks:{sda1}';
  expect(res('cpus:45.55;ports:[10000-20000, 30000-50000];disks:{sda1}').toString()).toBe(text);
  expect(res('disks:{sda1};ports:[30000-50000,10000-20000];cpus:45.55').toString()).toBe(text);
  expect(Resources.EMPTY.toString()).toBe('{}');
});

test('an item prints like resources that hold nothing else', () => {
  expect(res('cpus(a):1').items.map(printItem)).toEqual(['cpus(reservations: [(STATIC,a)]):1']);
});

test('order: scalars first with cpus, gpus, mem and disk in front, then ranges, then sets; unreserved first', () => {
  const text = 'zones:{x};ports:[1-2];bandwidth:1;disk:1;mem(b):1;mem:1;mem(a):1;gpus:1;cpus:1';
  expect(res(text).items.map((item) => item.name)).toEqual([
    'cpus',
    'gpus',
    'mem',
    'mem',
    'mem',
    'disk',
    'bandwidth',
    'ports',
    'zones',
  ]);
  expect(
    res(text)
      .items.slice(2, 5)
      .map((item) => item.reservations.map(({ role }) => role)),
  ).toEqual([[], ['a'], ['b']]);
});

describe('marks', () => {
  const alice = { reservations: [staticTo('alice')] };
  const volume = (more: Partial<Resource.DiskInfo> = {}): Resource.DiskInfo => ({
    persistence: { id: 'hadoop' },
    volume: { container_path: '/data', host_path: '/hdfs', mode: 'RW' },
    ...more,
  });
  const refined = [staticTo('alice'), dynamicTo('alice/refined', 'hdfs-p', labels(['foo', 'bar'], ['foo']))];
  test.each<[string, Partial<Resource>]>([
    ['disk:1', {}],
    ['disk(reservations: [(STATIC,alice)]):1', alice],
    ['disk(allocated: role)(reservations: [(STATIC,alice)]):1', { ...alice, allocation_info: { role: 'role' } }],
    ['disk(reservations: [(STATIC,alice)]){REV}:1', { ...alice, revocable: {} }],
    [
      'disk(reservations: [(STATIC,alice)])[hadoop:/data]{REV}:1',
      { ...alice, revocable: {}, disk: volume({ volume: { container_path: '/data', mode: 'RW' } }) },
    ],
    ['disk(reservations: [(STATIC,alice)])[hadoop:/hdfs:/data:rw]:1', { ...alice, disk: volume() }],
    [
      'disk(reservations: [(STATIC,alice)])[MOUNT:/mnt1,hadoop:/hdfs:/data:rw]:1',
      { ...alice, disk: volume({ source: mount('/mnt1') }) },
    ],
    [
      'disk(reservations: [(STATIC,alice)])[PATH:/mnt2,hadoop:/hdfs:/data:rw]:1',
      { ...alice, disk: volume({ source: path('/mnt2') }) },
    ],
    [
      'disk(reservations: [(STATIC,alice),(DYNAMIC,alice/refined,hdfs-p,{foo: bar, foo})])[hadoop:/hdfs:/data:rw]:1',
      { reservations: refined, disk: volume() },
    ],
    ['disk[RAW(v,,fast)]:1', { disk: { source: { type: 'RAW', vendor: 'v', profile: 'fast' } } }],
    ['disk[BLOCK(,b,)]:1', { disk: { source: { type: 'BLOCK', id: 'b' } } }],
    ['disk[RAW]:1', { disk: { source: { type: 'RAW' } } }],
  ])('%s', (text, more) => {
    const message = scalar('disk', 1, more);
    expect(from(message).toString()).toBe(text);
    expect(printResource(message)).toBe(text);
  });

  test('a shared volume shows its copies', () => {
    const shared = from(disk(64, { role: 'role1', id: 'id1', containerPath: 'path1', shared: true }));
    const text = 'disk(reservations: [(STATIC,role1)])[id1:path1]<SHARED>:64';
    expect(shared.toString()).toBe(`${text}<1>`);
    expect(shared.plus(shared).toString()).toBe(`${text}<2>`);
  });

  test('messages that were not checked print too', () => {
    expect(printResource(scalar('cpus', NaN))).toBe('cpus:NaN');
    expect(printResource({ name: 'cpus', type: 'SCALAR' })).toBe('cpus:0');
    expect(printResource({ name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 5, end: 1 }] } })).toBe(
      'ports:[5-1]',
    );
    expect(printResource({ name: 'disks', type: 'SET', set: { item: ['a', 'a'] } })).toBe('disks:{a, a}');
    expect(printResource(scalar('cpus', 1, { reservations: [{}] }))).toBe('cpus(reservations: [(UNKNOWN,)]):1');
  });
});

describe('laws', () => {
  test('resources made in another order print equally', () => {
    fc.assert(
      fc.property(fc.array(resources(), { maxLength: 4 }), (parts) => {
        const forward = Resources.sum(parts);
        const backward = Resources.sum(parts.toReversed());
        expect(backward.equals(forward)).toBe(true);
        expect(backward.toString()).toBe(forward.toString());
      }),
    );
  });

  test('what prints without marks can be read back', () => {
    fc.assert(
      fc.property(plainResources, (plain) => {
        fc.pre(!plain.isEmpty);
        expect(res(plain.toString()).equals(plain)).toBe(true);
      }),
    );
  });
});
