// Follows the master's event stream: a snapshot, every change after it, and a new stream whenever one ends.
import { computed, signal } from '@preact/signals';
import type { master } from '@mini-mesos/proto';
import { Cluster } from '../core/cluster.js';
import { backoffMs, HEARTBEAT_DEFAULT_MS, nextAttempt, silenceLimitMs } from '../core/connection.js';
import type { Connection } from '../core/connection.js';
import { RecordDecoder } from '../core/record-io.js';
import { indexTasks } from '../core/task-index.js';
import { messageOf, openEventStream, RequestError } from './requests.js';

/** Pages are drawn anew at most this often, however fast events come. */
const FLUSH_MS = 150;

export const cluster = new Cluster();
/** Read it to be drawn again when the cluster changed. */
export const revision = signal(0);
export const connection = signal<Connection>({ phase: 'connecting', attempt: 0 });
/** Whether there was a snapshot: before it, nothing is known rather than nothing there. */
export const hasSnapshot = signal(false);
export const taskIndex = computed(() => {
  void revision.value;
  return indexTasks(cluster.tasks.values());
});

let flushTimer: ReturnType<typeof setTimeout> | undefined;
let lastFlushMs = 0;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let stopStream: AbortController | undefined;

/** Says that the cluster changed. Changes of one moment are one. */
export function changed(): void {
  if (flushTimer !== undefined) return;
  const waitMs = Math.max(0, lastFlushMs + FLUSH_MS - Date.now());
  flushTimer = setTimeout(() => {
    flushTimer = undefined;
    lastFlushMs = Date.now();
    revision.value += 1;
  }, waitMs);
}

export function startLive(): void {
  addEventListener('pagehide', () => stopStream?.abort());
  // A page that comes out of the browser's cache has no stream any more.
  addEventListener('pageshow', (event) => event.persisted && retryNow());
  void follow(0);
}

/** Does not wait for the next attempt any longer. */
export function retryNow(): void {
  if (connection.value.phase !== 'waiting') return;
  clearTimeout(retryTimer);
  void follow(connection.value.attempt);
}

async function follow(attempt: number): Promise<void> {
  connection.value = { phase: 'connecting', attempt };
  let liveSinceMs: number | undefined;
  let cause: unknown;
  try {
    await readStream(() => {
      liveSinceMs = Date.now();
      connection.value = { phase: 'live', sinceMs: liveSinceMs };
      hasSnapshot.value = true;
    });
  } catch (error) {
    cause = error;
  }
  const next = nextAttempt(attempt, liveSinceMs === undefined ? 0 : Date.now() - liveSinceMs);
  const waitMs = backoffMs(next, Math.random());
  connection.value = {
    phase: 'waiting',
    attempt: next,
    retryAtMs: Date.now() + waitMs,
    reason: cause === undefined ? 'the master closed the stream' : messageOf(cause),
    isNotLeading: cause instanceof RequestError && cause.isNotLeading,
  };
  retryTimer = setTimeout(() => void follow(next), waitMs);
}

/** Resolves when the stream was closed; throws when it broke or fell silent. */
async function readStream(onLive: () => void): Promise<void> {
  const stop = new AbortController();
  stopStream = stop;
  let silenceMs = silenceLimitMs(HEARTBEAT_DEFAULT_MS);
  let watchdog = setTimeout(() => stop.abort(), silenceMs);
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stop.abort(), silenceMs);
  };
  try {
    const reader = (await openEventStream(stop.signal)).getReader();
    const decoder = new RecordDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      for (const record of decoder.push(value)) {
        const event = JSON.parse(record) as master.Event;
        cluster.handle(event, Date.now());
        if (event.type !== 'SUBSCRIBED') continue;
        silenceMs = silenceLimitMs((event.subscribed?.heartbeat_interval_seconds ?? 15) * 1000);
        heard();
        onLive();
      }
      changed();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new Error(`nothing heard from the master for ${Math.round(silenceMs / 1000)} s`, { cause: error });
  } finally {
    clearTimeout(watchdog);
    stop.abort();
  }
}
