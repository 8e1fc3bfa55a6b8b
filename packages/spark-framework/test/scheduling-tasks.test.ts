// Goal: tasks go where their data is, in the order of jobs and stages, and never too many to one executor. Method: the
// task scheduler alone, with a clock of the test's.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOCALITY, type Preference } from '../src/core/tasks/locality.js';
import {
  TaskScheduler,
  type TaskEffect,
  type TaskEvent,
  type TaskSchedulerOptions,
} from '../src/core/tasks/task-scheduler.js';

const OPTIONS: TaskSchedulerOptions = {
  cpusPerTask: 1,
  maxFailures: 4,
  starvationTimeoutMs: 15_000,
  waits: { processMs: 3000, nodeMs: 3000, resetOnLaunch: false },
};

class Tasks {
  readonly machine: TaskScheduler;
  nowMs = 0;
  constructor(options: Partial<TaskSchedulerOptions> = {}) {
    this.machine = new TaskScheduler({ ...OPTIONS, ...options });
  }

  handle(event: TaskEvent): TaskEffect[] {
    return this.machine.handle(event, this.nowMs);
  }

  executor(executorId: string, cores = 1, host = `h${executorId}`): TaskEffect[] {
    return this.handle({ type: 'executorAdded', executorId, host, cores });
  }

  submit(
    stageId: number,
    tasks: readonly (readonly Preference[])[],
    { jobId = stageId, stageAttempt = 0 } = {},
  ): TaskEffect[] {
    const specs = tasks.map((preferences, partition) => ({ partition, preferences }));
    return this.handle({
      type: 'submit',
      set: { jobId, stageId, stageAttempt, outputsOnExecutors: false, tasks: specs },
    });
  }

  succeed(taskId: number): TaskEffect[] {
    return this.handle({ type: 'taskEnded', taskId, outcome: { status: 'success', payload: null } });
  }
}

const launches = (effects: readonly TaskEffect[]) => effects.filter((effect) => effect.type === 'launch');
const placed = (effects: readonly TaskEffect[]) =>
  launches(effects).map(({ partition, executorId, locality }) => `${partition}@${executorId} ${locality}`);
const alarms = (effects: readonly TaskEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'wakeAt' ? [effect.atMs] : []));

describe('order', () => {
  test('58: sets of tasks are served first in, first out', () => {
    const tasks = new Tasks();
    for (const stageId of [0, 1, 2]) tasks.submit(stageId, [[], []]);
    const order: number[] = [];
    let next = launches(tasks.executor('0'));
    for (let [task] = next; task !== undefined; [task] = next) {
      order.push(task.stageId);
      next = launches(tasks.succeed(task.taskId));
    }
    expect(order).toEqual([0, 0, 1, 1, 2, 2]);
  });

  test('by job, then stage, whenever they came', () => {
    const tasks = new Tasks();
    tasks.submit(5, [[]], { jobId: 1 });
    tasks.submit(7, [[]], { jobId: 0 });
    tasks.submit(6, [[]], { jobId: 0 });
    expect(launches(tasks.executor('0', 3)).map(({ stageId }) => stageId)).toEqual([6, 7, 5]);
  });

  test('spreads over executors before it stacks', () => {
    const tasks = new Tasks();
    tasks.executor('0', 2);
    tasks.executor('1', 2);
    expect(placed(tasks.submit(0, [[], [], []])).map((text) => text.split(' ')[0])).toEqual(['0@0', '1@1', '2@0']);
  });

  test('tasks that need several cpus', () => {
    const tasks = new Tasks({ cpusPerTask: 2 });
    tasks.executor('0', 5);
    expect(launches(tasks.submit(0, [[], [], []]))).toHaveLength(2);
  });
});

describe('locality', () => {
  const on = (executorId: string, host = `h${executorId}`): Preference => ({ executorId, host });

  test('a task runs where its data is, if it can', () => {
    const tasks = new Tasks();
    tasks.executor('0');
    tasks.executor('1');
    expect(placed(tasks.submit(0, [[on('1')], [on('0')]]))).toEqual(['1@0 0', '0@1 0']);
  });

  test('waits for the executor, then for its host, then takes any', () => {
    const tasks = new Tasks();
    tasks.executor('0', 1, 'h0');
    tasks.executor('1', 1, 'h0');
    tasks.executor('2', 1, 'h2');
    const first = tasks.submit(0, [[on('0', 'h0')], [on('0', 'h0')], [on('0', 'h0')]]);
    expect(placed(first)).toEqual([`0@0 ${LOCALITY.processLocal}`]);
    expect(alarms(first)).toEqual([3000]);
    tasks.nowMs = 2999;
    expect(placed(tasks.handle({ type: 'tick' }))).toEqual([]);
    tasks.nowMs = 3000;
    const second = tasks.handle({ type: 'tick' });
    expect(placed(second)).toEqual([`1@1 ${LOCALITY.nodeLocal}`]);
    expect(alarms(second)).toEqual([6000]);
    tasks.nowMs = 6000;
    expect(placed(tasks.handle({ type: 'tick' }))).toEqual([`2@2 ${LOCALITY.any}`]);
  });

  test('a wait of nothing means that nobody waits', () => {
    const tasks = new Tasks({ waits: { processMs: 0, nodeMs: 0, resetOnLaunch: false } });
    tasks.executor('1');
    tasks.executor('0');
    expect(placed(tasks.submit(0, [[on('0')], [on('0')]]))).toHaveLength(2);
  });

  test('tasks without a preference do not wait behind those with one', () => {
    const tasks = new Tasks();
    tasks.executor('1');
    tasks.executor('0');
    tasks.submit(0, [[on('0')]]);
    expect(placed(tasks.submit(1, [[on('0')], []]))).toEqual(['1@1 0']);
  });

  test('preferences for executors that are gone hold nobody up', () => {
    const tasks = new Tasks();
    tasks.executor('1');
    expect(placed(tasks.submit(0, [[on('9')]]))).toEqual([`0@1 ${LOCALITY.any}`]);
  });

  test('launches that leave nothing idle restart the clock', () => {
    const tasks = new Tasks();
    tasks.executor('0');
    tasks.submit(0, [[on('0')], [on('0')], [on('0')]]);
    tasks.nowMs = 2000;
    tasks.succeed(0);
    tasks.nowMs = 2500;
    const effects = tasks.executor('1');
    expect(placed(effects)).toEqual([]);
    expect(alarms(effects)).toEqual([5000]);
  });
});

describe('starvation', () => {
  test('is told after 15 s without a launch, and again every 15 s', () => {
    const tasks = new Tasks();
    const starved = (effects: TaskEffect[]) =>
      effects.flatMap((effect) => (effect.type === 'starved' ? [effect.waitingMs] : []));
    expect(alarms(tasks.submit(0, [[]]))).toEqual([15_000]);
    tasks.nowMs = 14_999;
    expect(starved(tasks.handle({ type: 'tick' }))).toEqual([]);
    tasks.nowMs = 15_000;
    const effects = tasks.handle({ type: 'tick' });
    expect(starved(effects)).toEqual([15_000]);
    expect(alarms(effects)).toEqual([30_000]);
    tasks.nowMs = 30_000;
    expect(starved(tasks.handle({ type: 'tick' }))).toEqual([30_000]);
    tasks.executor('0');
    tasks.nowMs = 60_000;
    expect(starved(tasks.handle({ type: 'tick' }))).toEqual([]);
  });
});

test('two attempts of a stage: what one made, the other need not', () => {
  const tasks = new Tasks();
  tasks.executor('0', 1);
  tasks.submit(0, [[], []]);
  tasks.executor('1', 1);
  const [, second] = [0, 1];
  tasks.handle({
    type: 'taskEnded',
    taskId: 0,
    outcome: { status: 'fetchFailed', shuffleId: 1, mapPartition: 0, message: 'x' },
  });
  tasks.submit(0, [[], []], { stageAttempt: 1 });
  const done = tasks.succeed(second);
  expect(done.filter(({ type }) => type === 'succeeded')).toHaveLength(1);
  const rest = tasks.succeed(2);
  expect([...launches(done), ...launches(rest)].every(({ partition }) => partition === 0)).toBe(true);
});

test('whatever happens: no executor runs more than its cores (T2), every task of a set succeeds once', () => {
  const happening = fc.record({
    kind: fc.constantFrom('succeed', 'succeed', 'succeed', 'fail', 'lose', 'add', 'submit', 'wait'),
    pick: fc.nat(),
    cores: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (events) => {
      const tasks = new Tasks({ maxFailures: 1000 });
      const cores = new Map<string, number>();
      const running = new Map<number, string>();
      const succeeded: string[] = [];
      let executors = 0;
      let stages = 0;
      const perform = (effects: TaskEffect[]): void => {
        for (const effect of effects) {
          if (effect.type === 'launch') running.set(effect.taskId, effect.executorId);
          if (effect.type === 'succeeded') succeeded.push(`${effect.stageId}.${effect.partition}`);
        }
        for (const [executorId, limit] of cores)
          expect([...running.values()].filter((id) => id === executorId).length).toBeLessThanOrEqual(limit);
      };
      const end = (taskId: number, outcome: Extract<TaskEvent, { type: 'taskEnded' }>['outcome']): void => {
        running.delete(taskId);
        perform(tasks.handle({ type: 'taskEnded', taskId, outcome }));
      };
      const add = (count: number): void => {
        const executorId = String(executors++);
        cores.set(executorId, count);
        perform(tasks.executor(executorId, count, `h${executors % 2}`));
      };
      for (const { kind, pick, cores: count } of events) {
        tasks.nowMs += 500;
        const task = [...running.keys()][pick % Math.max(1, running.size)];
        const executorId = [...cores.keys()][pick % Math.max(1, cores.size)];
        if (kind === 'add') add(count);
        else if (kind === 'submit')
          perform(
            tasks.submit(
              stages++,
              Array.from({ length: count }, (_, index) =>
                index === 0 ? [{ executorId: String(pick % 3), host: 'h0' }] : [],
              ),
            ),
          );
        else if (kind === 'wait') perform(tasks.handle({ type: 'tick' }));
        else if (kind === 'succeed' && task !== undefined) end(task, { status: 'success', payload: 0 });
        else if (kind === 'fail' && task !== undefined) end(task, { status: 'failed', message: 'x', fatal: false });
        else if (kind === 'lose' && executorId !== undefined) {
          cores.delete(executorId);
          for (const [taskId, on] of running) if (on === executorId) running.delete(taskId);
          perform(
            tasks.handle({ type: 'executorLost', executorId, reason: 'x', causedByTask: true, outputsLost: true }),
          );
        }
      }
      add(3);
      for (let steps = 0; steps < 1000 && (running.size > 0 || tasks.machine.hasPendingTasks); steps++) {
        const [taskId] = [...running.keys()];
        if (taskId === undefined) {
          tasks.nowMs += 3000;
          perform(tasks.handle({ type: 'tick' }));
        } else end(taskId, { status: 'success', payload: 0 });
      }
      expect(tasks.machine.hasPendingTasks).toBe(false);
      expect(new Set(succeeded).size).toBe(succeeded.length);
    }),
    { numRuns: 300 },
  );
});
