// Goal: the fast allocator does not grow with what has passed. Method: thousands of tasks of ever other sizes come and
// go on a few agents; afterwards the heap is what it was.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createAllocator } from '@mini-mesos/allocator';
import { Resources } from '@mini-mesos/resources';
import { expect, test } from 'vitest';
import { res } from './support/build.js';
import { AGENT_CAPABILITIES } from './support/rig.js';

function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const task = (i: number): Resources =>
  Resources.of([
    { name: 'cpus', value: { type: 'SCALAR', milli: 1 + ((i * 7919) % 4_000) } },
    { name: 'mem', value: { type: 'SCALAR', milli: 1_000 + ((i * 104_729) % 900_000) } },
  ]);

test('tasks of ever other sizes leave nothing behind', () => {
  const allocator = createAllocator({});
  const description = {
    roles: ['r'],
    capabilities: ['MULTI_ROLE'] as const,
    suppressedRoles: [],
    minAllocatable: new Map(),
  };
  allocator.handle(
    { type: 'add-framework', frameworkId: 'f', framework: description, used: new Map(), active: true },
    0,
  );
  for (let i = 0; i < 20; i += 1) {
    const agent = { hostname: `a${i}`, attributes: [], capabilities: AGENT_CAPABILITIES };
    allocator.handle(
      { type: 'add-agent', agentId: `a${i}`, agent, total: res('cpus:64;mem:65536'), used: new Map() },
      0,
    );
  }
  const running: { agentId: string; resources: Resources }[] = [];
  let tasks = 0;
  const play = (cycles: number) => {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      allocator.tick(tasks);
      for (const { agentId, resources } of allocator.allocate(tasks)) {
        const used = task((tasks += 1)).allocate('r');
        running.push({ agentId, resources: used });
        allocator.handle({ type: 'recover', frameworkId: 'f', agentId, resources: resources.minus(used) }, tasks);
      }
      for (const ended of running.splice(0, Math.max(0, running.length - 200))) {
        allocator.handle({ type: 'recover', frameworkId: 'f', ...ended }, tasks);
      }
    }
  };
  // Long enough to fill what is remembered on purpose.
  play(700);
  const before = heapMiB();
  play(1_000);
  expect(tasks).toBeGreaterThan(25_000);
  expect(heapMiB() - before).toBeLessThan(24);
}, 300_000);
