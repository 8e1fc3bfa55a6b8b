// Goal: messages of all three formats mean the same, and survive the way in and out. Method: what a real Mesos prints,
// vectors of its tests, and round trips of random resources.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '@mini-mesos/proto';
import {
  formatResource,
  injectAllocation,
  Resources,
  stripAllocation,
  upgradeResource,
  upgradeResources,
  validateResources,
  validateResourceShape,
} from '@mini-mesos/resources';
import { resources } from './support/arbitraries.js';
import { disk, dynamicTo, from, labels, res, scalar, staticTo } from './support/build.js';

const rk = labels(['rk', 'rv']);
const table: [string, { refined: Resource; old: Resource; endpoint: Resource }][] = [
  [
    'unreserved',
    { refined: scalar('cpus', 4), old: scalar('cpus', 4, { role: '*' }), endpoint: scalar('cpus', 4, { role: '*' }) },
  ],
  [
    'static',
    {
      refined: scalar('cpus', 4, { reservations: [staticTo('ops')] }),
      old: scalar('cpus', 4, { role: 'ops' }),
      endpoint: scalar('cpus', 4, { role: 'ops', reservations: [staticTo('ops')] }),
    },
  ],
  [
    'dynamic without principal',
    {
      refined: scalar('cpus', 0.2, { reservations: [dynamicTo('ops')] }),
      old: scalar('cpus', 0.2, { role: 'ops', reservation: {} }),
      endpoint: scalar('cpus', 0.2, { role: 'ops', reservation: {}, reservations: [dynamicTo('ops')] }),
    },
  ],
  [
    'dynamic with principal and labels',
    {
      refined: scalar('cpus', 1, { reservations: [dynamicTo('dev', 'p', rk)] }),
      old: scalar('cpus', 1, { role: 'dev', reservation: { principal: 'p', labels: rk } }),
      endpoint: scalar('cpus', 1, {
        role: 'dev',
        reservation: { principal: 'p', labels: rk },
        reservations: [dynamicTo('dev', 'p', rk)],
      }),
    },
  ],
];

describe.each(table)('%s', (_what, { refined, old, endpoint }) => {
  test('all formats are read alike', () => {
    for (const message of [refined, old, endpoint]) {
      expect(validateResourceShape(message)).toBeUndefined();
      expect(from(message).equals(from(refined))).toBe(true);
      expect(upgradeResource(message)).toEqual(refined);
    }
    expect(upgradeResources([old, endpoint])).toEqual([refined, refined]);
  });

  test('all formats are written', () => {
    expect(from(old).toProto()).toEqual([refined]);
    expect(from(refined).toProto('pre-refinement')).toEqual([old]);
    expect(from(refined).toProto('endpoint')).toEqual([endpoint]);
    expect(formatResource(endpoint, 'pre-refinement')).toEqual(old);
    expect(formatResource(old, 'endpoint')).toEqual(endpoint);
    expect(formatResource(endpoint, 'refined')).toEqual(refined);
  });
});

describe('refined reservations', () => {
  const refined = scalar('cpus', 1, { reservations: [staticTo('a'), dynamicTo('a/b', 'p')] });

  test('only the new field says them', () => {
    expect(from(refined).toProto('endpoint')).toEqual([refined]);
    expect(formatResource(refined, 'endpoint')).toEqual(refined);
  });

  test('the old format cannot', () => {
    const reason = "'cpus' has refined reservations, which the format before them cannot express";
    expect(() => from(refined).toProto('pre-refinement')).toThrow(reason);
    expect(() => formatResource(refined, 'pre-refinement')).toThrow(reason);
    expect(from(refined, scalar('cpus', 2)).unrefined().toProto('pre-refinement')).toEqual([
      scalar('cpus', 2, { role: '*' }),
    ]);
  });
});

describe('reading', () => {
  test('nothing, zero, and amounts that are not valid are left out', () => {
    expect(Resources.fromProto(undefined)).toBe(Resources.EMPTY);
    expect(
      from(
        scalar('cpus', 0),
        scalar('cpus', -1),
        scalar('cpus', NaN),
        { name: 'cpus', type: 'SCALAR' },
        { name: 'ports', type: 'RANGES', ranges: {} },
        { name: 'zones', type: 'SET', set: {} },
        { name: 'os', type: 'TEXT' },
      ).isEmpty,
    ).toBe(true);
  });

  test('what is done to a message later does not reach the resources, nor the other way round', () => {
    const volume = disk(1, { role: 'a', id: 'v', containerPath: 'data' });
    const reserved = scalar('cpus', 1, { reservations: [dynamicTo('a', 'p', labels(['k', 'v']))] });
    const kept = from(volume, reserved);
    const before = kept.toString();
    const change = (messages: Resource[]): void => {
      for (const message of messages) {
        if (message.disk?.volume !== undefined) message.disk.volume.container_path = 'changed';
        for (const reservation of message.reservations ?? []) {
          reservation.role = 'changed';
          for (const label of reservation.labels?.labels ?? []) label.key = 'changed';
        }
      }
    };
    change([volume, reserved]);
    expect(kept.toString()).toBe(before);
    change(kept.toProto());
    expect(kept.toString()).toBe(before);
  });

  test('of a shared volume one message is written, as in Mesos', () => {
    const volume = disk(1, { role: 'a', id: 'v', containerPath: 'data', shared: true });
    expect(from(volume, volume).toProto()).toEqual([volume]);
  });
});

test('allocations are put on and taken off messages', () => {
  const mixed = [scalar('cpus', 1), scalar('mem', 1, { allocation_info: { role: 'b' } })];
  expect(injectAllocation(mixed, 'a').map(({ allocation_info: info }) => info?.role)).toEqual(['a', 'b']);
  expect(stripAllocation(injectAllocation(mixed, 'a'))).toEqual([scalar('cpus', 1), scalar('mem', 1)]);
  expect(mixed[0]).toEqual(scalar('cpus', 1));
  expect(res('cpus:1').allocate('a').toProto()).toEqual(injectAllocation([scalar('cpus', 1)], 'a'));
});

describe('round trips', () => {
  // A shared volume is written once, whatever its copies: one copy is what a message can say.
  const single = resources({ copies: 1 }).filter((all) => all.items.every(({ sharedCount = 1 }) => sharedCount === 1));

  test.each(['refined', 'endpoint'] as const)('%s', (format) => {
    fc.assert(
      fc.property(single, (all) => {
        const back = Resources.fromProto(all.toProto(format));
        expect(back.toString()).toBe(all.toString());
        expect(back.equals(all)).toBe(true);
        for (const message of all.toProto(format)) expect(validateResourceShape(message)).toBeUndefined();
      }),
    );
  });

  test('pre-refinement', () => {
    fc.assert(
      fc.property(single, (all) => {
        const expressible = all.unrefined();
        const back = Resources.fromProto(expressible.toProto('pre-refinement'));
        expect(back.equals(expressible)).toBe(true);
      }),
    );
  });

  test('what is written and valid prints what the items print', () => {
    fc.assert(
      fc.property(single, (all) => {
        if (validateResources(all.toProto()) !== undefined) return;
        expect(Resources.fromProto(all.toProto()).toString()).toBe(all.toString());
      }),
    );
  });
});
