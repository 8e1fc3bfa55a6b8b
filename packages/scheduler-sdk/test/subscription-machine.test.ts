// Goal: the subscription machine keeps its invariants S1 to S5 whatever happens in whatever order, and takes the right
// way in each situation. Method: tables of inputs on virtual time, and random sequences (fast-check prints the seed).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MISSED_HEARTBEATS_MAX } from '../src/core/heartbeat.js';
import { REDIRECTS_MAX } from '../src/core/redirect.js';
import {
  STABLE_AFTER_MS,
  SUBSCRIBE_TIMEOUT_MS,
  SUBSCRIPTION_BACKOFF,
  SubscriptionMachine,
} from '../src/core/subscription.js';
import type { SubscriptionEffect, SubscriptionInput } from '../src/core/subscription.js';

const A = { address: 'a:1', info: { id: 'A', ip: 1, port: 1 } };
const B = { address: 'b:1', info: { id: 'B', ip: 1, port: 1 } };

/** A machine with a clock, and words for what happens to it. */
function world(options: { frameworkId?: string; random?: () => number } = {}) {
  const machine = new SubscriptionMachine({ random: options.random ?? (() => 1), frameworkId: options.frameworkId });
  const time = { nowMs: 0 };
  const feed = (input: SubscriptionInput): SubscriptionEffect[] => machine.handle(input, time.nowMs);
  let attempt = 0;
  const act = (input: SubscriptionInput): SubscriptionEffect[] => {
    const effects = feed(input);
    for (const effect of effects) if (effect.type === 'open') attempt = effect.attempt;
    return effects;
  };
  return {
    machine,
    time,
    act,
    start: () => [...act({ type: 'leader', leader: A }), ...act({ type: 'start' })],
    subscribe: (masterId = 'A') =>
      act({ type: 'subscribed', attempt, frameworkId: 'F', heartbeatIntervalMs: 15_000, masterId }),
    refuse: (status: number, location?: string) => act({ type: 'refused', attempt, status, text: 'text', location }),
    unreachable: () => act({ type: 'unreachable', attempt, reason: 'nobody' }),
    end: () => act({ type: 'ended', attempt, reason: 'end' }),
    error: (message: string) => act({ type: 'error', attempt, message }),
    retry: () => act({ type: 'timer', timer: 'retry' }),
    silence: () => act({ type: 'timer', timer: 'silence' }),
    attempt: () => attempt,
  };
}

const opened = (effects: SubscriptionEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'open' ? [effect.address] : []));
const delays = (effects: SubscriptionEffect[], timer = 'retry') =>
  effects.flatMap((effect) => (effect.type === 'timer' && effect.timer === timer ? [effect.delayMs] : []));
const failures = (effects: SubscriptionEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'failed' ? [effect.error.code] : []));
const names = (effects: SubscriptionEffect[]) => effects.map(({ type }) => type);

describe('finding a master', () => {
  test('it waits for a leader, then opens', () => {
    const { machine, act } = world();
    expect(act({ type: 'start' })).toEqual([]);
    expect(machine.stateName).toBe('detecting');
    expect(opened(act({ type: 'leader', leader: A }))).toEqual(['a:1']);
  });

  test('redirects are followed at once, in a circle only so often', () => {
    const { start, refuse, machine } = world();
    start();
    for (let i = 0; i < REDIRECTS_MAX; i++) {
      expect(opened(refuse(307, `//m${i}:5050/master/api/v1/scheduler`))).toEqual([`m${i}:5050`]);
    }
    expect(opened(refuse(307, '//m0:5050/x'))).toEqual([]);
    expect(machine.stateName).toBe('backing-off');
  });

  test('a redirect to itself, or to nowhere, backs off', () => {
    for (const location of ['//a:1/x', undefined, '/elsewhere', 'https://b:1/']) {
      const { start, refuse, machine } = world();
      start();
      expect(opened(refuse(307, location))).toEqual([]);
      expect(machine.stateName).toBe('backing-off');
    }
  });

  test('where the detected address is dead, the master of the last redirect is tried in turn', () => {
    const { start, refuse, subscribe, end, retry, unreachable } = world();
    start();
    refuse(307, '//b:1/');
    subscribe('B');
    end();
    expect(opened(retry())).toEqual(['a:1']);
    unreachable();
    expect(opened(retry())).toEqual(['b:1']);
    unreachable();
    expect(opened(retry())).toEqual(['a:1']);
  });
});

describe('losing the subscription', () => {
  test('waits double up to the bound, and start small again after a stable subscription', () => {
    const { start, unreachable, retry, subscribe, end, time } = world();
    start();
    const waits = [];
    for (let i = 0; i < 9; i++) {
      waits.push(...delays(unreachable()));
      retry();
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    subscribe();
    time.nowMs += STABLE_AFTER_MS - 1;
    expect(delays(end())).toEqual([15_000]);
    retry();
    subscribe();
    time.nowMs += STABLE_AFTER_MS;
    expect(delays(end())).toEqual([SUBSCRIPTION_BACKOFF.firstMs]);
  });

  test('another leader is followed at once; the same one, or none, changes nothing', () => {
    const { start, subscribe, act } = world();
    start();
    subscribe();
    expect(act({ type: 'leader', leader: undefined })).toEqual([]);
    expect(act({ type: 'leader', leader: { ...A, address: 'other-name:1' } })).toEqual([]);
    const effects = act({ type: 'leader', leader: B });
    expect(names(effects)).toEqual(['close', 'disconnected', 'open', 'timer']);
    expect(opened(effects)).toEqual(['b:1']);
  });

  test('a master that restarted at its address is another leader', () => {
    const { start, subscribe, act } = world();
    start();
    subscribe('A');
    expect(opened(act({ type: 'leader', leader: { ...A, info: { ...A.info, id: 'A2' } } }))).toEqual(['a:1']);
  });

  test('with nobody to go to it waits for the detector, and a new leader ends a back-off', () => {
    const { start, subscribe, act, end, machine, unreachable } = world();
    start();
    subscribe();
    act({ type: 'leader', leader: undefined });
    expect(names(end())).toEqual(['disconnected', 'cancel', 'trouble']);
    expect(machine.stateName).toBe('detecting');
    act({ type: 'leader', leader: A });
    unreachable();
    const effects = act({ type: 'leader', leader: B });
    expect(effects.slice(0, 2)).toEqual([
      { type: 'cancel', timer: 'retry' },
      { type: 'cancel', timer: 'silence' },
    ]);
    expect(opened(effects)).toEqual(['b:1']);
  });

  test('silence is measured from the last sign of life', () => {
    const { start, subscribe, act, silence, time, attempt, machine } = world();
    start();
    const windowMs = MISSED_HEARTBEATS_MAX * 15_000;
    expect(delays(subscribe(), 'silence')).toEqual([windowMs]);
    time.nowMs += windowMs - 1_000;
    act({ type: 'alive', attempt: attempt() });
    time.nowMs += 1_000;
    expect(delays(silence(), 'silence')).toEqual([windowMs - 1_000]);
    time.nowMs += windowMs - 1_000;
    expect(names(silence())).toEqual(['close', 'disconnected', 'cancel', 'timer', 'trouble']);
    expect(machine.stateName).toBe('backing-off');
  });

  test('a master that opens the stream and says nothing is left as well', () => {
    const { start, silence, machine } = world();
    expect(delays(start(), 'silence')).toEqual([SUBSCRIBE_TIMEOUT_MS]);
    expect(names(silence())[0]).toBe('close');
    expect(machine.stateName).toBe('backing-off');
  });
});

describe('giving up', () => {
  test.each([
    [400, 'MM_SDK_SUBSCRIPTION_REFUSED'],
    [401, 'MM_SDK_UNAUTHENTICATED'],
    [403, 'MM_SDK_FORBIDDEN'],
    [404, 'MM_SDK_NOT_A_MASTER'],
    [405, 'MM_SDK_NOT_A_MASTER'],
    [415, 'MM_SDK_SUBSCRIPTION_REFUSED'],
  ])('%i fails with %s', (status, code) => {
    const { start, refuse, machine } = world();
    start();
    expect(failures(refuse(status))).toEqual([code]);
    expect(machine.stateName).toBe('stopped');
  });

  test.each([302, 408, 429, 500, 502, 503, 504])('%i means to try again', (status) => {
    const { start, refuse } = world();
    start();
    expect(delays(refuse(status))).toEqual([SUBSCRIPTION_BACKOFF.firstMs]);
  });

  test('ERROR events are final, before and after SUBSCRIBED', () => {
    const before = world();
    before.start();
    expect(failures(before.error('bad role'))).toEqual(['MM_SDK_FRAMEWORK_ERROR']);
    const after = world();
    after.start();
    after.subscribe();
    expect(failures(after.error('Framework failed over'))).toEqual(['MM_SDK_FAILED_OVER']);
  });

  test('detection that cannot go on is final', () => {
    expect(failures(world().act({ type: 'detection-failed', reason: 'denied' }))).toEqual(['MM_SDK_DETECTION_FAILED']);
  });
});

test('an id from outside makes the first subscription a failover', () => {
  const { start, subscribe } = world({ frameworkId: 'F' });
  expect(start()).toContainEqual({ type: 'open', attempt: 1, address: 'a:1', frameworkId: 'F' });
  expect(subscribe()).toContainEqual({
    type: 'subscribed',
    attempt: 1,
    address: 'a:1',
    frameworkId: 'F',
    isAgain: true,
  });
});

const attempts = fc.integer({ min: 0, max: 12 });
const inputs: fc.Arbitrary<SubscriptionInput> = fc.oneof(
  fc.constantFrom<SubscriptionInput>(
    { type: 'start' },
    { type: 'timer', timer: 'retry' },
    { type: 'timer', timer: 'silence' },
  ),
  fc.constantFrom(A, B, undefined).map((leader) => ({ type: 'leader' as const, leader })),
  fc.record({
    type: fc.constant('refused' as const),
    attempt: attempts,
    status: fc.constantFrom(307, 503, 503, 401),
    text: fc.constant(''),
    location: fc.constantFrom('//a:1/', '//b:1/', undefined),
  }),
  fc.record({
    type: fc.constantFrom('unreachable' as const, 'ended' as const),
    attempt: attempts,
    reason: fc.constant('r'),
  }),
  fc.record({
    type: fc.constant('subscribed' as const),
    attempt: attempts,
    frameworkId: fc.constant('F'),
    heartbeatIntervalMs: fc.constant(1_000),
    masterId: fc.constantFrom('A', 'B', undefined),
  }),
  attempts.map((attempt) => ({ type: 'alive' as const, attempt })),
  fc.record({ type: fc.constant('error' as const), attempt: attempts, message: fc.constant('m') }),
  fc.constant<SubscriptionInput>({ type: 'stop' }),
);

test('S1 to S5 hold for any sequence of inputs', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(inputs, fc.integer({ min: 0, max: 20_000 })), { maxLength: 60 }), (steps) => {
      const { act, time, machine } = world({ random: () => 0.5 });
      let open: number | undefined;
      let isSubscribed = false;
      let isOver = false;
      let frameworkId: string | undefined;
      const armed = new Set<string>();
      for (const [given, passedMs] of steps) {
        time.nowMs += passedMs;
        // Random attempts are mostly stale (S2); half of the time the input is about the open stream.
        const input =
          'attempt' in given && passedMs % 2 === 0 && open !== undefined ? { ...given, attempt: open } : given;
        const isStale = 'attempt' in input && input.attempt !== open;
        // A stream is refused or unreachable before it is open, never after.
        const isRefusal = input.type === 'refused' || input.type === 'unreachable';
        if (isRefusal && !isStale && machine.stateName !== 'subscribing') continue;
        if (input.type === 'timer' && !armed.has(input.timer)) continue;
        if (input.type === 'timer') armed.delete(input.timer);
        const effects = act(input);
        if (isStale) expect(effects).toEqual([]);
        const ends = ['refused', 'unreachable', 'ended'].includes(input.type) && !isStale;
        if (ends) open = undefined;
        for (const effect of effects) {
          if (effect.type === 'close') {
            expect(effect.attempt).toBe(open);
            open = undefined;
          } else if (effect.type === 'open') {
            expect([open, isOver, effect.frameworkId]).toEqual([undefined, false, frameworkId]);
            open = effect.attempt;
          } else if (effect.type === 'subscribed') {
            expect(isSubscribed).toBe(false);
            isSubscribed = true;
            frameworkId = effect.frameworkId;
          } else if (effect.type === 'disconnected') {
            expect(isSubscribed).toBe(true);
            isSubscribed = false;
          } else if (effect.type === 'timer') {
            expect(isOver).toBe(false);
            expect(effect.delayMs).toBeGreaterThan(0);
            if (effect.timer === 'retry') expect(effect.delayMs).toBeLessThanOrEqual(SUBSCRIPTION_BACKOFF.maxMs);
            armed.add(effect.timer);
          } else if (effect.type === 'cancel') {
            armed.delete(effect.timer);
          } else if (effect.type === 'failed') {
            isOver = true;
          }
        }
        if (input.type === 'stop') isOver = true;
        if (isOver) expect([open, armed.size, machine.stateName]).toEqual([undefined, 0, 'stopped']);
        // Never stuck: something is open, or will wake the machine up, or the detector has to speak.
        const canGoOn =
          open !== undefined || armed.size > 0 || ['detecting', 'idle', 'stopped'].includes(machine.stateName);
        expect(canGoOn).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});
