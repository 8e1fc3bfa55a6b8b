// The allocator's thread: takes commands in order, and runs cycles when a tick comes or a command asks for one.
import { parentPort, workerData } from 'node:worker_threads';
import { createAllocator } from '@mini-mesos/allocator';
import { Reviver, reviveOptions } from './thread-messages.js';
import type { FromThread, ThreadStart, ToThread } from './thread-messages.js';

/** Offers in one message: the master's thread needs about a millisecond for them. */
const ALLOCATIONS_PER_MESSAGE = 128;
/** What is known of roles is for metrics, which are read every few seconds. */
const VIEW_EVERY_MS = 1000;

if (!parentPort) throw new Error('allocator-thread.js is started as a thread by the master');
const port = parentPort;
const allocator = createAllocator(reviveOptions((workerData as ThreadStart).options));
let nowMs = 0;
let viewedAtMs = -Infinity;
let requestedAtMs: number | undefined;
let isCycleDue = false;
let hasTicked = false;
/** What waits until the master has taken in the message before; at most the offers of one cycle and a few answers. */
const outbox: FromThread[] = [];
let isAwaited = false;

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'commands': {
      const reviver = new Reviver();
      for (const { command, nowMs: atMs } of message.commands) {
        nowMs = atMs;
        allocator.handle(reviver.command(command), atMs);
      }
      if (allocator.isRunRequested) cycleSoon();
      return;
    }
    case 'tick':
      nowMs = message.nowMs;
      allocator.tick(nowMs);
      hasTicked = true;
      cycleSoon();
      return;
    case 'more':
      isAwaited = false;
      sendNext();
      if (outbox.length === 0 && requestedAtMs !== undefined) cycleSoon();
      return;
    case 'explain':
      nowMs = message.nowMs;
      post({ type: 'explained', id: message.id, explanation: allocator.explain(message.question, nowMs) });
      return;
  }
});

/** Commands that have come meanwhile share the cycle. */
function cycleSoon(): void {
  requestedAtMs ??= performance.now();
  // Offers are not made faster than they are taken.
  if (isCycleDue || outbox.length > 0) return;
  isCycleDue = true;
  setImmediate(cycle);
}

function cycle(): void {
  const startedAtMs = performance.now();
  const latencyMs = startedAtMs - (requestedAtMs ?? startedAtMs);
  isCycleDue = false;
  requestedAtMs = undefined;
  const allocations = allocator.allocate(nowMs);
  const durationMs = performance.now() - startedAtMs;
  for (let at = 0; at < allocations.length; at += ALLOCATIONS_PER_MESSAGE) {
    post({ type: 'allocations', allocations: allocations.slice(at, at + ALLOCATIONS_PER_MESSAGE) });
  }
  post({ type: 'cycle', durationMs, latencyMs, view: viewNow(), isTick: hasTicked });
  hasTicked = false;
}

function viewNow() {
  if (nowMs - viewedAtMs < VIEW_EVERY_MS) return undefined;
  viewedAtMs = nowMs;
  const roles = allocator.roles.map(({ role, dominantShare }) => ({ role, dominantShare }));
  return { roles, activeFilters: new Map(allocator.activeFilters) };
}

function post(message: FromThread): void {
  outbox.push(message);
  if (!isAwaited) sendNext();
}

function sendNext(): void {
  const message = outbox.shift();
  if (!message) return;
  isAwaited = true;
  port.postMessage(message);
}
