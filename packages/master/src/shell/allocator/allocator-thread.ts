// The allocator's thread: does what the master sends, in order.
import { parentPort, workerData } from 'node:worker_threads';
import { serveAllocator } from '@mini-mesos/allocator';
import { allocatorOptions } from './allocator-options.js';
import type { ThreadStart } from './in-thread.js';

if (!parentPort) throw new Error('allocator-thread.js is started as a thread by the master');
const port = parentPort;
const { flags, seed } = workerData as ThreadStart;
const receive = serveAllocator({
  send: (message, transfer) => port.postMessage(message, transfer),
  allocator: allocatorOptions(flags, seed),
  clockMs: () => performance.now(),
});
port.on('message', receive);
