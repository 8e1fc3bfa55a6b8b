// Goal: whenever the agent ends, nothing that somebody was told is lost, nothing is told twice in other words, and no task
// is forgotten or started twice. Method: a scenario with every kind of executor is played once for every single step of
// it, and the agent is ended before that step: as by kill -9, with a record cut in half, and with the power.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTerminal } from '@mini-mesos/wire';
import type { CheckpointRecord } from '../src/core/checkpoint/records.js';
import { CrashWorld, type CrashKind } from './support/crash-world.js';
import { customExecutor, taskInfo } from './support/harness.js';

const RANKS = ['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'];

interface Scenario {
  crashes: { at: number; kind: CrashKind }[];
  forgets?: CheckpointRecord['type'];
  steps?: ('command' | 'pod' | 'custom' | 'kill' | 'settle')[];
}

const ALL: NonNullable<Scenario['steps']> = ['command', 'pod', 'custom', 'settle', 'kill', 'command', 'custom'];

function play({ crashes, steps = ALL, forgets }: Scenario): CrashWorld {
  const exitOf = (taskId: string) => (taskId.endsWith('fails') ? 1 : 0);
  const world = new CrashWorld({ crashes, exitOf, forgets });
  world.settle(false);
  steps.forEach((step, index) => {
    if (step === 'command') world.run(taskInfo(`command-${index}`));
    else if (step === 'pod') world.runGroup([taskInfo(`pod-${index}`), taskInfo(`pod-${index}-fails`)]);
    else if (step === 'custom') world.run(taskInfo(`custom-${index}`, { executor: customExecutor }));
    else if (step === 'kill') world.kill([...world.launched.keys()][0] ?? '');
    else world.settle(false);
  });
  world.settle();
  return world;
}

function check(world: CrashWorld): void {
  for (const [id] of world.launched) {
    const seen = world.seen.get(id) ?? [];
    const keys = seen.map((status) => Buffer.from(status.uuid ?? []).toString('hex'));
    const distinct = seen.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
    // What is sent again is sent before anything newer: never out of order.
    expect(keys.filter((key, index) => keys.indexOf(key) !== index && key !== keys[index - 1])).toEqual([]);
    const states = distinct.map((status) => status.state);
    expect([id, states.filter(isTerminal).length]).toEqual([id, 1]);
    expect(isTerminal(states.at(-1) ?? 'TASK_STAGING')).toBe(true);
    const ranks = states.slice(0, -1).map((state) => RANKS.indexOf(state));
    expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
  }
  for (const [id, count] of world.starts) expect([id, count]).toEqual([id, 1]);
  for (const status of world.takenFromExecutor) {
    const told = world.seen.get(status.task_id.value)?.map(({ uuid }) => Buffer.from(uuid ?? []).toString('hex'));
    expect(told).toContain(Buffer.from(status.uuid ?? []).toString('hex'));
  }
  expect([...world.processes.values()].filter(({ state, taskId }) => state === 'running' && taskId)).toEqual([]);
  expect(world.toldTooEarly).toEqual([]);
  expect([...world.book().streams]).toEqual([]);
}

describe('an agent that is ended', () => {
  const total = play({ crashes: [] }).steps;

  it('does all of it in one life where nothing happens', () => {
    const world = play({ crashes: [] });
    check(world);
    expect(total).toBeGreaterThan(150);
    expect(world.seen.get('custom-2')?.at(-1)?.state).toBe('TASK_FINISHED');
    expect(world.book().frameworks.get('framework-0000')?.executors.has('custom')).toBe(true);
  });

  it.each(['clean', 'torn', 'power'] as const)(
    'before any single step loses nothing (%s)',
    { timeout: 120_000 },
    (kind) => {
      for (let at = 1; at <= total; at += 1) {
        const world = play({ crashes: [{ at, kind }] });
        try {
          check(world);
        } catch (error) {
          throw new Error(`crash before step ${at} of ${total}: ${(error as Error).message}`, { cause: error });
        }
      }
    },
  );

  it.each(['clean', 'torn', 'power'] as const)(
    'before any single step of a kill during the launch loses nothing (%s)',
    { timeout: 60_000 },
    (kind) => {
      const steps: Scenario['steps'] = ['command', 'kill'];
      const whole = play({ crashes: [], steps });
      check(whole);
      expect(whole.seen.get('command-0')?.[0]?.reason).toBe('REASON_TASK_KILLED_DURING_LAUNCH');
      for (let at = 1; at <= whole.steps; at += 1) check(play({ crashes: [{ at, kind }], steps }));
    },
  );

  it('again and again, also while it recovers, loses nothing', { timeout: 120_000 }, () => {
    const crash = fc.record({
      at: fc.integer({ min: 1, max: total }),
      kind: fc.constantFrom<CrashKind>('clean', 'torn', 'power'),
    });
    const step = fc.constantFrom('command', 'pod', 'custom', 'kill', 'settle' as const);
    fc.assert(
      fc.property(fc.array(crash, { maxLength: 5 }), fc.array(step, { maxLength: 10 }), (crashes, steps) => {
        check(play({ crashes, steps }));
      }),
      { numRuns: 150 },
    );
  });

  // The checks above have to notice an agent that does not write down what it should.
  it.each(['executor', 'tasks', 'delivered', 'process', 'update', 'acknowledged'] as const)(
    'would lose something without %s records',
    { timeout: 120_000 },
    (forgets) => {
      const isNoticed = (at: number): boolean => {
        try {
          check(play({ crashes: [{ at, kind: 'clean' }], forgets }));
          return false;
        } catch {
          return true;
        }
      };
      expect(Array.from({ length: total }, (_, index) => total - index).some(isNoticed)).toBe(true);
    },
  );
});
