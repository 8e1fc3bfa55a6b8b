// Goal: the checker of the chaos runs sees every kind of loss, and the faults of a run are the seed's. Method: a history in
// which all is well, and the same with one thing wrong in it.
import { describe, expect, test } from 'vitest';
import { check, outcomes } from './core/check.js';
import type { History, Seen } from './core/check.js';
import { describeFault, planFaults } from './core/faults.js';
import type { Cast } from './core/faults.js';

const update = (task: string, state: string, atMs: number): Seen => ({ type: 'update', task, state, atMs });

const well: History = {
  frameworks: [
    {
      name: 'f',
      seen: [
        { type: 'launch', task: 'a', agent: 'A', atMs: 100 },
        { type: 'launch', task: 'b', agent: 'A', atMs: 100 },
        update('a', 'TASK_RUNNING', 200),
        update('a', 'TASK_UNREACHABLE', 250),
        update('a', 'TASK_FINISHED', 400),
        update('a', 'TASK_FINISHED', 500),
        update('b', 'TASK_DROPPED', 300),
      ],
    },
  ],
  ran: [
    { type: 'start', task: 'a', atMs: 150 },
    { type: 'end', task: 'a', atMs: 390 },
  ],
  ending: {
    agents: [{ id: 'A', used: { cpus: 0, ports: '' } }],
    agentsExpected: 1,
    unoffered: [],
    unexpectedEnds: [],
    rivals: [],
    excusedAgents: [],
  },
};

const withSeen = (change: (seen: readonly Seen[]) => Seen[]): History => ({
  ...well,
  frameworks: well.frameworks.map(({ name, seen }) => ({ name, seen: change(seen) })),
});
const withRan = (...more: History['ran']): History => ({ ...well, ran: [...well.ran, ...more] });
const withEnding = (ending: Partial<History['ending']>): History => ({
  ...well,
  ending: { ...well.ending, ...ending },
});

describe('the checker', () => {
  test('has nothing to say where all is well, repeated and unreachable updates included', () => {
    expect(check(well)).toEqual([]);
    const stale: Seen = { ...update('a', 'TASK_GONE', 600), reason: 'REASON_RECONCILIATION' } as Seen;
    expect(check(withSeen((seen) => [...seen, stale]))).toEqual([]);
    expect(outcomes(well)).toEqual({ TASK_DROPPED: 1, TASK_FINISHED: 1 });
  });

  test.each<[string, History, RegExp]>([
    [
      'a task without an end',
      withSeen((seen) => seen.filter((entry) => !('state' in entry) || entry.state !== 'TASK_FINISHED')),
      /^C1 a has no terminal state: f was told TASK_RUNNING, TASK_UNREACHABLE$/,
    ],
    ['a task with two ends', withSeen((seen) => [...seen, update('b', 'TASK_GONE', 600)]), /^C1 b has 2 terminal/],
    [
      'an end after the task was told to be gone',
      withSeen((seen) => [
        ...seen.filter((entry) => !('state' in entry) || entry.task !== 'a'),
        { ...update('a', 'TASK_GONE', 300), reason: 'REASON_RECONCILIATION' } as Seen,
        update('a', 'TASK_FINISHED', 400),
      ]),
      /^C1 a has 2 terminal/,
    ],
    ['a task that comes back', withSeen((seen) => [...seen, update('a', 'TASK_RUNNING', 600)]), /^C1 a came back/],
    [
      'an update of nobody',
      withSeen((seen) => [...seen, update('x', 'TASK_LOST', 600)]),
      /^C1 f was told TASK_LOST of x/,
    ],
    [
      'a task that was ended by the death of another',
      withSeen((seen) =>
        seen.map((entry) => ('state' in entry && entry.task === 'a' ? { ...entry, state: 'TASK_KILLED' } : entry)),
      ),
      /^C4 a ran, and did not survive: f was told TASK_KILLED/,
    ],
    ['a task that ran twice', withRan({ type: 'start', task: 'a', atMs: 160 }), /^C2 a ran 2 times$/],
    ['a task of nobody', withRan({ type: 'start', task: 'x', atMs: 160 }), /^C3 x ran, but nobody launched it$/],
    ['a finish that was not', { ...well, ran: well.ran.slice(0, 1) }, /^C4 a was told to have finished/],
    [
      'a dropped task that ran',
      withRan({ type: 'start', task: 'b', atMs: 160 }),
      /^C4 b was told to be dropped, but ran$/,
    ],
    [
      'a task that began after its end',
      { ...well, ran: well.ran.map((line) => ({ ...line, atMs: line.atMs + 500 })) },
      /^C4 a began 250 ms after f was told/,
    ],
    ['a leak', withEnding({ agents: [{ id: 'A', used: { cpus: 0.1 } }] }), /^C5 A still has in use: \{"cpus":0.1\}$/],
    ['what is offered to nobody', withEnding({ unoffered: ['2 cpus'] }), /^C5 not offered: 2 cpus$/],
    ['an agent that lost its id', withEnding({ agentsExpected: 2 }), /^C6 2 agents have 1 registrations: A$/],
    ['two leaders', withEnding({ rivals: ['master-1 and master-2'] }), /^C8 master-1 and master-2$/],
    ['a daemon that crashed', withEnding({ unexpectedEnds: ['master-1 ended with 1'] }), /^C7 master-1 ended with 1$/],
  ])('sees %s', (_, history, expected) => {
    const violations = check(history);
    expect(
      violations.some((violation) => expected.test(violation)),
      violations.join('\n'),
    ).toBe(true);
  });
});

describe('the faults of a run', () => {
  const cast: Cast = {
    masters: ['master-1', 'master-2'],
    agents: ['agent-1'],
    frameworks: ['framework-1'],
    servers: ['zookeeper-1'],
    canPartition: true,
    smallDisks: ['agent-1'],
  };

  test('are the same for the same seed, and others for another', () => {
    const plan = (seed: number) => planFaults(seed, { durationMs: 60_000, cast }).map(describeFault);
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
    expect(plan(7).length).toBeGreaterThan(20);
  });

  test('leave out what cannot be done here', () => {
    const faults = planFaults(7, {
      durationMs: 600_000,
      cast: { ...cast, canPartition: false, smallDisks: [], servers: [] },
    });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'freeze']));
    expect(faults.some(({ target }) => target.startsWith('zookeeper'))).toBe(false);
  });

  test('are of all kinds, and strike everybody', () => {
    const faults = planFaults(7, { durationMs: 600_000, cast });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'freeze', 'partition', 'fill-disk']));
    const targets = ['leader', ...cast.masters, ...cast.agents, ...cast.frameworks, ...cast.servers];
    expect(new Set(faults.map(({ target }) => target))).toEqual(new Set(targets));
  });
});
