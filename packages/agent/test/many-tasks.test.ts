// Goal: five hundred tasks on one agent are nothing special. Method: a whole agent with real processes; the times are
// printed, and bounded only by what would be a mistake.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AgentWorld } from './support/agent-world.js';
import { taskInfo } from './support/harness.js';
import { PATIENCE_MS, until } from './support/launcher-world.js';

const COUNT = 500;
const ids = Array.from({ length: COUNT }, (_, index) => `s${index}`);
let world: AgentWorld;
beforeAll(async () => {
  world = await AgentWorld.start();
});
afterAll(() => world.close(), PATIENCE_MS);

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const startMs = performance.now();
  await work();
  console.log(`${what}: ${(performance.now() - startMs).toFixed(0)} ms`);
}

const allIn = (state: string) => () =>
  ids.every((id) => world.master.statuses.get(id)?.some((status) => status.state === state));

it('run, are measured, and are killed', async () => {
  await timed('500 sleeping tasks started', async () => {
    for (const id of ids) world.master.run(taskInfo(id, { command: { value: 'sleep 1000' } }));
    await until(allIn('TASK_RUNNING'));
  });
  await timed('statistics of all', async () => {
    expect(await world.json<unknown[]>('/monitor/statistics')).toHaveLength(COUNT);
  });
  await timed('all killed', async () => {
    for (const id of ids) world.master.kill(id);
    await until(allIn('TASK_KILLED'));
  });
}, 120_000);

it('finish one after the other, and many at once', async () => {
  let serial = 0;
  const finish = () => {
    const id = `t${(serial += 1)}`;
    world.master.run(taskInfo(id));
    return world.master.state(id, 'FINISHED');
  };
  await timed('30 tasks one at a time', async () => {
    for (let count = 0; count < 30; count += 1) await finish();
  });
  await timed('300 tasks, 50 at once', async () => {
    const worker = async () => {
      for (let count = 0; count < 6; count += 1) await finish();
    };
    await Promise.all(Array.from({ length: 50 }, worker));
  });
}, 120_000);
