// Goal: what merges, splits, contains and equals what, as in Mesos. Method: vectors of Mesos' resources tests.
import { describe, expect, test } from 'vitest';
import type { Resource } from '@mini-mesos/proto';
import { haveOverlap, isMergeable, Resources } from '@mini-mesos/resources';
import { disk, dynamicTo, from, labels, mount, path, res, scalar, staticTo } from './support/build.js';

const sum = (left: Resources, right: Resources): string => left.plus(right).toString();
const rest = (left: Resources, right: Resources): string => left.minus(right).toString();

describe('amounts', () => {
  test('addition by name and role', () => {
    expect(sum(res('cpus:1;mem:5'), res('cpus:2;mem:10'))).toBe('cpus:3; mem:15');
    const roles = res('cpus(role1):1;cpus(role2):3').plus(res('cpus(role1):5'));
    expect(roles.equals(res('cpus(role1):6;cpus(role2):3'))).toBe(true);
    expect(roles.scalarMilli('cpus')).toBe(9000);
  });

  test('subtraction by name and role', () => {
    expect(rest(res('cpus:50;mem:4096'), res('cpus:0.5;mem:1024'))).toBe('cpus:49.5; mem:3072');
    expect(
      res('cpus(role1):5;cpus(role2):3').minus(res('cpus(role1):1')).equals(res('cpus(role1):4;cpus(role2):3')),
    ).toBe(true);
    const all = res('cpus:1;mem:2;ports:[1-9];disks:{a}');
    expect(all.minus(all)).toBe(Resources.EMPTY);
  });

  test('taking more than there is leaves nothing, not less than nothing', () => {
    expect(rest(res('cpus:1;mem:5;ports:[1-3];disks:{a}'), res('cpus:2;ports:[0-9];disks:{a,b};gpus:1'))).toBe('mem:5');
  });

  test('containment of amounts', () => {
    expect(res('cpus:1;mem:4096').contains(res('cpus:1;mem:3072'))).toBe(true);
    expect(res('cpus:1;mem:3072').contains(res('cpus:1;mem:4096'))).toBe(false);
    expect(res('cpus(role1):3').contains(res('cpus(role1):1'))).toBe(true);
    expect(res('cpus(role1):3').contains(res('cpus(role2):1'))).toBe(false);
    expect(res('cpus:1').contains(Resources.EMPTY)).toBe(true);
    expect(Resources.EMPTY.contains(res('cpus:1'))).toBe(false);
  });

  test('ranges', () => {
    expect(res('ports:[20-40]').equals(res('ports:[20-30, 31-39, 40-40]'))).toBe(true);
    const [small, all, low, parts, joined] = ['[2-2, 4-5]', '[1-10]', '[2-3]', '[1-2, 4-6]', '[1-4, 5-5]'].map((text) =>
      res(`ports:${text}`),
    ) as [Resources, Resources, Resources, Resources, Resources];
    expect(all.contains(small) && all.contains(low) && all.contains(parts)).toBe(true);
    expect(parts.contains(small) && joined.contains(small)).toBe(true);
    expect(low.contains(small) || small.contains(low) || small.contains(joined) || small.contains(all)).toBe(false);
    expect(rest(res('ports:[50000-60000]'), res('ports:[50000-50001]'))).toBe('ports:[50002-60000]');
    expect(rest(res('ports:[1-10, 20-30, 40-50]'), res('ports:[2-9, 15-45, 48-50]'))).toBe('ports:[1-1, 10-10, 46-47]');
  });

  test('sets, whatever their order', () => {
    expect(res('disks:{sda1,sda2}').equals(res('disks:{sda2,sda1}'))).toBe(true);
    expect(res('disks:{sda1,sda3,sda4,sda2}').contains(res('disks:{sda1,sda2}'))).toBe(true);
    expect(res('disks:{sda1,sda2}').contains(res('disks:{sda1,sda3,sda4,sda2}'))).toBe(false);
    expect(sum(res('disks:{sda1,sda2,sda3}'), res('disks:{sda4,sda1}'))).toBe('disks:{sda1, sda2, sda3, sda4}');
    expect(rest(res('disks:{sda1,sda2,sda3,sda4}'), res('disks:{sda2,sda3,sda4}'))).toBe('disks:{sda1}');
  });

  test('a hundred thousand additions and subtractions lose nothing', () => {
    const one = res('cpus:1.001');
    let current = one;
    for (let i = 0; i < 100_000; i += 1) current = current.plus(one);
    expect(current.scalarMilli('cpus')).toBe(100_101_001);
    for (let i = 0; i < 100_000; i += 1) current = current.minus(one);
    expect(current.equals(one)).toBe(true);
  });
});

describe('what makes two resources different', () => {
  const reserved = (...reservations: Resource.ReservationInfo[]): Resource => scalar('cpus', 8, { reservations });
  const foo = labels(['foo', 'bar']);
  const unlike: [string, Resource][] = [
    ['unreserved', scalar('cpus', 8)],
    ['static to role1', reserved(staticTo('role1'))],
    ['static to role2', reserved(staticTo('role2'))],
    ['dynamic', reserved(dynamicTo('role1'))],
    ['principal1', reserved(dynamicTo('role1', 'principal1'))],
    ['principal2', reserved(dynamicTo('role1', 'principal2'))],
    ['another role', reserved(dynamicTo('role2', 'principal1'))],
    ['labels', reserved(dynamicTo('role1', 'principal1', foo))],
    ['other labels', reserved(dynamicTo('role1', 'principal1', labels(['foo', 'baz'])))],
    ['empty labels', reserved(dynamicTo('role1', 'principal1', labels()))],
    ['refined', reserved(dynamicTo('role1', 'principal1'), dynamicTo('role1/x'))],
    ['revocable', scalar('cpus', 8, { revocable: {} })],
    ['allocated', scalar('cpus', 8, { allocation_info: { role: 'role1' } })],
    ['of a provider', scalar('cpus', 8, { provider_id: { value: 'provider' } })],
    ['another name', scalar('cpu', 8)],
  ];

  test('each differs from each, and they do not merge', () => {
    const all = unlike.map(([, message]) => from(message));
    for (const left of all) {
      for (const right of all) {
        const same = left === right;
        expect(left.equals(right)).toBe(same);
        expect(left.contains(right)).toBe(same);
        expect(left.plus(right).items).toHaveLength(same ? 1 : 2);
        expect(left.minus(right).isEmpty).toBe(same);
      }
    }
  });

  test.each(unlike)('%s merges with itself', (_what, message) => {
    const one = from(message);
    expect(one.plus(one).scalarMilli(message.name)).toBe(16_000);
    expect(one.plus(one).minus(one).equals(one)).toBe(true);
    expect(one.items.every(isMergeable)).toBe(true);
  });

  test('the order of labels does not matter', () => {
    const left = from(reserved(dynamicTo('a', 'p', labels(['k', 'v'], ['l', 'w']))));
    const right = from(reserved(dynamicTo('a', 'p', labels(['l', 'w'], ['k', 'v']))));
    expect(left.equals(right)).toBe(true);
    expect(left.plus(right).items).toHaveLength(1);
  });

  test('names with odd characters stay apart', () => {
    const names = ['a', 'a\u0000', 'a\u0000\u0001b', 'a\u0000\u0002b', '__proto__', 'constructor'];
    const all = Resources.sum(names.map((name) => from(scalar(name, 1))));
    expect(all.items).toHaveLength(names.length);
    const allocated = Resources.sum(names.map((name) => from(scalar(name, 1)).allocate('b')));
    expect(all.plus(allocated).items).toHaveLength(2 * names.length);
    expect(allocated.unallocate().equals(all)).toBe(true);
  });
});

describe('disks', () => {
  test('the volume says how a disk is used, not which it is', () => {
    const [none, one, other] = [undefined, 'path1', 'path2'].map((containerPath) =>
      from(disk(10, containerPath === undefined ? {} : { containerPath })),
    ) as [Resources, Resources, Resources];
    expect(none.equals(one)).toBe(false);
    expect(one.equals(other)).toBe(true);
    const volume = (id: string, containerPath: string): Resources =>
      from(disk(10, { role: 'role', id, containerPath }));
    expect(volume('1', 'path1').equals(volume('1', 'path2'))).toBe(true);
    expect(volume('1', 'path1').equals(volume('2', 'path1'))).toBe(false);
    expect(volume('2', 'path').minus(volume('2', 'path2')).isEmpty).toBe(true);
  });

  test('disks of different sources differ', () => {
    const sources = [path('mnt'), path('mnt2'), mount('mnt'), mount('mnt2'), path(), mount()];
    const all = sources.map((source) => from(disk(10, { source })));
    all.forEach((left, i) => all.forEach((right, j) => expect(left.equals(right)).toBe(i === j)));
  });

  const sources: [string, Resource.DiskInfo.Source, boolean][] = [];
  for (const type of ['RAW', 'PATH', 'BLOCK', 'MOUNT'] as const) {
    for (const vendor of [undefined, 'vendor']) {
      for (const id of [undefined, 'id']) {
        for (const profile of [undefined, 'profile']) {
          const source = JSON.parse(JSON.stringify({ type, vendor, id, profile })) as Resource.DiskInfo.Source;
          const divisible = type === 'PATH' || (type === 'RAW' && id === undefined);
          sources.push([JSON.stringify(source), source, divisible]);
        }
      }
    }
  }
  test.each(sources)('%s can be added and split: %3$s', (_text, source, divisible) => {
    const one = from(disk(1, { source }));
    const two = from(disk(2, { source }));
    expect(one.contains(one)).toBe(true);
    expect(two.contains(one)).toBe(divisible);
    expect(two.equals(one.plus(one))).toBe(divisible);
    expect(one.plus(one).items).toHaveLength(divisible ? 1 : 2);
    expect(two.minus(one).equals(divisible ? one : two)).toBe(true);
  });

  test('persistent volumes come and go whole', () => {
    const volume = (size: number, id: string): Resources =>
      from(disk(size, { role: 'role', id, containerPath: 'path' }));
    const all = volume(10, '1').plus(volume(10, '2'));
    expect(all.contains(volume(10, '1')) && all.contains(volume(10, '2'))).toBe(true);
    expect(all.contains(volume(20, '1')) || all.contains(from(disk(20, { role: 'role' })))).toBe(false);
    expect(volume(20, '1').contains(volume(10, '1'))).toBe(false);
    expect(volume(10, '1').minus(volume(10, '2')).equals(volume(10, '1'))).toBe(true);
    expect(all.persistentVolumes().equals(all)).toBe(true);
  });

  test('two equal whole disks need two, one is not both', () => {
    const one = from(disk(10, { source: mount('mnt') }));
    const two = one.plus(one);
    expect(one.contains(two)).toBe(false);
    expect(one.plus(res('cpus:1')).contains(two)).toBe(false);
    expect(two.contains(two)).toBe(true);
    expect(two.minus(one).equals(one)).toBe(true);
    expect(one.minus(two).isEmpty).toBe(true);
  });
});

describe('shared volumes', () => {
  const shared = (size: number, id = '1'): Resources =>
    from(disk(size, { role: 'role1', id, containerPath: 'path', shared: true }));

  test('copies are counted, the amount is not', () => {
    const one = res('cpus:1;mem:5').plus(shared(50));
    const both = one.plus(res('cpus:2;mem:10').plus(shared(50)));
    expect(both.items).toHaveLength(3);
    expect(both.scalarMilli('disk')).toBe(50_000);
    expect(both.quantities().get('disk')).toBe(50_000);
    expect(both.shared().items[0]?.sharedCount).toBe(2);
    expect(both.contains(shared(50).plus(shared(50)))).toBe(true);
    expect(one.contains(shared(50).plus(shared(50)))).toBe(false);
    expect(both.minus(one).shared().items[0]?.sharedCount).toBe(1);
    expect(shared(50).equals(shared(50).plus(shared(50)))).toBe(false);
    expect(both.minus(one).minus(one).contains(shared(50))).toBe(false);
  });

  test('compound expressions', () => {
    const copies = (n: number): Resources =>
      Resources.sum([res('cpus:2;mem:10'), ...Array.from({ length: n }, () => shared(50))]);
    const [r1, r2] = [copies(4), copies(3)];
    expect(r1.plus(r1).minus(r1).equals(r1)).toBe(true);
    expect(r1.plus(r2).minus(r1).equals(r2)).toBe(true);
    expect(r2.minus(r1).plus(r1).equals(r1)).toBe(true);
    expect(r1.minus(r2).plus(r2).equals(r1)).toBe(true);
    expect(r2.minus(r1).isEmpty).toBe(true);
    expect(r1.minus(r2).isEmpty).toBe(false);
  });

  test('copies of another size, or not shared, are something else', () => {
    expect(shared(50).minus(shared(100)).equals(shared(50))).toBe(true);
    const alone = from(disk(50, { role: 'role1', id: '1', containerPath: 'path' }));
    const all = shared(50).plus(shared(50)).plus(alone);
    expect(all.items).toHaveLength(2);
    expect(all.scalarMilli('disk')).toBe(100_000);
    expect(alone.minus(shared(50)).equals(alone)).toBe(true);
    expect(shared(50).contains(alone) || alone.contains(shared(50))).toBe(false);
  });
});

describe('picking', () => {
  const volume = from(disk(10, { role: 'role1', id: '1', containerPath: 'path' }));
  const sharedVolume = from(disk(10, { role: 'role1', id: '2', containerPath: 'path', shared: true }));
  const revocable = from(scalar('cpus', 1, { revocable: {} }));
  const plain = res('cpus:1;mem:512;disk:1000;ports:[1-2];zones:{a}');
  const all = Resources.sum([plain, volume, sharedVolume, revocable]);

  test.each<[string, Resources, Resources]>([
    ['persistent volumes', all.persistentVolumes(), volume.plus(sharedVolume)],
    ['shared', all.shared(), sharedVolume],
    ['not shared', all.nonShared(), Resources.sum([plain, volume, revocable])],
    ['revocable', all.revocable(), revocable],
    ['not revocable', all.nonRevocable(), Resources.sum([plain, volume, sharedVolume])],
    ['scalars', plain.scalars(), res('cpus:1;mem:512;disk:1000')],
    ['not scalars', plain.nonScalars(), res('ports:[1-2];zones:{a}')],
    ['by name', plain.named('mem'), res('mem:512')],
    ['unreserved', all.unreserved(), plain.plus(revocable)],
    ['reserved', all.reserved(), volume.plus(sharedVolume)],
  ])('%s', (_what, picked, expected) => {
    expect(picked.toString()).toBe(expected.toString());
  });

  test('names, ranges and sets over all reservations', () => {
    const mixed = res('cpus(a):2;cpus:4;ports:[1-10];ports(a):[11-20, 30-31];zones(a):{y};zones:{x}');
    expect(mixed.names()).toEqual(['cpus', 'ports', 'zones']);
    expect(mixed.ranges('ports')).toEqual([
      { begin: 1, end: 20 },
      { begin: 30, end: 31 },
    ]);
    expect(mixed.set('zones')).toEqual(['x', 'y']);
    expect(mixed.scalarMilli('cpus')).toBe(6000);
    expect([mixed.scalarMilli('ports'), mixed.ranges('cpus'), mixed.set('ports')]).toEqual([0, [], []]);
  });
});

test('overlap: the same port or set item in several', () => {
  const volume = from(disk(1, { role: 'a', id: 'v', containerPath: 'p', shared: true }));
  expect(haveOverlap([res('ports:[1-3];cpus:1'), res('ports:[4-5];cpus:1')])).toBe(false);
  expect(haveOverlap([res('ports:[1-3]'), res('ports:[3-5]')])).toBe(true);
  expect(haveOverlap([res('zones:{a}'), res('zones:{b,a}')])).toBe(true);
  expect(haveOverlap([volume, volume])).toBe(false);
});
