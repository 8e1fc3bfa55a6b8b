// Goal: sandboxes go when they are old enough, the sooner the fuller the disk. Method: the pure rule, then the machine.
import { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { SANDBOXES_PENDING_MAX } from '../src/core/constants.js';
import type { Effect } from '../src/core/effects.js';
import { maxAgeMs, SandboxGc } from '../src/core/gc.js';
import { leftDirectories } from '../src/shell/left-directories.js';
import { Harness, taskInfo } from './support/harness.js';
import { temporaryDirectory } from './support/launcher-world.js';

const WEEK_MS = 604_800_000;
const rule = { gcDelayMs: WEEK_MS, gcDiskHeadroom: 0.1 };

describe('the age that a sandbox may reach', () => {
  it.each([
    [0, 0.9],
    [0.4, 0.5],
    [0.9, 0],
    [1, 0],
  ])('with %d of the disk in use is %d of the delay', (usage, share) => {
    expect(maxAgeMs(usage, rule)).toBeCloseTo(WEEK_MS * share, 3);
  });
});

describe('what waits for removal', () => {
  it('comes out oldest first, and only what is old enough', () => {
    const gc = new SandboxGc();
    for (const [path, sinceMs] of [
      ['a', 0],
      ['b', 10],
      ['c', 20],
    ] as const)
      gc.add({ path, sinceMs, names: [] });
    expect(gc.due(20, 10).map(({ path }) => path)).toEqual(['a', 'b']);
    expect(gc.pendingCount).toBe(1);
  });

  it('starts anew where it is added again, and stays where it is in use again', () => {
    const gc = new SandboxGc();
    gc.add({ path: 'a', sinceMs: 0, names: [] });
    gc.add({ path: 'b', sinceMs: 1, names: [] });
    gc.add({ path: 'a', sinceMs: 50, names: [] });
    gc.spare('b');
    expect(gc.due(59, 10)).toEqual([]);
    expect(gc.due(60, 10).map(({ path }) => path)).toEqual(['a']);
  });

  it('is bounded: the oldest goes at once', () => {
    const gc = new SandboxGc();
    for (let index = 0; index < SANDBOXES_PENDING_MAX; index += 1) gc.add({ path: `p${index}`, sinceMs: 0, names: [] });
    expect(gc.add({ path: 'last', sinceMs: 0, names: [] }).map(({ path }) => path)).toEqual(['p0']);
    expect(gc.pendingCount).toBe(SANDBOXES_PENDING_MAX);
  });
});

describe('what earlier runs left', () => {
  const directory = temporaryDirectory();
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const run = (agent: string, framework: string, executor: string, id: string) =>
    `${directory}/slaves/${agent}/frameworks/${framework}/executors/${executor}/runs/${id}`;

  it('is found as the largest directories that nobody uses, oldest first', async () => {
    const live = run('S1', 'f1', 'e1', 'r2');
    const paths = [run('S0', 'f0', 'e0', 'r0'), run('S1', 'f1', 'e1', 'r1'), live, run('S1', 'f1', 'e2', 'r3')];
    for (const path of [...paths, run('S1', 'f2', 'e3', 'r4')]) mkdirSync(path, { recursive: true });
    symlinkSync('r2', run('S1', 'f1', 'e1', 'latest'));
    symlinkSync('S1', `${directory}/slaves/latest`);
    const slaves = `${directory}/slaves`;
    const expected = [
      `${slaves}/S1/frameworks/f2`,
      run('S1', 'f1', 'e1', 'r1'),
      `${slaves}/S0`,
      `${slaves}/S1/frameworks/f1/executors/e2`,
    ];
    expected.forEach((path, index) => utimesSync(path, index + 1, index + 1));
    const found = await leftDirectories(directory, { agentId: 'S1', live: [live] });
    expect(found).toEqual(expected.map((path, index) => ({ path, sinceMs: (index + 1) * 1000 })));
    expect(await leftDirectories(`${directory}/none`, { agentId: undefined, live: [] })).toEqual([]);
  });

  it('waits with the rest, unless it is in use again', () => {
    const gc = new SandboxGc();
    gc.add({ path: 'new', sinceMs: 90, names: [] });
    gc.addOlder([
      { path: 'old', sinceMs: 10, names: [] },
      { path: 'new', sinceMs: 20, names: [] },
    ]);
    expect(gc.due(60, 10).map(({ path }) => path)).toEqual(['old']);
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    const used = harness.container('t').config.sandbox;
    const parent = used.replace(/\/runs\/.*/, '');
    harness.event({
      type: 'directories-found',
      directories: [parent, used, '/work/slaves/old'].map((path) => ({ path, sinceMs: 0 })),
    });
    harness.event({ type: 'disk-usage', usage: 0.95 });
    expect(harness.effects.flatMap((effect) => (effect.type === 'remove-paths' ? effect.paths : []))).toEqual([
      '/work/slaves/old',
    ]);
  });
});

describe('the agent', () => {
  const removed = (harness: Harness) =>
    harness.effects.flatMap((effect: Effect) => (effect.type === 'remove-paths' ? effect.paths : []));

  function withEnded(): Harness {
    const harness = Harness.registered();
    harness.run(taskInfo('t'));
    harness.launched(harness.container('t').path);
    harness.exited(harness.container('t').path);
    harness.acknowledgeAll('t');
    return harness;
  }

  it('measures the disk every interval and removes what has to go', () => {
    const harness = withEnded();
    harness.event({ type: 'disk-usage', usage: 0.5 });
    expect(removed(harness)).toEqual([]);
    harness.advance(WEEK_MS / 2);
    const measured = harness.effects.filter(({ type }) => type === 'measure-disk').length;
    expect(measured).toBeGreaterThan(1000);
    harness.event({ type: 'disk-usage', usage: 0.5 });
    const directory = '/work/slaves/master-S0/frameworks/framework-0000';
    expect(removed(harness)).toEqual([harness.container('t').config.sandbox, `${directory}/executors/t`, directory]);
    const detached = harness.effects.flatMap((effect) => (effect.type === 'detach-files' ? effect.names : []));
    expect(detached).toContain('/frameworks/framework-0000/executors/t/runs/latest');
    harness.event({ type: 'paths-removed', removed: 3, failed: 0 });
    expect(harness.machine.state.counters.pathRemovalsSucceeded).toBe(3);
  });

  it('spares the directories of an executor and a framework that are back', () => {
    const harness = withEnded();
    harness.run(taskInfo('t'));
    harness.event({ type: 'disk-usage', usage: 1 });
    expect(removed(harness)).toEqual([harness.container('t').config.sandbox]);
  });
});
