// Goal: sandboxes go when they are old enough, the sooner the fuller the disk. Method: the pure rule, then the machine.
import { describe, expect, it } from 'vitest';
import { SANDBOXES_PENDING_MAX } from '../src/core/constants.js';
import type { Effect } from '../src/core/effects.js';
import { maxAgeMs, SandboxGc } from '../src/core/gc.js';
import { Harness, taskInfo } from './support/harness.js';

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
