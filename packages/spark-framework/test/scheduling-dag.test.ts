// Goal: jobs are cut into stages at shuffles, run once, and recover from lost output. Method: small lineages on
// simulated executors, then random lineages with random failures.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineageNode } from '../src/core/plan/lineage.js';
import { describeLineage } from '../src/core/plan/lineage.js';
import { joined, narrow, shuffled, source } from './support/lineage.js';
import { SimulatedApplication } from './support/simulated-application.js';

const stagesOf = (app: SimulatedApplication) =>
  app.log.flatMap((effect) =>
    effect.type === 'stageSubmitted' ? [`${effect.stage.id}.${effect.stageAttempt}x${effect.tasks}`] : [],
  );

describe('stages', () => {
  test('a job without shuffles is one stage', () => {
    const app = new SimulatedApplication();
    app.addExecutor(2);
    const job = app.submit(narrow(narrow(source(3))));
    app.settle();
    expect(stagesOf(app)).toEqual(['0.0x3']);
    expect(app.delivered.get(job)).toEqual([1, 1, 1]);
    expect(app.ended.get(job)).toBeUndefined();
  });

  test('each shuffle is a stage of its own, and parents run first', () => {
    const app = new SimulatedApplication();
    app.addExecutor(2);
    app.submit(shuffled(shuffled(source(4), 3), 2));
    app.settle();
    expect(stagesOf(app)).toEqual(['2.0x4', '1.0x3', '0.0x2']);
  });

  test('both sides of a join run before it', () => {
    const app = new SimulatedApplication();
    app.addExecutor(8);
    app.submit(joined(shuffled(source(2), 2), shuffled(source(3), 2)));
    expect(stagesOf(app)).toEqual(['1.0x2', '2.0x3']);
    app.settle();
    expect(stagesOf(app)).toEqual(['1.0x2', '2.0x3', '0.0x2']);
  });

  test('a second job finds the output of the first', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const grouped = shuffled(source(4), 2);
    app.submit(grouped);
    app.settle();
    app.submit(narrow(grouped));
    app.settle();
    expect(stagesOf(app).slice(2)).toEqual(['2.0x2']);
  });

  test('a fully cached dataset spares what it was made from', () => {
    const app = new SimulatedApplication();
    const executor = app.addExecutor();
    const cached = shuffled(source(4), 2);
    cached.storage = { memory: true, disk: false };
    app.submit(cached);
    app.settle();
    for (const partition of [0, 1])
      app.handle({ type: 'blockAdded', executorId: executor, blockId: `rdd_${cached.id}_${partition}` });
    app.machine.dag.outputs.unregister((cached.edges[0] as { shuffleId: number }).shuffleId);
    app.submit(narrow(cached));
    app.settle();
    expect(stagesOf(app).slice(2)).toEqual(['2.0x2']);
  });

  test('only the wanted partitions are computed; none means done at once', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const job = app.submit(source(9), [7, 2]);
    app.settle();
    expect(app.launches().map(({ partition }) => partition)).toEqual([7, 2]);
    expect(app.delivered.get(job)).toEqual([1, 1]);
    const none = app.submit(source(3), []);
    expect(app.ended.has(none)).toBe(true);
  });

  test('two jobs share a stage that is running, and one may be cancelled', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const grouped = shuffled(source(3), 2);
    const first = app.submit(narrow(grouped));
    const second = app.submit(narrow(grouped));
    app.handle({ type: 'jobCancelled', jobId: first, reason: 'enough' });
    expect(app.ended.get(first)).toBe('enough');
    app.settle();
    expect(app.ended.get(second)).toBeUndefined();
    expect(app.delivered.get(second)).toEqual([1, 1]);
  });

  test('cancelling kills what runs', () => {
    const app = new SimulatedApplication();
    app.addExecutor(2);
    const job = app.submit(source(5));
    const effects = app.handle({ type: 'jobCancelled', jobId: job, reason: 'enough' });
    expect(effects.filter(({ type }) => type === 'kill')).toHaveLength(2);
  });

  test('a lineage of thousands of stages does not overflow the stack', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    let dataset = source(1);
    for (let depth = 0; depth < 3000; depth++) dataset = narrow(shuffled(dataset, 1));
    app.submit(dataset);
    app.settle();
    expect(app.launches()).toHaveLength(3001);
  });
});

describe('lost output', () => {
  test('a failed fetch runs the lost map tasks again, 200 ms later, and then the stage', () => {
    const app = new SimulatedApplication();
    const [a] = [app.addExecutor(), app.addExecutor()];
    const job = app.submit(shuffled(source(4), 2));
    while (app.launches().length < 5) app.finishFirst();
    app.loseExecutor(a);
    app.addExecutor();
    app.settle();
    expect(stagesOf(app)).toEqual(['1.0x4', '0.0x2', '1.1x2', '0.1x2']);
    expect(app.nowMs).toBe(200);
    expect(app.ended.get(job)).toBeUndefined();
  });

  test('failures of the same 200 ms are one resubmission', () => {
    const app = new SimulatedApplication();
    const [first, second] = [app.addExecutor(), app.addExecutor()];
    app.addExecutor();
    app.addExecutor();
    app.submit(shuffled(source(4), 4));
    for (const task of [...app.running.keys()]) app.finish(task);
    app.loseExecutor(first);
    app.loseExecutor(second);
    for (const task of [...app.running.keys()]) app.finish(task);
    expect(stagesOf(app)).toEqual(['1.0x4', '0.0x4']);
    app.settle();
    expect(stagesOf(app)).toEqual(['1.0x4', '0.0x4', '1.1x2', '0.1x4']);
  });

  test('finished map tasks of a running stage run again when their executor goes', () => {
    const app = new SimulatedApplication();
    const a = app.addExecutor();
    app.submit(shuffled(source(3), 1));
    app.finishFirst();
    app.addExecutor();
    app.loseExecutor(a);
    app.settle();
    expect(stagesOf(app)).toEqual(['1.0x3', '0.0x1']);
    expect(app.launches().filter(({ stageId }) => stageId === 1)).toHaveLength(5);
  });

  test('four attempts in a row that cannot fetch end the job', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const root = shuffled(source(1), 1);
    const job = app.submit(root);
    const shuffleId = root.edges.flatMap((edge) => (edge.kind === 'shuffle' ? [edge.shuffleId] : [])).at(0) ?? -1;
    const reducing = () => [...app.running.values()].find(({ stageId }) => stageId === 0);
    for (let attempt = 0; attempt < 4; attempt++) {
      while (reducing() === undefined) if (!app.finishFirst()) app.advance();
      const taskId = reducing()?.taskId ?? -1;
      app.running.delete(taskId);
      app.handle({
        type: 'taskEnded',
        taskId,
        outcome: { status: 'fetchFailed', shuffleId, mapPartition: 0, executorId: '0', message: 'refused' },
      });
    }
    expect(app.ended.get(job)).toMatch(/stage 0 failed 4 times in a row because it could not fetch.*refused/);
  });

  test('output of a task that ends after its executor was lost does not count', () => {
    const app = new SimulatedApplication();
    const a = app.addExecutor();
    app.submit(shuffled(source(1), 1));
    const [taskId] = [...app.running.keys()] as [number];
    app.loseExecutor(a);
    app.handle({ type: 'taskEnded', taskId, outcome: { status: 'success', payload: 0, mapSizes: [1] } });
    expect(stagesOf(app)).toEqual(['1.0x1']);
    app.addExecutor();
    app.settle();
    expect(app.ended.get(0)).toBeUndefined();
  });
});

describe('tasks that fail', () => {
  test('four failures of one task end the job, and the message names the last', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const job = app.submit(source(2));
    for (let failures = 0; failures < 4;) {
      const [task] = app.running.values();
      if (task?.partition !== 0) {
        app.finishFirst();
        continue;
      }
      app.fail(task.taskId);
      failures++;
    }
    expect(app.ended.get(job)).toBe('task 0 of stage 0.0 failed 4 times; the last time: boom');
  });

  test('a failure that cannot be helped ends the job at once', () => {
    const app = new SimulatedApplication();
    app.addExecutor();
    const job = app.submit(source(1));
    app.fail(0, true);
    expect(app.ended.get(job)).toMatch(/cannot succeed; the last time: boom/);
  });

  test('an executor lost to something else does not count', () => {
    const app = new SimulatedApplication({ maxFailures: 1 });
    app.addExecutor();
    const job = app.submit(source(1));
    app.loseExecutor('0', false);
    app.addExecutor();
    app.settle();
    expect(app.ended.get(job)).toBeUndefined();
    const second = app.submit(source(1));
    app.loseExecutor('1', true);
    expect(app.ended.get(second)).toMatch(/failed 1 times/);
  });

  test('each partition of a stage counts once, however often it ran', () => {
    const app = new SimulatedApplication();
    const [a] = [app.addExecutor(), app.addExecutor()];
    app.submit(shuffled(source(4), 2));
    while (app.launches().length < 5) app.finishFirst();
    app.loseExecutor(a);
    app.addExecutor();
    app.settle();
    expect(app.counted).toBe(6);
  });
});

/** Random lineages: every step makes a new dataset of earlier ones. */
const lineages = fc
  .array(
    fc.record({
      kind: fc.constantFrom('source', 'narrow', 'shuffle', 'join'),
      a: fc.nat(),
      b: fc.nat(),
      partitions: fc.integer({ min: 1, max: 4 }),
      cached: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((steps) => {
    const made: LineageNode[] = [source(2)];
    const pick = (index: number): LineageNode => made.at(index % made.length) ?? source(1);
    for (const { kind, a, b, partitions, cached } of steps) {
      const dataset =
        kind === 'source'
          ? source(partitions)
          : kind === 'narrow'
            ? narrow(pick(a))
            : kind === 'shuffle'
              ? shuffled(pick(a), partitions)
              : joined(shuffled(pick(a), partitions), shuffled(pick(b), partitions));
      if (cached) dataset.storage = { memory: true, disk: false };
      made.push(dataset);
    }
    return made.slice(-3);
  });
const happenings = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), pick: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('add' as const), pick: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('advance' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('evict' as const), pick: fc.nat() }) },
  ),
  { maxLength: 60 },
);

test('whatever fails, every job ends and delivers every partition exactly once (D2, D3)', () => {
  fc.assert(
    fc.property(lineages, happenings, (roots, events) => {
      const app = new SimulatedApplication({ maxFailures: 1000, maxStageAttempts: 1000 });
      app.addExecutor();
      const jobs = roots.map((root) => app.submit(root));
      for (const { kind, pick } of events) {
        const tasks = [...app.running.keys()];
        const executors = [...app.executors];
        const task = tasks[pick % Math.max(1, tasks.length)];
        const executor = executors[pick % Math.max(1, executors.length)];
        if (kind === 'finish' && task !== undefined) cacheAndFinish(app, task);
        else if (kind === 'fail' && task !== undefined) app.fail(task);
        else if (kind === 'lose' && executor !== undefined) app.loseExecutor(executor, pick % 2 === 0);
        else if (kind === 'add') app.addExecutor(pick + 1);
        else if (kind === 'evict' && executor !== undefined)
          for (const root of roots)
            app.handle({ type: 'blockRemoved', executorId: executor, blockId: `rdd_${root.id}_0` });
        else if (kind === 'advance') app.advance();
      }
      if (app.executors.size === 0) app.addExecutor(2);
      app.settle();
      for (const [index, job] of jobs.entries()) {
        expect(app.ended.get(job)).toBeUndefined();
        expect(app.delivered.get(job)).toEqual(Array.from({ length: roots[index]?.partitions ?? 0 }, () => 1));
      }
    }),
    { numRuns: 400 },
  );
});

/** Finishes a task and tells of the blocks it would have cached. */
function cacheAndFinish(app: SimulatedApplication, taskId: number): void {
  const task = app.running.get(taskId);
  const root = app.stages.get(task?.stageId ?? -1)?.root;
  if (task !== undefined && root?.storage !== undefined) {
    app.handle({ type: 'blockAdded', executorId: task.executorId, blockId: `rdd_${root.id}_${task.partition}` });
  }
  app.finish(taskId);
}

test('a lineage as text', () => {
  const cached = narrow(source(2));
  cached.storage = { memory: true, disk: true };
  expect(describeLineage(narrow(shuffled(cached, 3))).replaceAll(/\[\d+\]/g, '[n]')).toBe(
    '(3) node [n]\n(3) node [n]\n  (2) node [n] [cached: memory and disk]\n  (2) node [n]',
  );
});
