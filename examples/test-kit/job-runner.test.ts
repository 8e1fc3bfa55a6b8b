// Tests a scheduler against a cluster in memory on virtual time: node --test examples/dist/test-kit/job-runner.test.js
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestCluster } from '@mini-mesos/simulator';
import { JobRunner } from './job-runner.js';

void test('runs every job, as many at once as fit', async () => {
  const cluster = new TestCluster({ agents: ['cpus:2;mem:1024'] });
  const jobs = ['a', 'b', 'c'].map((name) => ({ name, command: 'sleep 60' }));
  const runner = new JobRunner(jobs, { attemptsMax: 1, connection: cluster.connect() });
  void runner.start();
  await cluster.until(() => cluster.runningTasks.length === 2);
  await cluster.until(() => runner.isOver, { withinMs: 180_000 });
  assert.deepEqual(runner.done.toSorted(), ['a', 'b', 'c']);
});

void test('tries a job again that failed, until it gives up', async () => {
  let runs = 0;
  const cluster = new TestCluster({
    tasks: ({ taskId }) => {
      if (taskId.startsWith('flaky')) runs += 1;
      return { runMs: 5_000, exitStatus: taskId.startsWith('broken') || runs < 2 ? 1 : 0 };
    },
  });
  const jobs = ['flaky', 'broken'].map((name) => ({ name, command: 'true' }));
  const runner = new JobRunner(jobs, { attemptsMax: 3, connection: cluster.connect() });
  void runner.start();
  await cluster.until(() => runner.isOver, { withinMs: 180_000 });
  assert.deepEqual([runner.done, runner.givenUp], [['flaky'], ['broken']]);
});

void test('an hour of work survives a crash of the master and of an agent', async () => {
  const cluster = new TestCluster({ masters: 2, agents: ['cpus:2;mem:1024', 'cpus:2;mem:1024'] });
  const jobs = Array.from({ length: 8 }, (_, index) => ({ name: `job${index}`, command: 'sleep 600' }));
  const runner = new JobRunner(jobs, { attemptsMax: 1, connection: cluster.connect() });
  void runner.start();
  await cluster.until(() => cluster.runningTasks.length === 4);
  cluster.failOver();
  await cluster.advance(120_000);
  cluster.agents[0]?.crash();
  await cluster.until(() => runner.isOver, { withinMs: 3_600_000 });
  assert.equal(runner.done.length, 8);
});
