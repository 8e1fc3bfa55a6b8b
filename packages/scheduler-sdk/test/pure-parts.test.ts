// Goal: the small pure parts: redirects, back-off, acknowledgements, reconciliation, roles, framework info, what events
// and answers mean. Method: tables.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SDK_ERRORS, SdkError } from '@mini-mesos/scheduler-sdk';
import { Acknowledgements, UPDATES_REMEMBERED_MAX } from '../src/core/acknowledgements.js';
import { Backoff } from '../src/core/backoff.js';
import { completeFramework, rolesOf } from '../src/core/framework-info.js';
import { RECONCILED_TASKS_MAX, ReconciliationLoop } from '../src/core/reconciliation.js';
import { redirectTarget } from '../src/core/redirect.js';
import { callOutcome } from '../src/core/refusals.js';
import { SuppressedRoles } from '../src/core/roles.js';
import { readEvent } from '../src/core/scheduler-events.js';
import { uuid } from './fake-master.js';

test.each([
  [307, '//10.0.0.1:5050/master/api/v1/scheduler', '10.0.0.1:5050'],
  [307, '//[::1]:5050/api/v1/scheduler', '[::1]:5050'],
  [307, 'http://host:1/x?y', 'host:1'],
  [302, '//host/x', 'host:80'],
  [307, '//user@host:1/', undefined],
  [307, '/api/v1/scheduler', undefined],
  [307, 'https://host:1/', undefined],
  [307, undefined, undefined],
  [200, '//host:1/', undefined],
])('%i to %s goes to %s', (status, location, target) => {
  expect(redirectTarget(status, location)).toBe(target);
});

test('a back-off waits between half and the whole of a ceiling that doubles up to its bound', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 20 }), (draws) => {
      const queue = [...draws];
      const backoff = new Backoff({ firstMs: 100, maxMs: 5_000 }, () => queue.shift() ?? 0);
      draws.forEach((_, i) => {
        const ceilingMs = Math.min(5_000, 100 * 2 ** i);
        const waitMs = backoff.next();
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(ceilingMs / 2));
        expect(waitMs).toBeLessThanOrEqual(ceilingMs);
      });
      backoff.reset();
      expect(backoff.next()).toBeLessThanOrEqual(100);
    }),
  );
});

describe('acknowledgements', () => {
  test('A1, A2: automatic', () => {
    const updates = new Acknowledgements('automatic');
    expect([updates.arrived(uuid(1)), updates.arrived(uuid(1))]).toEqual(['show', 'drop']);
    updates.acknowledged(uuid(1));
    expect(updates.arrived(uuid(1))).toBe('acknowledge');
    expect(updates.arrived(uuid(2))).toBe('show');
    updates.forget(uuid(2));
    expect(updates.arrived(uuid(2))).toBe('show');
  });

  test('A3, A4: explicit, and updates without uuid', () => {
    const updates = new Acknowledgements('explicit');
    expect([updates.arrived(uuid(1)), updates.arrived(uuid(1))]).toEqual(['show', 'show']);
    updates.acknowledged(uuid(1));
    expect([updates.arrived(uuid(1)), updates.arrived(undefined), updates.arrived(undefined)]).toEqual([
      'acknowledge',
      'show',
      'show',
    ]);
  });

  test('the oldest is forgotten beyond the bound', () => {
    const updates = new Acknowledgements('automatic');
    const numbered = (n: number): Buffer => {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt32BE(n);
      return bytes;
    };
    for (let n = 0; n <= UPDATES_REMEMBERED_MAX; n++) updates.acknowledged(numbered(n));
    expect([updates.arrived(numbered(1)), updates.arrived(numbered(0))]).toEqual(['acknowledge', 'show']);
  });
});

describe('the reconciliation loop', () => {
  const task = (taskId: string) => ({ taskId });
  const subscribed = (): ReconciliationLoop => {
    const loop = new ReconciliationLoop(() => 1);
    loop.subscribed();
    return loop;
  };

  test('it asks with growing waits for what remains, and is done once', () => {
    const loop = subscribed();
    const added = loop.add([task('a'), task('b')]);
    expect(added.ok ? added.value : []).toEqual([
      { type: 'ask', tasks: [task('a'), task('b')] },
      { type: 'timer', delayMs: 2_000 },
    ]);
    expect(loop.answered('a')).toEqual([]);
    expect(loop.timerFired()).toEqual([
      { type: 'ask', tasks: [task('b')] },
      { type: 'timer', delayMs: 4_000 },
    ]);
    const waits = Array.from({ length: 6 }, () => loop.timerFired()[1]);
    expect(waits.at(-1)).toEqual({ type: 'timer', delayMs: 60_000 });
    expect(loop.answered('nobody')).toEqual([]);
    expect(loop.answered('b')).toEqual([{ type: 'cancel' }, { type: 'done' }]);
    expect(loop.answered('b')).toEqual([]);
  });

  test('without a subscription it waits for one', () => {
    const loop = new ReconciliationLoop(() => 1);
    const added = loop.add([task('a')]);
    expect(added.ok ? added.value : ['refused']).toEqual([]);
    expect(loop.subscribed()[0]).toEqual({ type: 'ask', tasks: [task('a')] });
    expect(loop.disconnected()).toEqual([{ type: 'cancel' }]);
    expect(loop.timerFired()).toEqual([]);
  });

  test('too many tasks are refused as a whole', () => {
    const loop = subscribed();
    const many = Array.from({ length: RECONCILED_TASKS_MAX + 1 }, (_, i) => task(String(i)));
    const added = loop.add(many);
    expect(added.ok ? '' : added.error.code).toBe('MM_SDK_QUEUE_FULL');
    expect(loop.remainingCount).toBe(0);
  });
});

test('suppressed roles follow the framework and the calls', () => {
  const roles = new SuppressedRoles(['a', 'b'], ['b', 'gone']);
  expect(roles.suppressed).toEqual(['b']);
  roles.suppress([]);
  expect(roles.suppressed).toEqual(['a', 'b']);
  roles.revive(['a']);
  expect([roles.suppressed, roles.check(['a']).ok, roles.check(['x']).ok, roles.check([]).ok]).toEqual([
    ['b'],
    true,
    false,
    true,
  ]);
  roles.replace(['b', 'c'], ['c', 'a']);
  expect(roles.suppressed).toEqual(['c']);
});

test('a framework gets what it lacks, and its role where Mesos wants it', () => {
  const defaults = { user: 'me', hostname: 'here' };
  const old = completeFramework({ name: 'n', role: 'dev' }, defaults);
  expect([old.role, old.roles, old.user, old.hostname]).toEqual([undefined, ['dev'], 'me', 'here']);
  const single = completeFramework({ name: 'n', user: 'u', roles: ['dev'], capabilities: [] }, defaults);
  expect([single.role, single.roles, single.user]).toEqual(['dev', [], 'u']);
  expect([rolesOf(old), rolesOf(single), rolesOf({ name: 'n', user: 'u' })]).toEqual([['dev'], ['dev'], ['*']]);
});

test.each([
  [202, '', 'done'],
  [200, '', 'done'],
  [503, '', 'later'],
  [307, '', 'later'],
  [403, 'Framework is not subscribed', 'later'],
  [400, "The stream ID 'x' included in this request didn't match the stream ID currently associated", 'later'],
  [400, 'Framework cannot be found', 'refused'],
  [403, 'not allowed', 'refused'],
  [501, '', 'later'],
])('%i %s: %s', (status, text, type) => {
  expect(callOutcome('KILL', status, text).type).toBe(type);
});

test('events without their body, and of unknown types, are passed over', () => {
  for (const type of ['SUBSCRIBED', 'ERROR', 'RESCIND', 'UPDATE', 'MESSAGE', 'FAILURE', 'UNKNOWN'] as const) {
    expect(readEvent({ type })).toBeUndefined();
  }
  expect(readEvent({})).toBeUndefined();
  expect(readEvent({ type: 'OFFERS' })).toEqual({ kind: 'event', event: { type: 'offers', offers: [] } });
  expect(readEvent({ type: 'SUBSCRIBED', subscribed: { framework_id: { value: 'f' } } })).toMatchObject({
    heartbeatIntervalMs: 15_000,
  });
});

test('every error says what to do', () => {
  for (const [code, { hint }] of Object.entries(SDK_ERRORS)) {
    expect(code).toMatch(/^MM_SDK_[A-Z_]+$/);
    expect(hint).toMatch(/^[a-z].*[^.]$/);
  }
  expect(new SdkError('MM_SDK_STOPPED', 'x').message).toBe('x: create a new one');
});
