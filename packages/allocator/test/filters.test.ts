// Goal: refused resources are not offered again while the refusal lasts, and only they. Method: scripts; those of Mesos
// name their test in brackets. An allocation interval is a second unless a row says otherwise.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpiryQueue } from '../src/filters/expiry-queue.js';
import { OfferFilters } from '../src/filters/offer-filters.js';
import { refusalMs } from '../src/filters/refusal-time.js';
import { res } from './support/build.js';
import {
  agent,
  agentCommand,
  all,
  batch,
  check,
  convert,
  decline,
  framework,
  frameworkCommand,
  recover,
  revive,
  run,
  updateAgent,
  updateFramework,
  wait,
} from './support/script.js';

const DAY_S = 24 * 60 * 60;

const active = (count: number | undefined, role = 'role') =>
  check(({ allocator }) => expect(allocator.activeFilters.get(role)).toBe(count));

describe('a filter lasts', () => {
  test('as long as the framework said [OfferFilter]', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1;mem:512'), 'f role a cpus:1;mem:512'],
      [all(decline('f role a', 2), active(1))],
      [batch()],
      [batch(), 'f role a cpus:1;mem:512'],
      [active(undefined)],
    ]);
  });

  test('at least until a batch has seen it [SmallOfferFilterTimeout]', () => {
    run(
      [
        [all(framework('f1', 'role'), framework('f2', 'role'))],
        [agent('a1', 'cpus:1;mem:512', { used: { 'f1 role': 'cpus:1;mem:512' } })],
        [agent('a2', 'cpus:1;mem:512'), 'f2 role a2 cpus:1;mem:512'],
        [all(decline('f2 role a2', 1), wait(1_000))],
        // It is over by its time, but no batch saw it: f1 gets the agent although f2 holds less.
        [batch(), 'f1 role a2 cpus:1;mem:512'],
        [decline('f1 role a2')],
        [batch(), 'f2 role a2 cpus:1;mem:512'],
      ],
      { allocationIntervalMs: 60_000 },
    );
  });

  test('not only until an event in between has seen it', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [all(decline('f role a', 0.1), wait(900))],
      [agent('b', 'cpus:1', { attributes: 'x:y' }), 'f role b cpus:1'],
      [all(wait(900), updateAgent('a', 'cpus:1', { hostname: 'other' }))],
      [batch()],
      [batch(), 'f role a cpus:1'],
    ]);
  });

  test.each([
    [0, undefined],
    [-0, undefined],
    [0.1, 1_000],
    [5, 5_000],
    [-1, 5_000],
    [-Infinity, 5_000],
    [NaN, 5_000],
    [365 * DAY_S, 365 * DAY_S * 1_000],
    [366 * DAY_S, 365 * DAY_S * 1_000],
    [Infinity, 365 * DAY_S * 1_000],
    [2 ** 31, 365 * DAY_S * 1_000],
  ])('%s seconds: %s ms', (seconds, ms) => {
    expect(refusalMs(seconds, 1_000)).toBe(ms);
  });

  test('nothing at all with 0 seconds, and without seconds', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [decline('f role a', 0)],
      [batch(), 'f role a cpus:1'],
      [decline('f role a')],
      [all(active(undefined), batch()), 'f role a cpus:1'],
    ]);
  });
});

describe('a filter is for', () => {
  test('what was refused, or less of it', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:4;mem:1024'), 'f role a cpus:4;mem:1024'],
      [recover('f role a', 'cpus:2;mem:512', 100)],
      [batch()],
      // One more thing on the agent, and all of it is offered again.
      [recover('f role a', 'cpus:1')],
      [batch(), 'f role a cpus:3;mem:512'],
    ]);
  });

  test('one agent', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [decline('f role a', 100)],
      [agent('b', 'cpus:1'), 'f role b cpus:1'],
      [batch()],
    ]);
  });

  test('one role of the framework', () => {
    run([
      [framework('f', 'r1 r2')],
      [agent('a', 'cpus:1'), 'f r1 a cpus:1'],
      [decline('f r1 a', 100)],
      [batch(), 'f r2 a cpus:1'],
      [decline('f r2 a', 100)],
      [batch()],
    ]);
  });

  test('one framework [ActiveOfferFiltersMetrics]', () => {
    run([
      [agent('a', 'cpus:2;mem:1024')],
      [framework('f1', 'roleA'), 'f1 roleA a cpus:2;mem:1024'],
      [all(decline('f1 roleA a', 100), active(1, 'roleA'))],
      [framework('f2', 'roleB'), 'f2 roleB a cpus:2;mem:1024'],
      [all(decline('f2 roleB a', 100), active(1, 'roleA'), active(1, 'roleB'))],
      [framework('f3', 'roleA'), 'f3 roleA a cpus:2;mem:1024'],
      [all(decline('f3 roleA a', 100), active(2, 'roleA'), active(1, 'roleB'))],
    ]);
  });
});

describe('filters are cleared', () => {
  const refusing = [
    [framework('f', 'role')],
    [agent('a', 'cpus:1;mem:512'), 'f role a cpus:1;mem:512'],
    [decline('f role a', 100)],
    [batch()],
  ] as const;
  const offered = 'f role a cpus:1;mem:512';

  test('by REVIVE, at once [ReviveOffers]', () => {
    run([...refusing, [revive('f'), offered]]);
  });

  test('by REVIVE of their role only', () => {
    run([
      [framework('f', 'r1 r2')],
      [agent('a', 'cpus:1'), 'f r1 a cpus:1'],
      [decline('f r1 a', 100)],
      [batch(), 'f r2 a cpus:1'],
      [decline('f r2 a', 100)],
      [revive('f', 'r2'), 'f r2 a cpus:1'],
    ]);
  });

  test('when the attributes of the agent change [RemoveFilters]', () => {
    run([...refusing, [updateAgent('a', 'cpus:1;mem:512', { attributes: 'foo:bar;baz:quux' }), offered]]);
  });

  test('not when only its capabilities change', () => {
    run([
      ...refusing,
      [updateAgent('a', 'cpus:1;mem:512', { capabilities: ['MULTI_ROLE', 'AGENT_DRAINING'] })],
      [active(1)],
    ]);
  });

  test('with the agent', () => {
    run([
      ...refusing,
      [agentCommand('remove-agent', 'a')],
      [active(undefined)],
      [agent('a', 'cpus:1;mem:512'), offered],
    ]);
  });

  test('when the framework loses its connection', () => {
    run([
      ...refusing,
      [all(frameworkCommand('deactivate-framework', 'f'), active(undefined))],
      [frameworkCommand('activate-framework', 'f'), offered],
    ]);
  });

  test('with the framework', () => {
    run([
      ...refusing,
      [frameworkCommand('remove-framework', 'f')],
      [active(undefined)],
      [framework('f', 'role'), offered],
    ]);
  });

  test('when the role is unsubscribed', () => {
    run([
      ...refusing,
      [updateFramework('f', 'other')],
      [active(undefined)],
      [updateFramework('f', 'role')],
      [batch(), offered],
    ]);
  });

  test('when the role was suppressed and is no more', () => {
    run([
      ...refusing,
      [updateFramework('f', 'role', { suppressed: ['role'] })],
      [active(1)],
      [updateFramework('f', 'role')],
      [batch(), offered],
    ]);
  });

  test('not by another update of the framework', () => {
    run([...refusing, [updateFramework('f', 'role other')], [batch(), 'f other a cpus:1;mem:512'], [active(1)]]);
  });
});

describe('no filter is made', () => {
  test('for a role that the framework has left', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [updateFramework('f', 'other')],
      [decline('f role a', 100)],
      [active(undefined)],
      [updateFramework('f', 'role')],
      [batch(), 'f role a cpus:1'],
    ]);
  });

  test('of what was recovered from an agent or a framework that is gone', () => {
    run([
      [framework('f', 'role')],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [agentCommand('remove-agent', 'a')],
      [decline('f role a', 100)],
      [agent('a', 'cpus:1'), 'f role a cpus:1'],
      [frameworkCommand('remove-framework', 'f')],
      [decline('f role a', 100)],
      [framework('f', 'role'), 'f role a cpus:1'],
    ]);
  });
});

test('a filter holds over a conversion that leaves less to offer', () => {
  run([
    [framework('f', 'role')],
    [agent('a', 'cpus:4;mem:512'), 'f role a cpus:4;mem:512'],
    [all(convert('f role a', 'cpus:2', 'cpus(role):2'), recover('f role a', 'cpus:2;mem:512', 100))],
    [batch()],
    [recover('f role a', 'cpus(role):2')],
    [batch(), 'f role a cpus:2;mem:512;cpus(role):2'],
  ]);
});

describe('the filters of one place', () => {
  const place = { frameworkId: 'f', role: 'r', agentId: 'a' };
  const refuses = (filters: OfferFilters, offered: string) =>
    filters.refuses({ frameworkId: 'f', role: 'r', agentId: 'a' }, res(offered));

  test('give way to one that refuses more for longer', () => {
    const filters = new OfferFilters();
    filters.add(place, { refused: res('cpus:1'), expiresAtMs: 10 });
    filters.add(place, { refused: res('mem:64'), expiresAtMs: 10 });
    expect(filters.countByRole.get('r')).toBe(2);
    filters.add(place, { refused: res('cpus:1;mem:64'), expiresAtMs: 20 });
    expect(filters.countByRole.get('r')).toBe(1);
    filters.add(place, { refused: res('cpus:0.5'), expiresAtMs: 15 });
    expect(filters.countByRole.get('r')).toBe(1);
    filters.add(place, { refused: res('cpus:0.5'), expiresAtMs: 30 });
    expect(filters.countByRole.get('r')).toBe(2);
  });

  test('do not give way to one that a batch has seen', () => {
    const filters = new OfferFilters();
    filters.add(place, { refused: res('cpus:1'), expiresAtMs: 10 });
    filters.batchRunEnded();
    filters.add(place, { refused: res('cpus:1'), expiresAtMs: 10 });
    filters.expire(10);
    expect(refuses(filters, 'cpus:1')).toBe(true);
    filters.batchRunEnded();
    filters.expire(10);
    expect(refuses(filters, 'cpus:1')).toBe(false);
  });

  test('are few: the first to end makes room', () => {
    const filters = new OfferFilters();
    for (let i = 0; i < 64; i += 1) {
      filters.add(place, { refused: res(`cpus:${i + 1};mem:${100 - i}`), expiresAtMs: 1_000 - i });
    }
    expect([filters.countByRole.get('r'), refuses(filters, 'cpus:64')]).toEqual([64, true]);
    filters.add(place, { refused: res('cpus:65;mem:1'), expiresAtMs: 5_000 });
    expect([filters.countByRole.get('r'), refuses(filters, 'cpus:64;mem:37')]).toEqual([64, false]);
  });

  test('end when their time has come, however many there are', () => {
    const filters = new OfferFilters();
    for (let i = 0; i < 100_000; i += 1) {
      filters.add(
        { frameworkId: `f${i % 100}`, role: 'r', agentId: `a${i}` },
        { refused: res('cpus:1'), expiresAtMs: i % 1_000 },
      );
    }
    filters.batchRunEnded();
    filters.expire(499);
    expect(filters.countByRole.get('r')).toBe(50_000);
    filters.clearFramework('f99');
    expect(filters.countByRole.get('r')).toBe(49_500);
    filters.expire(999);
    expect(filters.countByRole.size).toBe(0);
  });
});

describe('the queue of endings', () => {
  test('[property] gives entries in order of their time, whatever ends early', () => {
    const entry = fc.record({ expiresAtMs: fc.nat(50), endsEarly: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 200 }), fc.nat(60), (specs, nowMs) => {
        const queue = new ExpiryQueue<{ expiresAtMs: number; serial: number; isGone: boolean }>();
        const entries = specs.map(({ expiresAtMs }, serial) => ({ expiresAtMs, serial, isGone: false }));
        for (const each of entries) queue.push(each);
        specs.forEach(({ endsEarly }, i) => {
          const each = entries[i];
          if (!endsEarly || each === undefined) return;
          each.isGone = true;
          queue.noteGone();
        });
        const popped = [];
        for (let next = queue.popExpired(nowMs); next !== undefined; next = queue.popExpired(nowMs)) popped.push(next);
        const due = entries.filter(({ expiresAtMs, isGone }) => !isGone && expiresAtMs <= nowMs);
        expect(popped).toEqual(due.sort((a, b) => a.expiresAtMs - b.expiresAtMs || a.serial - b.serial));
      }),
    );
  });

  test('sweeps out what ended early', () => {
    const queue = new ExpiryQueue<{ expiresAtMs: number; serial: number; isGone: boolean }>();
    for (let serial = 0; serial < 10_000; serial += 1) {
      const entry = { expiresAtMs: 1e12, serial, isGone: false };
      queue.push(entry);
      entry.isGone = true;
      queue.noteGone();
    }
    expect(queue.size).toBeLessThan(1_100);
  });
});
