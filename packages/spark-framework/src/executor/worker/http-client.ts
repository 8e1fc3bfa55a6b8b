// The HTTP client of a worker, loaded when the first remote read needs it: most workers of a small job never do, and
// loading takes longer than many a task.
import type { Agent, request } from 'undici';

/** Connections a worker holds to one other executor: one per shuffle input that is open at a time. */
const CONNECTIONS_PER_EXECUTOR = 8;
const CONNECT_TIMEOUT_MS_MAX = 10_000;

export interface HttpClient {
  readonly request: typeof request;
  readonly agent: Agent;
}

let client: Promise<HttpClient> | undefined;

/** The client; made with the timeout of the first caller, which is the same for all. */
export function httpClient(timeoutMs: number): Promise<HttpClient> {
  client ??= load(timeoutMs);
  return client;
}

async function load(timeoutMs: number): Promise<HttpClient> {
  const undici = await import('undici');
  const agent = new undici.Agent({
    connections: CONNECTIONS_PER_EXECUTOR,
    pipelining: 1,
    connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS_MAX) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return { request: undici.request, agent };
}
