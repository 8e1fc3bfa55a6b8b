// Goal: listings show what people look for, filters choose what was asked for, and a word that can mean several things
// is not guessed at. Method: the pure tables and choices on the state of a small cluster.
import { describe, expect, test } from 'vitest';
import type { AgentMessage, FrameworkMessage, StateMessage, TaskMessage } from '../src/core/cluster/messages.js';
import { tasksOf } from '../src/core/cluster/tasks.js';
import { agentTable } from '../src/core/listing/agents.js';
import { clusterFacts } from '../src/core/listing/cluster.js';
import { frameworkTable } from '../src/core/listing/frameworks.js';
import { roleTable } from '../src/core/listing/roles.js';
import { chosenTasks, stateNamed, taskTable } from '../src/core/listing/tasks.js';
import { chooseAgent, chooseFramework, chooseTask } from '../src/master-api/cluster-reads.js';

const MASTER = '7aa267e0-b487-4a57-9cdf-1096543f0a39';
const NOW_MS = 1_000_000_000;
const ago = (seconds: number): number => NOW_MS / 1000 - seconds;

const agent = (number: number, rest: Partial<AgentMessage> = {}): AgentMessage => ({
  id: `${MASTER}-S${number}`,
  hostname: `node${number}`,
  resources: { cpus: 4, mem: 4096, disk: 0, gpus: 0, ports: '[31000-32000]' },
  used_resources: { cpus: 1.5, mem: 128, disk: 0, gpus: 0 },
  active: true,
  registered_time: ago(90),
  ...rest,
});

const task = (id: string, state: string, rest: Partial<TaskMessage> = {}): TaskMessage => ({
  id,
  name: id,
  framework_id: `${MASTER}-0000`,
  executor_id: '',
  slave_id: `${MASTER}-S0`,
  state,
  resources: { cpus: 0.5, mem: 64 },
  statuses: [{ state: 'TASK_RUNNING', timestamp: ago(30) }],
  ...rest,
});

const framework = (number: number, rest: Partial<FrameworkMessage> = {}): FrameworkMessage => ({
  id: `${MASTER}-000${number}`,
  name: `words-${number}`,
  user: 'me',
  roles: ['*'],
  active: true,
  connected: true,
  registered_time: ago(60),
  used_resources: { cpus: 1, mem: 64 },
  ...rest,
});

const STATE: StateMessage = {
  id: MASTER,
  version: '1.12.0',
  hostname: 'm1',
  elected_time: ago(120),
  activated_slaves: 2,
  unreachable_slaves: 1,
  slaves: [agent(0), agent(1, { attributes: { os: 'centos7', rack: 2 } })],
  frameworks: [
    framework(0, {
      tasks: [
        task('web-1', 'TASK_RUNNING'),
        task('web-10', 'TASK_STAGING', { slave_id: `${MASTER}-S1`, statuses: [] }),
      ],
      completed_tasks: [task('old', 'TASK_FAILED')],
    }),
  ],
  completed_frameworks: [
    framework(1, { completed_tasks: [task('web-1', 'TASK_FINISHED', { framework_id: `${MASTER}-0001` })] }),
  ],
};

const SHORT = { nowMs: NOW_MS, isShort: true };

describe('tables', () => {
  test('of agents: used of total, running tasks, attributes', () => {
    const { rows } = agentTable(STATE.slaves ?? [], { ...SHORT, frameworks: STATE.frameworks ?? [] });
    expect(rows).toEqual([
      ['S0', 'node0', 'active', '1.5/4', '128 MiB/4 GiB', '0 MiB/0 MiB', '', '1', '1m', ''],
      ['S1', 'node1', 'active', '1.5/4', '128 MiB/4 GiB', '0 MiB/0 MiB', '', '1', '1m', 'os:centos7;rack:2'],
    ]);
  });

  test('of agents: why one gets no tasks', () => {
    const off = [
      agent(0, { active: false }),
      agent(1, { deactivated: true, active: false }),
      agent(2, { drain_info: { state: 'DRAINING' } }),
    ];
    const { rows } = agentTable(off, SHORT);
    expect(rows.map((row) => row[2])).toEqual(['disconnected', 'deactivated', 'draining']);
  });

  test('of tasks: those that run first, then by age', () => {
    const { rows } = taskTable(tasksOf(STATE), SHORT);
    expect(rows.map(([id, , , state]) => [id, state])).toEqual([
      ['web-10', 'TASK_STAGING'],
      ['web-1', 'TASK_RUNNING'],
      ['old', 'TASK_FAILED'],
      ['web-1', 'TASK_FINISHED'],
    ]);
    expect(rows[1]).toEqual(['web-1', '', 'words-0', 'TASK_RUNNING', 'S0', 'node0', '0.5', '64 MiB', '30s']);
  });

  test('of frameworks: also how they are connected', () => {
    const all = [
      { framework: framework(0), isCompleted: false },
      { framework: framework(1, { connected: false, active: false }), isCompleted: false },
      { framework: framework(2), isCompleted: true },
    ];
    expect(frameworkTable(all, SHORT).rows.map((row) => [row[0], row[4]])).toEqual([
      ['0000', 'active'],
      ['0001', 'disconnected'],
      ['0002', 'completed'],
    ]);
  });

  test('of roles: also from a master that tells less', () => {
    const roles = [
      {
        name: 'dev',
        weight: 2,
        frameworks: ['a'],
        allocated: { cpus: 1 },
        offered: { cpus: 3, mem: 64 },
        quota: { limit: { cpus: 8 } },
      },
      { name: '*', resources: { cpus: 2 } },
    ];
    expect(roleTable(roles).rows).toEqual([
      ['dev', '2', '1', '1', '0 MiB', 'cpus:3;mem:64', '', '', 'cpus:8'],
      ['*', '1', '0', '2', '0 MiB', '', '', '', ''],
    ]);
  });

  test('programs get whole ids', () => {
    const whole = { nowMs: NOW_MS, isShort: false };
    expect(agentTable(STATE.slaves ?? [], whole).rows[0]?.[0]).toBe(`${MASTER}-S0`);
  });

  test('the cluster in a few lines', () => {
    const facts = new Map(clusterFacts(STATE, { nowMs: NOW_MS, url: 'http://m1:5050' }));
    expect(facts.get('agents')).toBe('2 active, 1 unreachable');
    expect(facts.get('frameworks')).toBe('1 active, 1 completed');
    expect(facts.get('tasks')).toBe('1 staging, 1 running, 1 failed, 1 finished');
    expect(facts.get('cpus')).toBe('3 used and 0 offered of 8');
    expect(facts.get('leading for')).toBe('2m');
  });
});

describe('filters', () => {
  const ids = (filter: Partial<Parameters<typeof chosenTasks>[1]>): string[] =>
    chosenTasks(tasksOf(STATE), { states: [], isAll: false, ...filter }).map(({ task: { id } }) => id);

  test('by default what runs', () => expect(ids({})).toEqual(['web-10', 'web-1']));
  test('all', () => expect(ids({ isAll: true })).toEqual(['web-10', 'web-1', 'old', 'web-1']));
  test('a state, also a terminal one', () => expect(ids({ states: ['TASK_FAILED'] })).toEqual(['old']));
  test('an agent', () => expect(ids({ agentId: `${MASTER}-S1` })).toEqual(['web-10']));
  test('a framework', () => expect(ids({ frameworkId: `${MASTER}-0001`, isAll: true })).toEqual(['web-1']));

  test.each([
    ['TASK_RUNNING', 'TASK_RUNNING'],
    ['running', 'TASK_RUNNING'],
    ['gone_by_operator', 'TASK_GONE_BY_OPERATOR'],
    ['walking', undefined],
  ])('the state %s is %s', (word, state) => expect(stateNamed(word)).toBe(state));
});

describe('choices', () => {
  test('a task that runs wins over one that ended', () => {
    expect(chooseTask(STATE, { task: 'web-1' }).task.state).toBe('TASK_RUNNING');
    expect(chooseTask(STATE, { task: 'web-1', framework: 'words-1' }).task.state).toBe('TASK_FINISHED');
    expect(chooseTask(STATE, { task: 'ol' }).task.id).toBe('old');
  });

  test('several are named, none is chosen', () => {
    expect(() => chooseTask(STATE, { task: 'web' })).toThrow(/web can mean 2 tasks: give more of the id[^]*web-10/);
    expect(() => chooseAgent(STATE, MASTER)).toThrow(/can mean 2 agents/);
  });

  test('what is not there is said, with where to look', () => {
    expect(() => chooseTask(STATE, { task: 'nope' })).toThrow(
      'no task nope is known: mini-mesos tasks --all lists them',
    );
    expect(() => chooseFramework(STATE, 'nope')).toThrow(/no framework nope is known/);
  });

  test('frameworks by name and by the end of their ids', () => {
    expect(chooseFramework(STATE, 'words-0').id).toBe(`${MASTER}-0000`);
    expect(chooseFramework(STATE, '0001').name).toBe('words-1');
  });
});
