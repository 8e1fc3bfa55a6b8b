// One HTTP request and its answer. Node's own client, because it takes any port and nothing has to be loaded for it.
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** A master that says nothing for this long is not there. */
const SILENCE_MAX_MS = 30_000;
/** The state of a large cluster is some 100 MiB. An answer that is larger than this is refused. */
const ANSWER_MAX_BYTES = 512 * 1024 * 1024;

export interface RequestOptions {
  /** `host:port`. */
  readonly address: string;
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Rejects where nobody answers, the connection breaks, or `signal` is aborted. */
export function ask(options: RequestOptions): Promise<Answer> {
  const { address, method, path, headers, body, signal } = options;
  return new Promise((resolve, reject) => {
    const url = new URL(`http://${address}`);
    const sent = request({
      // Without the brackets of an IPv6 address.
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 80 : url.port,
      method,
      path,
      headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
      ...(signal && { signal }),
    });
    sent.setTimeout(SILENCE_MAX_MS, () => {
      sent.destroy(new Error(`it said nothing for ${SILENCE_MAX_MS / 1000} s`));
    });
    sent.on('error', reject);
    sent.on('response', (response) => void collect(response).then(resolve, reject));
    sent.end(body);
  });
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_MAX_BYTES) {
      response.destroy();
      throw new Error(`its answer is larger than ${ANSWER_MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}
