// npm run bench -- allocator-thread [--json] [--agents=10000] [--frameworks=1000] [--seconds=10]
// What a master's own thread feels while cycles run back to back: with the allocator in it, and in a thread of its own.
// Every offer is declined at once and offered again by the next cycle.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createAllocator } from '@mini-mesos/allocator';
import { MetricsRegistry, realTime } from '@mini-mesos/daemon';
import { InProcessAllocator, InThreadAllocator } from '@mini-mesos/master';
import { Resources } from '@mini-mesos/resources';
import { option, printHeader, report } from '../lib/report.mjs';

const AGENTS = Number(option('agents', 10_000));
const FRAMEWORKS = Number(option('frameworks', 1000));
const SECONDS = Number(option('seconds', 10));
const RESOLUTION_MS = 1;
const CAPABILITIES = ['MULTI_ROLE', 'RESERVATION_REFINEMENT'];

printHeader('allocator-thread: delay of the event loop while cycles run back to back');

const options = { seed: 1, allocationIntervalMs: 1000 };
const flags = { allocation_interval: 1000, min_allocatable_resources: 'cpus:0.01|mem:32', filter_gpu_resources: true };
const idle = await measure(undefined);
const common = () => ({ time: realTime, metrics: new MetricsRegistry(), intervalMs: 1 });
const here = await measure(() => new InProcessAllocator(createAllocator(options), common()));
const there = await measure(
  () =>
    new InThreadAllocator({
      ...common(),
      flags,
      seed: options.seed,
      onFailure: (error) => {
        throw error;
      },
    }),
);

const parameters = { agents: AGENTS, frameworks: FRAMEWORKS };
for (const [where, measured] of Object.entries({ idle, 'in-process': here, 'in-thread': there })) {
  const reference = { name: 'in-process', samples: here.delaysMs };
  report({
    name: `allocator-thread/loop-delay/${where}`,
    parameters,
    samples: measured.delaysMs,
    unit: 'ms',
    reference,
  });
  if (measured === idle) continue;
  const rate = { name: 'in-process', samples: [here.offersPerSecond] };
  const samples = [measured.offersPerSecond];
  report({ name: `allocator-thread/offers/${where}`, parameters, samples, unit: 'offers/s', reference: rate });
}

/** Delays of the event loop beyond the resolution, and offers a second, after a second of warm-up. */
async function measure(start) {
  const host = start?.();
  let offers = 0;
  if (host) {
    host.onAllocations = (allocations) => {
      offers += allocations.length;
      for (const { frameworkId, agentId, resources } of allocations) {
        host.handle({ type: 'recover', frameworkId, agentId, resources });
      }
    };
    await fill(host);
    await until(() => offers >= 3 * AGENTS);
  }
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const startedMs = performance.now();
  offers = 0;
  delays.enable();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  delays.disable();
  const offersPerSecond = (offers / (performance.now() - startedMs)) * 1000;
  host?.close();
  const at = (percentile) => Math.max(0, delays.percentile(percentile) / 1e6 - RESOLUTION_MS);
  return { delaysMs: Array.from({ length: 1000 }, (_, i) => at((i + 0.5) / 10)), offersPerSecond };
}

async function fill(host) {
  for (let i = 0; i < FRAMEWORKS; i++) {
    const framework = { roles: ['*'], capabilities: CAPABILITIES, suppressedRoles: [], minAllocatable: new Map() };
    host.handle({ type: 'add-framework', frameworkId: `f${i}`, framework, used: new Map(), active: true });
  }
  const total = Resources.parse('cpus:8;mem:16384;disk:100000;ports:[31000-32000]').value;
  for (let i = 0; i < AGENTS; i++) {
    const agent = { hostname: `host-${i}`, attributes: [], capabilities: CAPABILITIES };
    host.handle({ type: 'add-agent', agentId: `a${i}`, agent, total, used: new Map() });
    if (i % 500 === 0) await new Promise(setImmediate);
  }
}

async function until(isTrue) {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}
