// An allocator's thread: its cluster is filled before the first message. Without round trips what it offers comes back by
// itself before the next cycle, and nothing of it is sent.
import { parentPort, workerData } from 'node:worker_threads';
import { createAllocator, serveAllocator } from '@mini-mesos/allocator';
import { recover } from './build.mjs';
import { fill } from './cycles.mjs';

const { setting, isRoundTrip } = workerData;
const allocator = createAllocator({});
fill(allocator, setting);

let held = [];
const own = {
  handle: (command, nowMs) => allocator.handle(command, nowMs),
  tick(nowMs) {
    for (const offer of held) allocator.handle(recover(offer), nowMs);
    allocator.tick(nowMs);
  },
  get isRunRequested() {
    return allocator.isRunRequested;
  },
  allocate(nowMs) {
    const made = allocator.allocate(nowMs);
    held = isRoundTrip ? [] : made;
    return isRoundTrip ? made : [];
  },
  takeInverseOffers: () => allocator.takeInverseOffers(),
};
const receive = serveAllocator({
  send: (message, transfer) => parentPort.postMessage(message, transfer),
  instance: own,
  clockMs: () => performance.now(),
});
parentPort.on('message', receive);
receive({ type: 'steps', news: { isReset: false, values: [] }, steps: Float64Array.of(4, 0), commands: [] });
