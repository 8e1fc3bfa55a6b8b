// Goal: R1 to R4 of the retention, E1 to E5 of the executor's subscription, and the reading of the environment. Method:
// random sequences (fast-check prints the seed) against plain models, and tables.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidText } from '@mini-mesos/wire';
import { durationMs, readExecutorEnvironment } from '../src/core/executor-environment.js';
import { ExecutorRetention, UPDATES_KEPT_MAX } from '../src/core/executor-retention.js';
import { ExecutorSubscription } from '../src/core/executor-subscription.js';
import type { ExecutorEffect, ExecutorInput } from '../src/core/executor-subscription.js';

const task = (id: string) => ({ name: id, task_id: { value: id }, agent_id: { value: 'a' } });
function numbered(n: number): Buffer {
  const uuid = Buffer.alloc(16);
  uuid.writeUInt32BE(n);
  return uuid;
}
const update = (taskId: string, n: number) => ({
  task_id: { value: taskId },
  state: 'TASK_RUNNING' as const,
  uuid: numbered(n),
});

type Step = { what: 'launch' | 'update' | 'acknowledge' | 'subscribe' | 'tell' | 'fail'; taskId: string; pick: number };
const steps: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('launch', 'update', 'acknowledge', 'subscribe', 'tell', 'fail'),
  taskId: fc.constantFrom('x', 'y'),
  pick: fc.nat({ max: 20 }),
});

test('R1 to R4 hold for any life of an executor', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (sequence) => {
      const retention = new ExecutorRetention();
      const tasks = new Set<string>();
      let kept: { n: number; taskId: string; isTold: boolean }[] = [];
      let made = 0;
      let lastTold: number | undefined;
      for (const { what, taskId, pick } of sequence) {
        if (what === 'launch') {
          retention.launched([task(taskId)]);
          tasks.add(taskId);
        } else if (what === 'update') {
          made += 1;
          expect(retention.updated(update(taskId, made))).toBe(true);
          kept.push({ n: made, taskId, isTold: false });
        } else if (what === 'acknowledge') {
          const chosen = kept[pick % Math.max(kept.length, 1)];
          if (!chosen) continue;
          expect(retention.acknowledged(chosen.taskId, numbered(chosen.n))).toBe(true);
          expect(retention.acknowledged(chosen.taskId, numbered(chosen.n))).toBe(false);
          kept = kept.filter((other) => other !== chosen);
          tasks.delete(chosen.taskId);
        } else if (what === 'subscribe') {
          const body = retention.subscribe();
          const told = body.unacknowledged_updates?.map(({ status }) => status.uuid && uuidText(status.uuid));
          expect(told).toEqual(kept.map(({ n }) => uuidText(numbered(n))));
          expect(new Set(body.unacknowledged_tasks?.map(({ task_id }) => task_id.value))).toEqual(tasks);
          for (const each of kept) each.isTold = true;
          lastTold = undefined;
        } else if (what === 'tell') {
          const expected = kept.find(({ isTold }) => !isTold);
          const told = retention.nextToTell();
          expect(told && uuidText(told.uuid)).toBe(expected && uuidText(numbered(expected.n)));
          if (expected) expected.isTold = true;
          lastTold = expected?.n;
        } else if (lastTold !== undefined) {
          retention.notTold(numbered(lastTold));
          const failed = kept.find(({ n }) => n === lastTold);
          if (failed) failed.isTold = false;
        }
        expect(retention.unacknowledgedCount).toBe(kept.length);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('more updates than the bound are refused', () => {
  const retention = new ExecutorRetention();
  for (let n = 0; n < UPDATES_KEPT_MAX; n++) retention.updated(update('t', n));
  expect(retention.updated(update('t', UPDATES_KEPT_MAX))).toBe(false);
});

const attempts = fc.nat({ max: 6 });
const inputs: fc.Arbitrary<ExecutorInput> = fc.oneof(
  fc.constantFrom<ExecutorInput>(
    { type: 'timer', timer: 'retry' },
    { type: 'timer', timer: 'recovery' },
    { type: 'timer', timer: 'subscribe' },
    { type: 'stop' },
  ),
  attempts.map((attempt) => ({ type: 'subscribed' as const, attempt })),
  fc.record({
    type: fc.constant('refused' as const),
    attempt: attempts,
    status: fc.constantFrom(503, 404, 400),
    text: fc.constant(''),
  }),
  fc.record({
    type: fc.constantFrom('unreachable' as const, 'ended' as const),
    attempt: attempts,
    reason: fc.constant('r'),
  }),
  fc.record({ type: fc.constant('error' as const), attempt: attempts, message: fc.constant('m') }),
);

test.each([true, false])('E1 to E5 hold for any sequence of inputs (checkpointing: %s)', (isCheckpointing) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(inputs, fc.boolean()), { maxLength: 50 }), (sequence) => {
      const options = { isCheckpointing, recoveryTimeoutMs: 1_000, subscriptionBackoffMaxMs: 20, random: () => 0.9 };
      const machine = new ExecutorSubscription(options);
      let open: number | undefined;
      let isOver = false;
      const armed = new Set<string>();
      const note = (effects: ExecutorEffect[]): void => {
        for (const effect of effects) {
          if (effect.type === 'open') {
            expect([open, isOver]).toEqual([undefined, false]);
            open = effect.attempt;
          } else if (effect.type === 'close') {
            expect(effect.attempt).toBe(open);
            open = undefined;
          } else if (effect.type === 'timer') {
            if (effect.timer === 'retry') expect(effect.delayMs).toBeLessThanOrEqual(20);
            armed.add(effect.timer);
          } else if (effect.type === 'cancel') armed.delete(effect.timer);
          else if (effect.type === 'lost' || effect.type === 'failed') isOver = true;
        }
      };
      note(machine.handle({ type: 'start' }));
      for (const [given, isCurrent] of sequence) {
        const input = 'attempt' in given && isCurrent && open !== undefined ? { ...given, attempt: open } : given;
        const isStale = 'attempt' in input && input.attempt !== open;
        const isRefusal = input.type === 'refused' || input.type === 'unreachable';
        if (isRefusal && !isStale && machine.stateName !== 'subscribing') continue;
        if (input.type === 'timer' && !armed.delete(input.timer)) continue;
        if (!isStale && (isRefusal || input.type === 'ended')) open = undefined;
        const effects = machine.handle(input);
        if (isStale) expect(effects).toEqual([]);
        note(effects);
        if (input.type === 'stop') isOver = true;
        if (isOver) expect([open, armed.size]).toEqual([undefined, 0]);
        // E2, E3: who is not subscribed has a deadline.
        else if (machine.stateName !== 'subscribed') expect(armed.has('recovery')).toBe(true);
        if (!isCheckpointing && !isStale && input.type === 'ended') expect(isOver).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['15mins', 900_000],
  ['2secs', 2_000],
  ['1.5hrs', 5_400_000],
  ['500ms', 500],
  ['10us', 0.01],
  ['1weeks', 604_800_000],
  ['5', undefined],
  ['-5secs', undefined],
  ['secs', undefined],
])('%s is %s milliseconds', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test('the environment of a real executor is read; defaults are those of an agent', () => {
  const variables = {
    LIBPROCESS_PORT: '0',
    MESOS_AGENT_ENDPOINT: '127.0.0.1:25051',
    MESOS_CHECKPOINT: '1',
    MESOS_EXECUTOR_ID: 'probe',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '2secs',
    MESOS_FRAMEWORK_ID: '8e5de4e4-139f-41b7-bfcf-0752c88bc416-0000',
    MESOS_RECOVERY_TIMEOUT: '15mins',
    MESOS_SANDBOX: '/sandbox',
    MESOS_SLAVE_ID: '8e5de4e4-139f-41b7-bfcf-0752c88bc416-S0',
    MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
  };
  const read = readExecutorEnvironment(variables);
  expect(read.ok && read.value).toMatchObject({
    executorId: 'probe',
    isCheckpointing: true,
    recoveryTimeoutMs: 900_000,
    subscriptionBackoffMaxMs: 2_000,
    shutdownGracePeriodMs: 2_000,
  });
  const bare = { MESOS_AGENT_ENDPOINT: 'h:1', MESOS_EXECUTOR_ID: 'e', MESOS_FRAMEWORK_ID: 'f', MESOS_CHECKPOINT: '0' };
  const small = readExecutorEnvironment(bare);
  expect(small.ok && small.value).toMatchObject({ isCheckpointing: false, shutdownGracePeriodMs: 5_000 });
  const bad = readExecutorEnvironment({ ...bare, MESOS_RECOVERY_TIMEOUT: 'soon' });
  expect(bad.ok ? '' : bad.error.message).toContain('MESOS_RECOVERY_TIMEOUT=soon is no duration such as 15mins');
});
