// Serves map outputs and cached blocks to other executors of the application (see data-protocol.ts).
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { timingSafeEqual } from 'node:crypto';
import { encodeSegmentHeader, TOKEN_HEADER, type ShuffleAsk } from './data-protocol.js';
import type { BlockStore } from './block-store.js';
import type { MapOutputFiles } from './map-output-files.js';

/** Bytes read from disk and written to the socket at a time. */
const CHUNK_BYTES = 1024 * 1024;
/** A request names map outputs; this is room for hundreds of thousands. */
const REQUEST_BYTES_MAX = 32 * 1024 * 1024;

export interface DataServerOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly outputs: MapOutputFiles;
  readonly blocks: BlockStore;
}

export class DataServer {
  private readonly server: Server;
  private readonly options: DataServerOptions;

  private constructor(options: DataServerOptions) {
    this.options = options;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
  }

  static async listen(options: DataServerOptions): Promise<DataServer> {
    const data = new DataServer(options);
    data.server.listen(options.port, options.host);
    await once(data.server, 'listening');
    return data;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.allowed(request)) return void response.writeHead(403).end();
    const path = request.url ?? '';
    if (request.method === 'POST' && path === '/shuffle') return this.answerShuffle(request, response);
    if (request.method === 'GET' && path.startsWith('/block/'))
      return this.answerBlock(decodeURIComponent(path.slice('/block/'.length)), response);
    response.writeHead(404).end();
  }

  private allowed(request: IncomingMessage): boolean {
    const given = Buffer.from(String(request.headers[TOKEN_HEADER] ?? ''));
    const expected = Buffer.from(this.options.token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private async answerShuffle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const ask = await readAsk(request);
    if (ask === undefined) return void response.writeHead(400).end();
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const { shuffleId, reducePartition } = ask;
    for (const { mapPartition, taskId, offset } of ask.outputs) {
      const found = this.options.outputs.find({ shuffleId, mapPartition, taskId, reducePartition });
      if (found === undefined) {
        response.write(encodeSegmentHeader({ mapPartition, present: false, bytes: 0 }));
        break;
      }
      await sendExtents(response, { ...found, mapPartition, offset });
    }
    response.end();
  }

  private async answerBlock(blockId: string, response: ServerResponse): Promise<void> {
    const block = this.options.blocks.get(blockId);
    if (block === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    if ('path' in block) return pipeline(createReadStream(block.path, { highWaterMark: CHUNK_BYTES }), response);
    response.end(Buffer.from(block.bytes));
  }
}

async function readAsk(request: IncomingMessage): Promise<ShuffleAsk | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REQUEST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    const ask = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ShuffleAsk;
    return Array.isArray(ask.outputs) ? ask : undefined;
  } catch {
    return undefined;
  }
}

interface Sending {
  path: string;
  extents: number[];
  mapPartition: number;
  /** Bytes of this partition the other side already has. */
  offset: number;
}

async function sendExtents(response: ServerResponse, { path, extents, mapPartition, offset }: Sending): Promise<void> {
  let total = 0;
  for (let index = 1; index < extents.length; index += 2) total += extents[index] as number;
  await send(response, encodeSegmentHeader({ mapPartition, present: true, bytes: Math.max(0, total - offset) }));
  if (total <= offset) return;
  const file = await open(path, 'r');
  try {
    let skip = offset;
    for (let index = 0; index < extents.length; index += 2) {
      const [start, length] = [extents[index] as number, extents[index + 1] as number];
      const skipped = Math.min(skip, length);
      skip -= skipped;
      await sendRange(response, file, { start: start + skipped, end: start + length });
    }
  } finally {
    await file.close();
  }
}

async function sendRange(
  response: ServerResponse,
  file: FileHandle,
  { start, end }: { start: number; end: number },
): Promise<void> {
  for (let position = start; position < end;) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) throw new Error('a map output file is shorter than its index');
    position += bytesRead;
    await send(response, buffer.subarray(0, bytesRead));
  }
}

async function send(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (response.destroyed) throw new Error('the reader is gone');
  if (response.write(bytes)) return;
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  response.once('close', stop);
  try {
    await once(response, 'drain', { signal: gone.signal });
  } finally {
    response.off('close', stop);
  }
}
