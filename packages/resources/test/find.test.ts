// Goal: wanted amounts are found in the right order and never invented. Method: Mesos' vectors, then properties.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resources } from '@mini-mesos/resources';
import { resources } from './support/arbitraries.js';
import { disk, from, res, scalar } from './support/build.js';

const found = (have: Resources, wanted: Resources): string => have.find(wanted)?.toString() ?? 'none';
const text = (of: string): string => res(of).toString();

describe('order: the own role, then unreserved, then other roles', () => {
  test.each([
    [
      'cpus(role1):2;mem(role1):10;cpus:4;mem:20',
      'cpus(role1):3;mem(role1):15',
      'cpus(role1):2;mem(role1):10;cpus:1;mem:5',
    ],
    [
      'cpus(role1):1;mem(role1):5;cpus(role2):2;mem(role2):8;cpus:1;mem:7',
      'cpus(role1):3;mem(role1):15',
      'cpus(role1):1;mem(role1):5;cpus:1;mem:7;cpus(role2):1;mem(role2):3',
    ],
    ['cpus(role1):5;mem(role1):5;cpus:5;mem:5', 'cpus:6;mem:6', 'cpus:5;mem:5;cpus(role1):1;mem(role1):1'],
    ['cpus(a):1;cpus(b):1;cpus(c):1', 'cpus:3', 'cpus(a):1;cpus(b):1;cpus(c):1'],
    ['ports(a):[1-10];ports:[11-20]', 'ports:[5-15]', 'ports(a):[5-10];ports:[11-15]'],
    ['zones(a):{x};zones:{y,z}', 'zones(a):{x,y}', 'zones(a):{x};zones:{y}'],
  ])('in %s, %s', (have, wanted, expected) => {
    expect(found(res(have), res(wanted))).toBe(text(expected));
  });

  test.each([
    ['cpus(role1):1;mem(role1):1', 'cpus(role1):2;mem(role1):2'],
    ['cpus:1', 'mem:1'],
    ['ports:[1-10]', 'ports:[10-11]'],
    ['cpus:2', 'cpus(a):2;cpus(b):2'],
  ])('in %s, not %s', (have, wanted) => {
    expect(found(res(have), res(wanted))).toBe('none');
  });
});

test('revocable resources are not found for others', () => {
  const revocable = from(scalar('cpus', 1, { revocable: {} }));
  const regular = res('cpus:1');
  const both = revocable.plus(regular);
  expect(found(both, revocable)).toBe('cpus{REV}:1');
  expect(found(both, regular)).toBe('cpus:1');
  expect(found(revocable, regular)).toBe('none');
  expect(found(regular, revocable)).toBe('none');
});

test('whole disks are found whole, shared ones copy by copy', () => {
  const volume = (size: number, shared = false): Resources =>
    from(disk(size, { role: 'a', id: 'v', containerPath: 'data', shared }));
  expect(found(volume(10), volume(10))).toBe(volume(10).toString());
  expect(found(volume(10), volume(5))).toBe('none');
  const two = volume(10, true).plus(volume(10, true));
  expect(found(two, volume(10, true))).toBe(volume(10, true).toString());
  expect(found(volume(10, true), two)).toBe('none');
});

describe('laws', () => {
  test('what is there is found, in any reservation', () => {
    fc.assert(
      fc.property(resources(), resources(), (a, b) => {
        expect(a.plus(b).find(a)).toBeDefined();
        expect(a.plus(b).find(a.toUnreserved())?.toUnreserved().toString()).toBe(a.toUnreserved().toString());
      }),
    );
  });

  test('what is found is there, and is what was wanted', () => {
    fc.assert(
      fc.property(resources(), resources(), (have, wanted) => {
        const result = have.find(wanted);
        if (result === undefined) return;
        expect(have.contains(result)).toBe(true);
        expect(result.toUnreserved().toString()).toBe(wanted.toUnreserved().toString());
      }),
    );
  });
});
