// In this thread or in another: what each costs the thread that has other things to do. Offers go round: every one that
// comes is given back, and the next cycle starts at once.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { createAllocator, RemoteAllocator } from '@mini-mesos/allocator';
import { report } from '../lib/report.mjs';
import { recover } from './build.mjs';
import { fill } from './cycles.mjs';

const SETTING = { agents: 10000, frameworks: 1000, roles: 200 };
const CYCLES = 200;

/** How late timers of this thread are while `run` goes on, in milliseconds. */
async function delaysOf(run) {
  const delays = [];
  let expected = performance.now() + 1;
  const timer = setInterval(() => {
    const now = performance.now();
    delays.push(Math.max(0, now - expected));
    expected = now + 1;
  }, 1);
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await run();
  histogram.disable();
  clearInterval(timer);
  return delays;
}

async function inPlace(cycles) {
  const allocator = createAllocator({});
  fill(allocator, SETTING);
  let offers = allocator.allocate(0);
  for (let i = 1; i <= CYCLES; i += 1) {
    for (const offer of offers) allocator.handle(recover(offer), i);
    const started = performance.now();
    allocator.tick(i);
    offers = allocator.allocate(i);
    cycles.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** The thread has its cluster filled and gives back by itself: what is measured is a cycle that goes on elsewhere. */
async function inThread(cycles, { isRoundTrip }) {
  const thread = new Worker(new URL('thread.mjs', import.meta.url), { workerData: { setting: SETTING, isRoundTrip } });
  let onCycle;
  const remote = new RemoteAllocator((message, transfer) => thread.postMessage(message, transfer), {
    onCycle: (report_) => onCycle(report_),
    onFailure: (error) => {
      throw new Error(error);
    },
  });
  thread.on('message', (message) => remote.receive(message));
  const next = () => new Promise((resolve) => (onCycle = resolve));
  let { allocations } = await next();
  for (let i = 1; i <= CYCLES; i += 1) {
    if (isRoundTrip) for (const offer of allocations) remote.handle(recover(offer), i);
    remote.tick(i);
    remote.run(i);
    const cycle = next();
    remote.flush();
    const done = await cycle;
    cycles.push(done.durationMs);
    allocations = done.allocations;
  }
  await thread.terminate();
}

export async function benchWorkers() {
  const ways = {
    'in place': (cycles) => inPlace(cycles),
    'one thread': (cycles) => inThread(cycles, { isRoundTrip: false }),
    'one thread, all offers there and back': (cycles) => inThread(cycles, { isRoundTrip: true }),
  };
  let reference;
  for (const [way, run] of Object.entries(ways)) {
    const cycles = [];
    const delays = await delaysOf(() => run(cycles));
    reference ??= { cycles, delays };
    const against = (samples) => ({ name: 'in place', samples });
    report({
      name: 'allocator/workers/cycle',
      parameters: { way, ...SETTING },
      samples: cycles,
      unit: 'ms',
      reference: against(reference.cycles),
    });
    report({
      name: 'allocator/workers/timer delay of the main thread',
      parameters: { way, ...SETTING },
      samples: delays,
      unit: 'ms',
      reference: against(reference.delays),
    });
  }
}
