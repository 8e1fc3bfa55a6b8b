// Goal: shrinking keeps what fits, in a given order. Method: vectors of Mesos' resources tests, then properties.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Limits, Quantities, Resources } from '@mini-mesos/resources';
import type { ItemOrder } from '@mini-mesos/resources';
import { milli, resources } from './support/arbitraries.js';
import { disk, from, limits, mount, quantities, res } from './support/build.js';

const mountDisk = (size: number): Resources => from(disk(size, { role: 'role', source: mount('mnt') }));
const text = (of: string): string => res(of).toString();

describe('to quantities', () => {
  test.each([
    ['', '', ''],
    ['', 'cpus:1', ''],
    ['cpus:1', '', ''],
    ['cpus:2', 'cpus:1', 'cpus:1'],
    ['cpus:2;mem:20', 'cpus:1;mem:10', 'cpus:1;mem:10'],
    ['cpus:2;mem:20', 'cpus:1;mem:10;disk:10', 'cpus:1;mem:10'],
    ['cpus:2;mem:20', 'cpus:1', 'cpus:1'],
    ['cpus:1;cpus(a):2', 'cpus:2', 'cpus:1;cpus(a):1'],
    ['ports:[1-3, 7-9];zones:{c,a,b}', 'ports:4;zones:2.5', 'ports:[1-3, 7-7];zones:{a,b}'],
  ])('%s to %s is %s', (have, target, expected) => {
    expect(res(have).shrinkTo(quantities(target)).toString()).toBe(text(expected));
  });

  test('whole disks are kept or dropped', () => {
    expect(mountDisk(20).shrinkTo(quantities('disk:10'))).toBe(Resources.EMPTY);
    expect(mountDisk(10).shrinkTo(quantities('disk:10')).equals(mountDisk(10))).toBe(true);
  });

  test('the order decides what is kept', () => {
    const both = res('disk:10').plus(mountDisk(10));
    const wholeFirst: ItemOrder = (a, b) => (a.kind === b.kind ? 0 : a.kind === 'whole' ? -1 : 1);
    expect(both.shrinkTo(quantities('disk:10')).toString()).toBe('disk:10');
    expect(both.shrinkTo(quantities('disk:10'), wholeFirst).equals(mountDisk(10))).toBe(true);
    expect(both.shrinkTo(quantities('disk:15'), wholeFirst).equals(mountDisk(10).plus(res('disk:5')))).toBe(true);
    expect(both.shrinkTo(quantities('disk:15'), (a, b) => -wholeFirst(a, b)).toString()).toBe('disk:10');
  });
});

describe('to limits', () => {
  test.each([
    ['', '', ''],
    ['cpus:1', '', 'cpus:1'],
    ['cpus:2', 'cpus:1', 'cpus:1'],
    ['cpus:2;mem:20', 'cpus:1;mem:10;disk:10', 'cpus:1;mem:10'],
    ['cpus:2;mem:20', 'cpus:1', 'cpus:1;mem:20'],
    ['cpus:2;mem:20', 'cpus:0', 'mem:20'],
  ])('%s to %s is %s', (have, target, expected) => {
    expect(res(have).shrinkToLimits(limits(target)).toString()).toBe(text(expected));
  });

  test('whole disks are kept or dropped', () => {
    expect(mountDisk(20).shrinkToLimits(limits('disk:10'))).toBe(Resources.EMPTY);
  });
});

describe('laws', () => {
  const names = ['cpus', 'mem', 'gpus', 'disk', 'ports', 'devices'] as const;
  const amounts = fc.array(fc.tuple(fc.constantFrom(...names), milli), { maxLength: 4 });
  const orders = fc.constantFrom<ItemOrder | undefined>(undefined, (a, b) => (a.key < b.key ? 1 : -1));

  test('never too much, never invented, and all of it where it fits', () => {
    fc.assert(
      fc.property(resources(), amounts, orders, (have, list, order) => {
        const target = Quantities.of(list);
        const shrunk = have.shrinkTo(target, order);
        expect(target.contains(shrunk.quantities())).toBe(true);
        expect(have.contains(shrunk)).toBe(true);
        expect(have.shrinkTo(have.quantities(), order).equals(have)).toBe(true);
      }),
    );
  });

  test('to limits the same, and names without limit are untouched', () => {
    fc.assert(
      fc.property(resources(), amounts, orders, (have, list, order) => {
        const target = Limits.of(list);
        const shrunk = have.shrinkToLimits(target, order);
        expect(target.allows(shrunk.quantities())).toBe(true);
        expect(have.contains(shrunk)).toBe(true);
        for (const name of names) {
          if (target.get(name) === undefined) expect(shrunk.named(name).equals(have.named(name))).toBe(true);
        }
      }),
    );
  });

  test('what can be split is used up to the thousandth', () => {
    fc.assert(
      fc.property(resources(), milli, (have, amount) => {
        const cpus = have.named('cpus');
        const expected = Math.min(amount, cpus.scalarMilli('cpus'));
        expect(have.shrinkTo(Quantities.of({ cpus: amount })).scalarMilli('cpus')).toBe(expected);
      }),
    );
  });
});
