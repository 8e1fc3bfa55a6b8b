// Goal: a user's scheduler sees a cluster in memory as it sees a real one. Method: the SDK against TestCluster.
import { launch, launchGroup, Scheduler, taskFrom } from '@mini-mesos/scheduler-sdk';
import type { TaskSpec } from '@mini-mesos/scheduler-sdk';
import { expect, test } from 'vitest';
import { TestCluster } from '../src/index.js';
import type { TestClusterOptions } from '../src/index.js';

const FRAMEWORK = { name: 'mine', user: 'nobody', checkpoint: true, failover_timeout: 600 };
const spec = (taskId: string, command: string): TaskSpec => ({ taskId, command, resources: { cpus: 1, mem: 64 } });

function start(options: TestClusterOptions = {}, specs: TaskSpec[] = []) {
  const cluster = new TestCluster(options);
  const scheduler = new Scheduler({ ...cluster.connect(), framework: FRAMEWORK });
  const seen: string[] = [];
  scheduler.on('update', ({ status }) => void seen.push(`${status.task_id.value} ${status.state}`));
  scheduler.on('subscribed', ({ isAgain }) => void seen.push(isAgain ? 'subscribed again' : 'subscribed'));
  scheduler.on('offers', async ({ offers: [offer] }) => {
    const task = offer && specs[0] && taskFrom(offer, specs[0]);
    if (!offer || !task) return;
    specs.shift();
    await scheduler.accept(offer, launch([task]));
  });
  void scheduler.start();
  return { cluster, scheduler, seen };
}

test('a task runs for as long as its command says, and ends as it says', async () => {
  const { cluster, seen } = start({}, [spec('t', 'sleep 3600; exit 3')]);
  await cluster.until(() => cluster.runningTasks.length > 0);
  const startedMs = cluster.nowMs;
  await cluster.until(() => seen.includes('t TASK_FAILED'), { withinMs: 3_700_000 });
  expect(cluster.nowMs - startedMs).toBeGreaterThan(3_599_000);
  expect(seen).toEqual(['subscribed', 't TASK_STARTING', 't TASK_RUNNING', 't TASK_FAILED']);
});

test('a failover of the master is a disconnection, and the task runs on', async () => {
  const { cluster, seen, scheduler } = start({ masters: 3 }, [spec('t', 'sleep 300')]);
  await cluster.until(() => seen.includes('t TASK_RUNNING'));
  cluster.failOver();
  await cluster.until(() => scheduler.state !== 'subscribed');
  await cluster.until(() => seen.includes('subscribed again'));
  await cluster.until(() => seen.includes('t TASK_FINISHED'), { withinMs: 400_000 });
});

test('an agent that crashes takes its tasks up again; one whose machine goes down loses them', async () => {
  const { cluster, seen } = start({}, [spec('first', 'sleep 60'), spec('second', 'sleep infinity')]);
  await cluster.until(() => cluster.runningTasks.length === 2);
  const id = cluster.agents[0]?.id;
  cluster.agents[0]?.crash();
  await cluster.until(() => seen.includes('first TASK_FINISHED'), { withinMs: 120_000 });
  expect(cluster.agents[0]?.id).toBe(id);
  cluster.agents[0]?.losePower();
  await cluster.until(() => seen.some((text) => /^second TASK_(FAILED|GONE|LOST)$/.test(text)), { withinMs: 300_000 });
});

test('a group of tasks ends together when one of them fails', async () => {
  const { cluster, scheduler, seen } = start();
  await cluster.until(() => scheduler.offers.length > 0);
  const [offer] = scheduler.offers;
  if (!offer) throw new Error('no offer');
  const tasks = [spec('long', 'sleep infinity'), spec('short', 'sleep 5; exit 1')].flatMap((one) => {
    return taskFrom(offer, one) ?? [];
  });
  const scalar = (name: string, value: number) => ({ name, type: 'SCALAR' as const, scalar: { value } });
  const resources = [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 10)];
  const executor = {
    type: 'DEFAULT' as const,
    executor_id: { value: 'pod' },
    framework_id: offer.framework_id,
    resources,
  };
  void scheduler.accept(offer, launchGroup(executor, tasks));
  await cluster.until(() => seen.includes('short TASK_FAILED') && seen.includes('long TASK_KILLED'));
  await cluster.until(() => cluster.runningTasks.length === 0);
});

test('the same seed gives the same run, another one another', async () => {
  const run = async (seed: number) => {
    const { cluster, seen } = start({ seed, masters: 2 }, [spec('t', 'sleep 5')]);
    await cluster.until(() => seen.includes('t TASK_FINISHED'));
    return cluster.nowMs;
  };
  expect(await run(7)).toBe(await run(7));
  expect(await run(7)).not.toBe(await run(8));
});

test('what never comes true is told with what happened last', async () => {
  const { cluster } = start();
  await expect(cluster.until(() => false, { withinMs: 5_000 })).rejects.toThrow(
    'after 5000 virtual ms it is still not so',
  );
});
