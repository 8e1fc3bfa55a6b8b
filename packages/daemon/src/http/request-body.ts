// The body of a request from a socket: in memory, bounded in size and in time.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FrontAnswer } from './types.js';

const unzip = promisify(gunzip);

export interface BodyLimits {
  /** How large a body is taken, also after unzipping. */
  bodyMaxBytes: number;
}

/** Undefined where the peer went away meanwhile. A body that is too large is read on and dropped, so that the peer gets the answer. */
export async function readBody(
  request: IncomingMessage,
  { bodyMaxBytes }: BodyLimits,
): Promise<Buffer | FrontAnswer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyMaxBytes) return tooLarge(bodyMaxBytes);
  const body = await collected(request, bodyMaxBytes);
  return Buffer.isBuffer(body) ? decoded(body, request.headers['content-encoding'], bodyMaxBytes) : body;
}

function collected(request: IncomingMessage, bodyMaxBytes: number): Promise<Buffer | FrontAnswer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyMaxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        request.off('data', take);
        request.resume();
        resolve(tooLarge(bodyMaxBytes));
      }
    };
    request.on('data', take);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('close', () => resolve(undefined));
    // A reset connection: 'close' follows.
    request.once('error', () => resolve(undefined));
  });
}

/** Clients of libprocess may zip what they send. */
async function decoded(
  body: Buffer,
  encoding: string | undefined,
  bodyMaxBytes: number,
): Promise<Buffer | FrontAnswer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') return { status: 415, body: `Expecting 'Content-Encoding' to be gzip, not '${encoding}'` };
  try {
    return await unzip(body, { maxOutputLength: bodyMaxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(bodyMaxBytes);
    return { status: 400, body: `Failed to unzip the body: ${(error as Error).message}` };
  }
}

const tooLarge = (bodyMaxBytes: number): FrontAnswer => ({
  status: 413,
  body: `413 Payload Too Large. Expecting at most ${bodyMaxBytes} bytes.`,
});

/**
 * Ends a connection whose request body does not arrive whole in time: with 408 where nothing was answered yet. Node's
 * own requestTimeout is off, because it would also end bodies that are meant to be streams. Returns how to disarm it.
 */
export function guardBody(request: IncomingMessage, response: ServerResponse, bodyTimeoutMs: number): () => void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return () => undefined;
  const timer = setTimeout(() => {
    const { socket } = request;
    if (!response.headersSent && socket.writable) {
      const body = `408 Request Timeout. Expecting the body within ${bodyTimeoutMs} ms.`;
      response.writeHead(408, {
        connection: 'close',
        'content-type': 'text/plain; charset=utf-8',
        'content-length': body.length,
      });
      response.end(body, () => socket.destroy());
    } else socket.destroy();
  }, bodyTimeoutMs).unref();
  const disarm = () => clearTimeout(timer);
  request.once('end', disarm);
  request.once('close', disarm);
  return disarm;
}
