// Goal: the coarse backend follows its executors through every state, keeps its books right and says why there are
// none. Method: tables of statuses; random sequences checked against the machine's invariants.
import type { TaskState } from '@mini-mesos/proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Backend, E, launched, types } from './support/mesos.js';

describe('executors that end', () => {
  test.each<[TaskState, boolean, number]>([
    ['TASK_FINISHED', false, 0],
    ['TASK_FAILED', true, 1],
    ['TASK_KILLED', false, 0],
    ['TASK_LOST', false, 1],
    ['TASK_ERROR', false, 1],
    ['TASK_DROPPED', false, 1],
    ['TASK_UNREACHABLE', false, 1],
    ['TASK_GONE', false, 1],
    ['TASK_GONE_BY_OPERATOR', false, 1],
    ['TASK_UNKNOWN', false, 1],
  ])('%s: caused by its task %s, counts %d against the agent', (state, causedByTask, failures) => {
    const backend = new Backend({ 'spark.mesos.maxExecutorFailuresPerAgent': 1 });
    backend.offers({ mem: E, cpus: 2 });
    const effects = backend.update('0', state, { message: 'why' });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'executorLost', executorId: '0', causedByTask }));
    expect(backend.machine.totalCores).toBe(0);
    expect(launched(backend.offers({ mem: E, cpus: 2 }))).toHaveLength(failures === 0 ? 1 : 0);
  });

  test.each(['REASON_AGENT_REMOVED', 'REASON_CONTAINER_PREEMPTED', 'REASON_AGENT_DRAINING'] as const)(
    '%s is not its own fault',
    (reason) => {
      const backend = new Backend();
      backend.offers({ mem: E, cpus: 2 });
      expect(backend.update('0', 'TASK_FAILED', { reason })[0]).toMatchObject({ causedByTask: false });
    },
  );

  test('ids are never used again', () => {
    const backend = new Backend();
    backend.offers({ mem: E, cpus: 1 });
    backend.update('0', 'TASK_FINISHED');
    expect(launched(backend.offers({ mem: E, cpus: 1 })).map(({ task_id }) => task_id.value)).toEqual(['1']);
  });

  test('a status of an unknown executor is no error; a living one is killed', () => {
    const backend = new Backend();
    expect(backend.update('99', 'TASK_FAILED')).toEqual([]);
    expect(backend.update('99', 'TASK_RUNNING')).toEqual([{ type: 'kill', taskId: '99' }]);
    backend.offers({ mem: E, cpus: 1 });
    backend.update('0', 'TASK_UNREACHABLE');
    expect(backend.update('0', 'TASK_RUNNING')).toEqual([{ type: 'kill', taskId: '0' }]);
  });

  test('after a new subscription every executor is reconciled', () => {
    const backend = new Backend({ 'spark.executor.cores': 1 });
    backend.offers({ mem: E * 2, cpus: 2 });
    expect(backend.handle({ type: 'subscribed', frameworkId: 'f', isAgain: true })).toEqual([
      {
        type: 'reconcile',
        tasks: [
          { taskId: '0', agentId: 's1' },
          { taskId: '1', agentId: 's1' },
        ],
      },
    ]);
    expect(backend.handle({ type: 'subscribed', frameworkId: 'f', isAgain: false })).toEqual([]);
  });
});

describe('a master that knows nothing yet', () => {
  const ignorant = { reason: 'REASON_RECONCILIATION' as const };
  const registered = (): Backend => {
    const backend = new Backend();
    backend.offers({ mem: E, cpus: 2 });
    backend.handle({ type: 'executorRegistered', executorId: '0', cores: 2 });
    return backend;
  };

  test.each<TaskState>(['TASK_UNKNOWN', 'TASK_LOST', 'TASK_UNREACHABLE'])(
    '%s of a reconciliation does not end an executor that is connected',
    (state) => {
      const backend = registered();
      expect(backend.update('0', state, ignorant)).toEqual([]);
      expect(backend.machine.totalCores).toBe(2);
    },
  );

  test('it ends one that is not connected, and any other word ends it always', () => {
    const gone = registered();
    gone.handle({ type: 'executorDisconnected', executorId: '0' });
    expect(types(gone.update('0', 'TASK_UNKNOWN', ignorant))).toContain('executorLost');
    expect(types(registered().update('0', 'TASK_UNREACHABLE'))).toContain('executorLost');
    expect(types(registered().update('0', 'TASK_FAILED', ignorant))).toContain('executorLost');
  });

  test('an executor that was to be killed is killed at the next master', () => {
    const backend = registered();
    backend.handle({ type: 'killExecutors', executorIds: ['0'] });
    expect(backend.handle({ type: 'subscribed', frameworkId: 'f', isAgain: true })).toEqual([
      { type: 'kill', taskId: '0' },
      { type: 'reconcile', tasks: [{ taskId: '0', agentId: 's1' }] },
    ]);
  });
});

describe('agents where executors fail', () => {
  const failTwice = (backend: Backend): string[] => {
    backend.offers({ mem: E, cpus: 1 });
    backend.update('0', 'TASK_FAILED');
    backend.offers({ mem: E, cpus: 1 });
    return types(backend.update('1', 'TASK_FAILED'));
  };

  test('are excluded after two failures, and forgiven after a time', () => {
    const backend = new Backend({ 'spark.mesos.agentExclusionTimeout': '60s' });
    expect(failTwice(backend)).toContain('warn');
    expect(launched(backend.offers({ mem: E, cpus: 1 }))).toEqual([]);
    expect(launched(backend.offers({ mem: E, cpus: 1, agent: 's2' }))).toHaveLength(1);
    backend.nowMs = 60_000;
    expect(types(backend.handle({ type: 'tick' }))).toEqual(['revive']);
    expect(launched(backend.offers({ mem: E, cpus: 1 }))).toHaveLength(1);
  });

  test('a timer is asked for', () => {
    const backend = new Backend({ 'spark.mesos.agentExclusionTimeout': '60s' });
    backend.nowMs = 5;
    backend.offers({ mem: E, cpus: 1 });
    const status = { task_id: { value: '0' }, state: 'TASK_FAILED' as const };
    expect(backend.machine.handle({ type: 'update', status }, 5)).toContainEqual({ type: 'wakeAt', atMs: 60_005 });
  });

  test('an executor that registered is not held against its agent', () => {
    const backend = new Backend({ 'spark.mesos.maxExecutorFailuresPerAgent': 1 });
    backend.offers({ mem: E, cpus: 1 });
    backend.handle({ type: 'executorRegistered', executorId: '0', cores: 1 });
    backend.update('0', 'TASK_FAILED');
    expect(launched(backend.offers({ mem: E, cpus: 1 }))).toHaveLength(1);
  });
});

describe('why there are no executors', () => {
  test('no offers', () => expect(new Backend().machine.explainShortage()).toMatch(/no offers were received/));

  test('offers too small, with the numbers', () => {
    const backend = new Backend({ 'spark.executor.cores': 4 });
    backend.offers({ mem: E, cpus: 1 }, { mem: E, cpus: 3, agent: 's2' });
    expect(backend.machine.explainShortage()).toBe(
      'offers of 2 agents had too few cpus: at most 3 whole ones, an executor needs 4 (spark.executor.cores)',
    );
    const memory = new Backend({ 'spark.executor.cores': 1 });
    memory.offers({ mem: 1000, cpus: 1 });
    expect(memory.machine.explainShortage()).toBe(
      `the offer of host-s1 had too little memory: at most 1000 MiB, an executor needs ${E} MiB (spark.executor.memory and overhead)`,
    );
  });

  test('constraints, with the attribute that was wrong', () => {
    const backend = new Backend({ 'spark.mesos.constraints': 'zone:a' });
    backend.offers({ mem: E, cpus: 1, attributes: [{ name: 'zone', type: 'TEXT', text: { value: 'b' } }] });
    expect(backend.machine.explainShortage()).toBe(
      'the offer of host-s1 did not meet spark.mesos.constraints: zone is b, not a',
    );
  });

  test('executors that do not register', () => {
    const backend = new Backend();
    backend.offers({ mem: E, cpus: 1 });
    expect(backend.machine.explainShortage()).toMatch(
      /1 executors were launched and Mesos is starting them, for example executor 0 on host-s1/,
    );
    backend.update('0', 'TASK_RUNNING');
    expect(backend.machine.explainShortage()).toMatch(/run but have not reached this driver/);
    backend.handle({ type: 'executorRegistered', executorId: '0', cores: 1 });
    expect(backend.machine.explainShortage()).toBe('all 1 executors are busy');
  });
});

test('whatever happens: limits hold (M1), every offer is answered once (M2), ids are new (M3)', () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('offers' as const),
        offers: fc.array(
          fc.record({
            mem: fc.integer({ min: 0, max: E * 4 }),
            cpus: fc.double({ min: 0, max: 9, noNaN: true }),
            agent: fc.constantFrom('s1', 's2', 's3'),
          }),
          { maxLength: 4 },
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('update' as const),
        pick: fc.nat(),
        state: fc.constantFrom<TaskState>(
          'TASK_STARTING',
          'TASK_RUNNING',
          'TASK_FAILED',
          'TASK_KILLED',
          'TASK_LOST',
          'TASK_FINISHED',
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit' as const), executors: fc.nat(6) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(600_000) }) },
  );
  const settings = fc.record({
    max: fc.integer({ min: 1, max: 12 }),
    cores: fc.option(fc.integer({ min: 1, max: 4 })),
  });
  fc.assert(
    fc.property(settings, fc.array(step, { maxLength: 40 }), ({ max, cores }, steps) => {
      fc.pre(cores === null || cores <= max);
      const backend = new Backend({
        'spark.cores.max': max,
        ...(cores === null ? {} : { 'spark.executor.cores': cores }),
      });
      const alive = new Set<string>();
      const seen = new Set<string>();
      for (const event of steps) {
        if (event.kind === 'time') {
          backend.nowMs += event.ms;
          backend.handle({ type: 'tick' });
        } else if (event.kind === 'limit') {
          backend.handle({ type: 'requestTotal', executors: event.executors });
        } else if (event.kind === 'update') {
          const id = [...alive][event.pick % Math.max(1, alive.size)];
          if (id === undefined) continue;
          const lost = backend.update(id, event.state).some(({ type }) => type === 'executorLost');
          expect(lost).toBe(!['TASK_STARTING', 'TASK_RUNNING'].includes(event.state));
          if (lost) alive.delete(id);
        } else {
          const effects = backend.offers(...event.offers);
          const answered = effects.flatMap((effect) =>
            effect.type === 'accept' || effect.type === 'decline' ? effect.offerIds : [],
          );
          expect(new Set(answered).size).toBe(event.offers.length);
          expect(answered).toHaveLength(event.offers.length);
          for (const { task_id } of launched(effects)) {
            expect(seen.has(task_id.value)).toBe(false);
            seen.add(task_id.value);
            alive.add(task_id.value);
          }
        }
        expect(backend.machine.totalCores).toBeLessThanOrEqual(max - (max % (cores ?? 1)));
        expect(backend.machine.executorCount).toBe(alive.size);
      }
    }),
  );
});
