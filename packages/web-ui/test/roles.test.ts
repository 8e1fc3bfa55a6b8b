// Goal: shares are those that the allocator compares. Method: examples worked out by hand, one from a real cluster.
import { describe, expect, test } from 'vitest';
import { minus, quantitiesOf, scalarsOf, sortedNames, sumOf } from '../src/core/quantities.js';
import type { RoleNode } from '../src/core/roles.js';
import { dividedTotal, frameworkShares, heldPart, roleTree, shareOf } from '../src/core/roles.js';
import { framework, scalar } from './support/rows.js';

const TOTAL = { cpus: 10, mem: 1000 };

describe('quantities', () => {
  test('sums are exact', () => {
    expect(quantitiesOf(Array.from({ length: 10 }, () => scalar('cpus', 0.1)))).toEqual({ cpus: 1 });
    expect(sumOf([{ cpus: 0.1 }, { cpus: 0.2 }, { mem: 1 }])).toEqual({ cpus: 0.3, mem: 1 });
    expect(minus({ cpus: 1, mem: 5 }, { cpus: 0.9, mem: 7 })).toEqual({ cpus: 0.1, mem: 0 });
  });

  test('ranges and sets count as many as they hold, and are no scalars', () => {
    const ports = { name: 'ports', type: 'RANGES' as const, ranges: { range: [{ begin: 31_000, end: 32_000 }] } };
    const disks = { name: 'disks', type: 'SET' as const, set: { item: ['a', 'b'] } };
    expect(quantitiesOf([ports, disks])).toEqual({ ports: 1001, disks: 2 });
    expect(scalarsOf([ports, scalar('cpus', 1)])).toEqual({ cpus: 1 });
  });

  test('cpus, mem, disk and gpus come first', () => {
    expect(sortedNames(['ports', 'gpus', 'bandwidth', 'cpus', 'mem'])).toEqual([
      'cpus',
      'mem',
      'gpus',
      'bandwidth',
      'ports',
    ]);
  });
});

describe('shares', () => {
  test('the dominant share is the largest part of one resource, and weight divides it', () => {
    expect(shareOf({ cpus: 2, mem: 500 }, TOTAL, 2)).toEqual({ dominant: 0.5, resource: 'mem', weighted: 0.25 });
  });

  test('equal parts are named after the first resource by name', () => {
    expect(shareOf({ cpus: 5, mem: 500 }, TOTAL, 1).resource).toBe('cpus');
  });

  test('of nothing there is no share, and a cluster without agents has none', () => {
    expect(shareOf({}, TOTAL, 1)).toEqual({ dominant: 0, resource: '', weighted: 0 });
    expect(shareOf({ cpus: 1 }, {}, 1).dominant).toBe(0);
  });

  test('resources that a flag leaves out are not divided', () => {
    expect(dividedTotal({ cpus: 1, gpus: 2 }, 'gpus,fpgas')).toEqual({ cpus: 1 });
    expect(dividedTotal({ cpus: 1 }, undefined)).toEqual({ cpus: 1 });
  });

  test('the answer of a real master whose one role holds or is offered everything', () => {
    const [role] = roleTree(
      [
        {
          name: 'dev',
          weight: 1,
          quota: { guarantee: {}, limit: {}, consumed: { cpus: 0.4, disk: 32, mem: 128 } },
          allocated: { cpus: 0.4, disk: 32, mem: 128 },
          offered: { cpus: 3.6, disk: 8160, mem: 3968, ports: 1001 },
          reserved: {},
          frameworks: ['f'],
        },
      ],
      { cpus: 4, mem: 4096, disk: 8192 },
    );
    expect(role?.share).toEqual({ dominant: 1, resource: 'cpus', weighted: 1 });
    expect(heldPart(role?.share ?? shareOf({}, {}, 1), role?.allocated ?? {}, { cpus: 4 })).toBe(0.1);
  });
});

describe('tree', () => {
  const role = (name: string, cpus: number) => ({ name, weight: 1, allocated: { cpus }, frameworks: [] });

  test('children follow their parents, by name', () => {
    const tree = roleTree([role('b', 1), role('a/y', 1), role('a', 3), role('a/x', 2), role('a/x/z', 1)], TOTAL);
    const names = (nodes: readonly RoleNode[]): string[] =>
      nodes.flatMap(({ name, depth, children }) => [`${depth} ${name}`, ...names(children)]);
    expect(names(tree)).toEqual(['0 a', '1 a/x', '2 a/x/z', '1 a/y', '0 b']);
  });

  test('a parent that nobody listed holds what its children hold', () => {
    const [parent] = roleTree([role('a/x', 2), role('a/y', 3)], TOTAL);
    expect(parent).toMatchObject({ name: 'a', weight: 1, allocated: { cpus: 5 }, share: { dominant: 0.5 } });
    expect(parent?.children.map(({ label }) => label)).toEqual(['x', 'y']);
  });
});

test('a framework has a share in each role, also in one it has left', () => {
  const shares = frameworkShares(
    framework({
      roles: ['dev', 'ops'],
      allocated_resources: [scalar('cpus', 2, 'dev'), scalar('mem', 100, 'old')],
      offered_resources: [scalar('cpus', 1, 'dev')],
    }),
    TOTAL,
  );
  expect(shares.map(({ role, share }) => [role, share.dominant, share.resource])).toEqual([
    ['dev', 0.3, 'cpus'],
    ['old', 0.1, 'mem'],
    ['ops', 0, ''],
  ]);
});
