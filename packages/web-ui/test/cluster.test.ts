// Goal: what the pages show is what the master's events say. Method: single events by hand, and a simulated cluster whose
// event stream must lead to the same picture as a snapshot taken at the end of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cluster, COMPLETED_TASKS_MAX } from '../src/core/cluster.js';
import { stateMessage } from '../src/core/rows.js';
import { FakeCluster } from './support/fake-cluster.mjs';
import {
  agentMessage,
  frameworkMessage,
  NOW_MS,
  scalar,
  status,
  subscribed,
  taskAdded,
  taskMessage,
  taskUpdated,
} from './support/rows.js';

function clusterOf(state: Parameters<typeof subscribed>[0] = {}): Cluster {
  const cluster = new Cluster();
  cluster.handle(subscribed(state), NOW_MS);
  return cluster;
}

const onlyTask = (cluster: Cluster) => [...cluster.tasks.values()][0];

describe('tasks', () => {
  test('a task lives from its launch to its end, with every status in its history', () => {
    const cluster = clusterOf();
    cluster.handle(taskAdded(taskMessage({ state: 'TASK_STAGING' })), NOW_MS);
    for (const state of ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED'] as const) {
      cluster.handle(taskUpdated({ state, atMs: NOW_MS + 5000 }), NOW_MS + 5000);
    }
    const task = onlyTask(cluster);
    expect(task).toMatchObject({
      state: 'TASK_FINISHED',
      group: 'completed',
      launchedMs: NOW_MS,
      updatedMs: NOW_MS + 5000,
    });
    expect(task?.statuses.map(({ state }) => state)).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
    expect([cluster.launches, cluster.endings]).toEqual([1, 1]);
  });

  test('the newest state counts, also while an older status is delivered', () => {
    const cluster = clusterOf();
    cluster.handle(taskAdded(taskMessage({ state: 'TASK_STAGING' })), NOW_MS);
    cluster.handle(taskUpdated({ status: 'TASK_RUNNING', state: 'TASK_FAILED' }), NOW_MS);
    expect(onlyTask(cluster)).toMatchObject({ state: 'TASK_FAILED', group: 'completed' });
    cluster.handle(taskUpdated({ state: 'TASK_FAILED' }), NOW_MS);
    expect(onlyTask(cluster)?.statuses.map(({ state }) => state)).toEqual(['TASK_RUNNING', 'TASK_FAILED']);
    expect(cluster.endings).toBe(1);
    expect(cluster.feed.entries.map(({ state }) => state)).toEqual(['TASK_FAILED', 'TASK_RUNNING', 'TASK_STAGING']);
  });

  test('what is said after the end of a task does not change how it ended', () => {
    const failed = { ...status('TASK_FAILED', { atMs: NOW_MS + 1000 }), message: 'exited with status 7' };
    const removed = { ...status('TASK_KILLED', { atMs: NOW_MS + 9000 }), message: 'framework removed' };
    const followed = clusterOf({ get_tasks: { tasks: [taskMessage({ state: 'TASK_FAILED', statuses: [failed] })] } });
    const entries = followed.feed.entries.length;
    followed.handle(
      {
        type: 'TASK_UPDATED',
        task_updated: { framework_id: { value: 'f1' }, status: removed, state: 'TASK_FAILED' },
      },
      NOW_MS + 9000,
    );
    const shown = clusterOf({
      get_tasks: { completed_tasks: [taskMessage({ state: 'TASK_FAILED', statuses: [failed, removed] })] },
    });
    for (const cluster of [followed, shown]) {
      const task = onlyTask(cluster);
      expect(task).toMatchObject({ state: 'TASK_FAILED', updatedMs: NOW_MS + 1000 });
      expect(task && stateMessage(task)).toBe('exited with status 7');
      expect(cluster.feed.entries.map(({ state }) => state)).toEqual(['TASK_FAILED']);
    }
    expect([entries, followed.endings]).toEqual([1, 0]);
  });

  test('of several updates in one state the last one stays, as in the master', () => {
    const cluster = clusterOf({ get_tasks: { tasks: [taskMessage({ statuses: [status('TASK_RUNNING')] })] } });
    cluster.handle(taskUpdated({ state: 'TASK_RUNNING', atMs: NOW_MS + 9000 }), NOW_MS + 9000);
    expect(onlyTask(cluster)?.statuses).toHaveLength(1);
    expect(onlyTask(cluster)?.updatedMs).toBe(NOW_MS + 9000);
  });

  test('an unreachable task is active again when it comes back, and began when it began', () => {
    const cluster = clusterOf({ get_tasks: { tasks: [taskMessage({ statuses: [status('TASK_RUNNING')] })] } });
    cluster.handle(taskUpdated({ state: 'TASK_UNREACHABLE' }), NOW_MS);
    expect(onlyTask(cluster)?.group).toBe('unreachable');
    cluster.handle(
      taskAdded(taskMessage({ statuses: [status('TASK_RUNNING', { atMs: NOW_MS + 60_000 })] })),
      NOW_MS + 60_000,
    );
    expect(onlyTask(cluster)).toMatchObject({ group: 'active', launchedMs: NOW_MS });
    expect(cluster.launches).toBe(0);
  });

  test('a lost task that its agent may bring back is unreachable, not completed', () => {
    const cluster = clusterOf({ get_tasks: { unreachable_tasks: [taskMessage({ state: 'TASK_LOST' })] } });
    expect(onlyTask(cluster)?.group).toBe('unreachable');
  });

  test('an id that is used again keeps the earlier task under a number', () => {
    const cluster = clusterOf({ get_tasks: { completed_tasks: [taskMessage({ state: 'TASK_FAILED' })] } });
    cluster.handle(taskAdded(taskMessage({ state: 'TASK_STAGING' })), NOW_MS);
    cluster.handle(taskUpdated({ state: 'TASK_FINISHED' }), NOW_MS);
    cluster.handle(taskAdded(taskMessage({ state: 'TASK_STAGING' })), NOW_MS);
    const states = Object.fromEntries([...cluster.tasks].map(([key, { state }]) => [key, state]));
    expect(states).toEqual({ 'f1/task/1': 'TASK_FAILED', 'f1/task/2': 'TASK_FINISHED', 'f1/task': 'TASK_STAGING' });
  });

  test('completed tasks beyond the maximum go, the first that ended first', () => {
    const completed = Array.from({ length: COMPLETED_TASKS_MAX }, (_, index) =>
      taskMessage({ id: `t${index}`, state: 'TASK_FINISHED' }),
    );
    const cluster = clusterOf({ get_tasks: { completed_tasks: completed, tasks: [taskMessage({ id: 'last' })] } });
    cluster.handle(taskUpdated({ id: 'last', state: 'TASK_FINISHED' }), NOW_MS);
    expect(cluster.tasks.size).toBe(COMPLETED_TASKS_MAX);
    expect([cluster.tasks.has('f1/t0'), cluster.tasks.has('f1/t1'), cluster.tasks.has('f1/last')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('an update of a task that nobody knows changes nothing', () => {
    const cluster = clusterOf();
    cluster.handle(taskUpdated({ state: 'TASK_RUNNING' }), NOW_MS);
    expect([cluster.tasks.size, cluster.feed.entries.length]).toEqual([0, 0]);
  });
});

describe('agents and frameworks', () => {
  test('an answer that is older than the removal of an agent does not bring it back', () => {
    const cluster = clusterOf({ get_agents: { agents: [agentMessage()] } });
    cluster.handle({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: 'a1' } } }, NOW_MS);
    cluster.refreshAgents({ agents: [agentMessage()] });
    expect(cluster.agents.size).toBe(0);
  });

  test('polls bring what events do not carry', () => {
    const cluster = clusterOf({ get_agents: { agents: [agentMessage()] } });
    cluster.refreshAgents({ agents: [agentMessage({ active: false, allocated_resources: [scalar('cpus', 3)] })] });
    expect(cluster.agents.get('a1')).toMatchObject({ state: 'disconnected', allocated: { cpus: 3 } });
  });

  test.each([
    [{ active: true }, 'active'],
    [{ active: false }, 'disconnected'],
    [{ active: false, deactivated: true }, 'deactivated'],
    [{ active: false, deactivated: true, drain_info: { state: 'DRAINING', config: {} } }, 'draining'],
    [{ active: false, deactivated: true, drain_info: { state: 'DRAINED', config: {} } }, 'drained'],
  ] as const)('an agent with %j is %s', (message, state) => {
    expect(clusterOf({ get_agents: { agents: [agentMessage(message)] } }).agents.get('a1')?.state).toBe(state);
  });

  test('an agent that the last master knew is waited for until it registers', () => {
    const cluster = clusterOf({ get_agents: { recovered_agents: [{ hostname: 'h', id: { value: 'a1' } }] } });
    expect(cluster.recoveredAgents).toEqual([{ id: 'a1', hostname: 'h' }]);
    cluster.handle({ type: 'AGENT_ADDED', agent_added: { agent: agentMessage() } }, NOW_MS);
    expect(cluster.recoveredAgents).toEqual([]);
  });

  test('what a framework holds is kept when an update of it does not say', () => {
    const cluster = clusterOf({
      get_frameworks: {
        frameworks: [frameworkMessage({ allocated_resources: [scalar('cpus', 2, 'dev')], offers: [] })],
      },
    });
    cluster.handle(
      { type: 'FRAMEWORK_UPDATED', framework_updated: { framework: frameworkMessage({ connected: false }) } },
      NOW_MS,
    );
    expect(cluster.frameworks.get('f1')).toMatchObject({ state: 'disconnected', allocated: { cpus: 2 } });
  });

  test('a removed framework is completed, holds nothing, and no answer wakes it', () => {
    const cluster = clusterOf({
      get_frameworks: { frameworks: [frameworkMessage({ allocated_resources: [scalar('cpus', 2, 'dev')] })] },
    });
    const { framework_info: info } = frameworkMessage();
    cluster.handle({ type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: info } }, NOW_MS);
    cluster.refreshFrameworks({ frameworks: [frameworkMessage()] });
    expect(cluster.frameworks.get('f1')).toMatchObject({ state: 'completed', allocated: {}, unregisteredMs: NOW_MS });
  });

  test('an event of a kind that this page does not know changes nothing', () => {
    const cluster = clusterOf({ get_agents: { agents: [agentMessage()] } });
    cluster.handle({ type: 'UNKNOWN' }, NOW_MS);
    cluster.handle({ type: 'SOMETHING_NEW' } as never, NOW_MS);
    expect(cluster.agents.size).toBe(1);
  });
});

test('property: following events leads to what a snapshot shows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 40 }), (seed, steps) => {
      const simulated = new FakeCluster({ seed, agents: 4, tasks: 20, nowMs: NOW_MS });
      const followed = clusterOf(structuredClone(simulated.getState()));
      simulated.onEvent = (event) => followed.handle(structuredClone(event), simulated.nowMs);
      for (let step = 0; step < steps; step += 1) {
        simulated.step();
        if (step === 5) simulated.removeAgent([...simulated.agents.keys()][0] ?? '');
        if (step === 10) simulated.tearDown([...simulated.frameworks.keys()][0] ?? '');
        if (step === 15) simulated.addAgent();
      }
      expect(pictureOf(followed)).toEqual(pictureOf(clusterOf(simulated.getState())));
    }),
    { numRuns: 40 },
  );
});

function pictureOf(cluster: Cluster) {
  const sorted = <T>(entries: Iterable<readonly [string, T]>) =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    agents: [...cluster.agents.keys()].sort((a, b) => (a < b ? -1 : 1)),
    frameworks: sorted([...cluster.frameworks].map(([id, { state }]) => [id, state] as const)),
    tasks: sorted(
      [...cluster.tasks].map(
        ([key, { state, group, statuses }]) => [key, [state, group, statuses.map((one) => one.state)]] as const,
      ),
    ),
  };
}
