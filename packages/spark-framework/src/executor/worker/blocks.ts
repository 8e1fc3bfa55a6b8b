// Cached blocks as a task sees them: read from this executor's store or from a peer that has them, written once
// complete.
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FRAME_HEADER_BYTES, frameAt, type Frame } from '../../data/frames.js';
import type { StorageLevel } from '../../core/plan/operations.js';
import type { Location } from '../../protocol.js';
import { fileFrames } from '../compute/file-frames.js';
import type { BlockWrite, CachedBlocks, FrameStream } from '../compute/task-context.js';
import { TOKEN_HEADER } from '../data-protocol.js';
import { httpClient } from './http-client.js';
import type { BlockAnswer, WorkerData } from './messages.js';
import type { Questions } from './questions.js';

export interface BlockOptions {
  readonly worker: WorkerData;
  readonly questions: Questions;
  /** Where the driver knows blocks to be. */
  readonly cached: Readonly<Record<string, readonly Location[]>>;
  readonly taskId: number;
}

/** Bytes of a block held in memory while it is computed; beyond it the block goes to a file or is given up. */
const MEMORY_BLOCK_BYTES_MAX = 1024 * 1024 * 1024;

export class WorkerBlocks implements CachedBlocks {
  private readonly options: BlockOptions;
  private readonly writes: Promise<unknown>[] = [];

  constructor(options: BlockOptions) {
    this.options = options;
  }

  async read(blockId: string): Promise<FrameStream | undefined> {
    const { questions, cached, worker } = this.options;
    const answer = await questions.ask('readBlock', { blockId });
    if (answer.kind !== 'none') return storedStream(answer);
    for (const location of cached[blockId] ?? []) {
      if (location.executorId === worker.executorId) continue;
      const stream = await remoteStream(location, blockId, { token: worker.token, timeoutMs: worker.fetch.timeoutMs });
      if (stream !== undefined) return stream;
    }
    return undefined;
  }

  write(blockId: string, level: StorageLevel): BlockWrite {
    const { worker, taskId, questions } = this.options;
    const collect = new BlockCollector(level, join(worker.localDirectory, 'blocks', `${blockId}-${taskId}.tmp`));
    return {
      append: (frame) => collect.append(frame),
      abort: () => collect.abort(),
      commit: () => {
        const stored = collect.finish();
        if (stored !== undefined) this.writes.push(questions.ask('storeBlock', { blockId, level, ...stored }));
      },
    };
  }

  /** Resolves when all committed blocks are with the store. */
  async settled(): Promise<void> {
    await Promise.all(this.writes);
  }
}

/** Gathers a block in memory, or in a file when that is its level or it grows too large. */
class BlockCollector {
  private chunks: Uint8Array[] = [];
  private size = 0;
  private fd: number | undefined;
  private givenUp = false;
  private readonly level: StorageLevel;
  private readonly path: string;

  constructor(level: StorageLevel, path: string) {
    this.level = level;
    this.path = path;
  }

  append(frame: Uint8Array): void {
    if (this.givenUp) return;
    this.size += frame.length;
    if (this.fd === undefined && (!this.level.memory || this.size > MEMORY_BLOCK_BYTES_MAX)) this.toDisk();
    if (this.fd === undefined) this.chunks.push(frame);
    else writeSync(this.fd, frame);
  }

  private toDisk(): void {
    if (!this.level.disk) {
      this.givenUp = true;
      this.chunks = [];
      return;
    }
    mkdirSync(join(this.path, '..'), { recursive: true });
    this.fd = openSync(this.path, 'w', 0o600);
    for (const chunk of this.chunks) writeSync(this.fd, chunk);
    this.chunks = [];
  }

  finish(): { bytes?: SharedArrayBuffer; path?: string; size: number } | undefined {
    if (this.givenUp) return undefined;
    if (this.fd === undefined && !this.level.memory) this.toDisk();
    if (this.fd !== undefined) {
      closeSync(this.fd);
      this.fd = undefined;
      return { path: this.path, size: this.size };
    }
    const bytes = new SharedArrayBuffer(this.size);
    const view = new Uint8Array(bytes);
    let at = 0;
    for (const chunk of this.chunks) {
      view.set(chunk, at);
      at += chunk.length;
    }
    this.chunks = [];
    return { bytes, size: this.size };
  }

  abort(): void {
    this.givenUp = true;
    this.chunks = [];
    if (this.fd === undefined) return;
    closeSync(this.fd);
    this.fd = undefined;
    rmSync(this.path, { force: true });
  }
}

function storedStream(answer: Exclude<BlockAnswer, { kind: 'none' }>): FrameStream {
  if (answer.kind === 'disk') {
    const fd = openSync(answer.path, 'r');
    const frames = fileFrames({ fd, start: 0, end: statSync(answer.path).size });
    return generatorStream(frames, () => closeSync(fd));
  }
  return generatorStream(memoryFrames(Buffer.from(answer.bytes)));
}

function* memoryFrames(bytes: Buffer): Generator<Frame> {
  for (let at = 0; at < bytes.length;) {
    const next = frameAt(bytes, at);
    if (next === undefined) return;
    at = next.end;
    yield next.frame;
  }
}

function generatorStream(frames: Generator<Frame>, release: () => void = () => undefined): FrameStream {
  return {
    next: () => {
      const step = frames.next();
      return step.done === true ? null : step.value;
    },
    close: () => {
      frames.return(undefined);
      release();
    },
  };
}

/** Frames of a peer's block; undefined when it does not answer or no longer has it: the partition is computed then. */
async function remoteStream(
  { host, port }: Location,
  blockId: string,
  { token, timeoutMs }: { token: string; timeoutMs: number },
): Promise<FrameStream | undefined> {
  try {
    const { request, agent } = await httpClient(timeoutMs);
    const { statusCode, body } = await request(`http://${host}:${port}/block/${blockId}`, {
      headers: { [TOKEN_HEADER]: token },
      dispatcher: agent,
    });
    if (statusCode === 200) return bodyStream(body);
    await body.dump();
    return undefined;
  } catch {
    return undefined;
  }
}

function bodyStream(body: Readable): FrameStream {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffer: Buffer = Buffer.alloc(0);
  let at = 0;
  return {
    next: async () => {
      for (;;) {
        const next = frameAt(buffer, at);
        if (next !== undefined) {
          at = next.end;
          return next.frame;
        }
        const wanted =
          buffer.length - at >= FRAME_HEADER_BYTES ? buffer.readUInt32LE(at) + FRAME_HEADER_BYTES : FRAME_HEADER_BYTES;
        const pieces = [buffer.subarray(at)];
        for (let available = buffer.length - at; available < wanted;) {
          const step = await chunks.next();
          if (step.done === true) {
            if (available === 0) return null;
            throw new Error('a cached block from another executor ended early');
          }
          pieces.push(step.value);
          available += step.value.length;
        }
        buffer = Buffer.concat(pieces);
        at = 0;
      }
    },
    close: () => void body.destroy(),
  };
}
