// Questions to the master, and answers or errors that a person can read. Everything is asked of the origin that served
// the page; agents are reached through the master.

/** Any other answer takes milliseconds; agents that are asked through the master have 15 s there. */
const TIMEOUT_MS = 20_000;

/** What went wrong, in words for the page. */
export class RequestError extends Error {
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  readonly isNotLeading: boolean;

  constructor(message: string, { status, isNotLeading = false }: { status?: number; isNotLeading?: boolean } = {}) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
    this.isNotLeading = isNotLeading;
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await ask(path, {}, signal);
  return readJson<T>(response, path);
}

/** A call of the operator API that is answered by one message. */
export async function callMaster<T>(call: { type: string }, signal?: AbortSignal): Promise<T> {
  const response = await ask('/api/v1', jsonPost(call), signal);
  return readJson<T>(response, call.type);
}

/** An action: what the master says to it, also when it refuses. */
export async function act(path: string, body: object): Promise<Answer> {
  const response = await fetchChecked(path, jsonPost(body));
  return { status: response.status, text: (await response.text()).trim() };
}

/** Raw bytes of a part of a file; undefined where the server does not give parts. */
export async function getBytes(
  path: string,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array | undefined> {
  const response = await fetchChecked(path, { headers: { range: `bytes=${offset}-${offset + length - 1}` } });
  if (response.status === 206) return new Uint8Array(await response.arrayBuffer());
  await response.body?.cancel();
  return undefined;
}

export const agentPath = (agentId: string, path: string): string => `/agents/${encodeURIComponent(agentId)}/${path}`;

/** The stream of events. The caller reads the body and ends it through the signal. */
export async function openEventStream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await send('/api/v1', { ...jsonPost({ type: 'SUBSCRIBE' }), signal });
  await refuseErrors(response, 'the event stream');
  if (!response.body) throw new RequestError('the master answered without a stream');
  return response.body;
}

function jsonPost(body: object): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  };
}

async function ask(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const response = await fetchChecked(path, init, signal);
  await refuseErrors(response, path.split('?')[0] ?? path);
  return response;
}

function fetchChecked(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return send(path, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
}

/** A master that does not lead redirects to another origin, where a browser may not follow: that is shown instead. */
async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, redirect: 'manual', cache: 'no-store' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    throw new RequestError(isTimeout ? `no answer within ${TIMEOUT_MS / 1000} s` : 'the master cannot be reached');
  }
  if (response.type === 'opaqueredirect') {
    throw new RequestError('this master is not the leading one', { status: 307, isNotLeading: true });
  }
  return response;
}

async function refuseErrors(response: Response, what: string): Promise<void> {
  if (response.ok) return;
  const text = (await response.text()).trim().slice(0, 500);
  throw new RequestError(text === '' ? `${what}: ${response.status} ${response.statusText}`.trim() : text, {
    status: response.status,
  });
}

async function readJson<T>(response: Response, what: string): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new RequestError(`${what}: expected JSON, got '${text.slice(0, 80)}'`, { status: response.status });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
