// Map outputs of one other executor, for one reduce partition, as one HTTP stream in order of map partition. Broken
// streams are taken up where they stopped; what cannot be had becomes a FetchFailedError.
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { FRAME_HEADER_BYTES, frameAt, type Frame } from '../../data/frames.js';
import type { Location } from '../../protocol.js';
import { FetchFailedError } from '../compute/task-context.js';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, TOKEN_HEADER, type ShuffleAsk } from '../data-protocol.js';
import { httpClient } from './http-client.js';
import type { FetchSettings, Segment } from './messages.js';

export interface RemoteOptions {
  readonly shuffleId: number;
  readonly reducePartition: number;
  readonly token: string;
  readonly settings: FetchSettings;
  /** Whether the executor is known to be gone, which ends the retries. */
  readonly isLost: (executorId: string) => Promise<boolean>;
  readonly onBytes: (bytes: number) => void;
}

export class RemoteOutputs {
  private readonly location: Location;
  private readonly segments: readonly Segment[];
  private readonly options: RemoteOptions;
  private body: Readable | undefined;
  private chunks: AsyncIterator<Buffer> | undefined;
  private buffer: Buffer = Buffer.alloc(0);
  private at = 0;
  /** Position of the segment being read, bytes of it already handed out, and its size once known. */
  private index = 0;
  private consumed = 0;
  private remaining: number | undefined;
  private failures = 0;
  private opening: Promise<void> | undefined;

  constructor(location: Location, segments: readonly Segment[], options: RemoteOptions) {
    this.location = location;
    this.segments = segments;
    this.options = options;
  }

  /** Starts the request, so that data is on its way before it is asked for. */
  start(): void {
    if (this.opening !== undefined) return;
    this.opening = this.open();
    // Whoever reads first sees the failure.
    this.opening.catch(() => undefined);
  }

  /** The next frame of the current map output; null at its end, after which the next output is current. */
  async nextFrame(): Promise<Frame | null> {
    for (;;) {
      try {
        return await this.readFrame();
      } catch (error) {
        if (error instanceof FetchFailedError) throw error;
        await this.recover(error);
      }
    }
  }

  private async readFrame(): Promise<Frame | null> {
    this.start();
    await this.opening;
    if (this.remaining === undefined) await this.readHeader();
    if (this.remaining === 0) {
      this.index++;
      this.consumed = 0;
      this.remaining = undefined;
      return null;
    }
    for (;;) {
      const next = frameAt(this.buffer, this.at);
      if (next !== undefined) {
        const bytes = next.end - this.at;
        this.at = next.end;
        this.consumed += bytes;
        this.remaining = (this.remaining as number) - bytes;
        this.failures = 0;
        return next.frame;
      }
      const available = this.buffer.length - this.at;
      const payload = available >= FRAME_HEADER_BYTES ? this.buffer.readUInt32LE(this.at) : 0;
      await this.fill(FRAME_HEADER_BYTES + payload);
    }
  }

  private async readHeader(): Promise<void> {
    await this.fill(SEGMENT_HEADER_BYTES);
    const header = decodeSegmentHeader(this.buffer.subarray(this.at, this.at + SEGMENT_HEADER_BYTES));
    this.at += SEGMENT_HEADER_BYTES;
    const segment = this.segments[this.index];
    if (header.mapPartition !== segment?.mapPartition) throw new Error('the answer is out of order');
    if (!header.present) throw this.failed('it does not have that output (any more)');
    this.remaining = header.bytes;
  }

  /** Reads until so many unread bytes are there. Pieces are joined once, however many there are. */
  private async fill(wanted: number): Promise<void> {
    const pieces = [this.buffer.subarray(this.at)];
    let available = pieces[0]?.length ?? 0;
    while (available < wanted) {
      const step = await (this.chunks as AsyncIterator<Buffer>).next();
      if (step.done === true) throw new Error('the answer ended early');
      this.options.onBytes(step.value.length);
      pieces.push(step.value);
      available += step.value.length;
    }
    this.buffer = pieces[0]?.length === 0 && pieces.length === 2 ? (pieces[1] as Buffer) : Buffer.concat(pieces);
    this.at = 0;
  }

  private async open(): Promise<void> {
    const { shuffleId, reducePartition, token, settings } = this.options;
    const outputs = this.segments.slice(this.index).map(({ mapPartition, taskId }, position) => ({
      mapPartition,
      taskId,
      offset: position === 0 ? this.consumed : 0,
    }));
    const ask: ShuffleAsk = { shuffleId, reducePartition, outputs };
    const { request, agent } = await httpClient(settings.timeoutMs);
    const { statusCode, body } = await request(`http://${hostText(this.location.host)}:${this.location.port}/shuffle`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TOKEN_HEADER]: token },
      body: JSON.stringify(ask),
      dispatcher: agent,
    });
    // Errors of the body reach whoever reads it.
    body.on('error', () => undefined);
    if (statusCode !== 200) {
      body.destroy();
      throw new Error(`it answered with status ${statusCode}`);
    }
    this.body = body;
    this.chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  private async recover(error: unknown): Promise<void> {
    const { settings, isLost } = this.options;
    const reason = error instanceof Error ? error.message : String(error);
    this.close();
    this.buffer = Buffer.alloc(0);
    this.at = 0;
    this.remaining = undefined;
    this.opening = undefined;
    this.failures++;
    if (this.failures > settings.maxRetries) throw this.failed(`${reason} (${this.failures} attempts)`, error);
    for (let waited = 0; waited < settings.retryWaitMs; waited += LOST_CHECK_MS) {
      if (await isLost(this.location.executorId)) throw this.failed(`${reason}; the executor is lost`, error);
      await delay(Math.min(LOST_CHECK_MS, settings.retryWaitMs - waited));
    }
  }

  private failed(reason: string, cause?: unknown): FetchFailedError {
    const { executorId, host, port } = this.location;
    const mapPartition = this.segments[this.index]?.mapPartition ?? -1;
    const { shuffleId, reducePartition } = this.options;
    return new FetchFailedError(
      `cannot fetch output ${mapPartition} of shuffle ${shuffleId} for partition ${reducePartition} from executor ${executorId} at ${host}:${port}: ${reason}`,
      { shuffleId, mapPartition, executorId, cause },
    );
  }

  close(): void {
    this.body?.destroy();
    this.body = undefined;
  }
}

/** While waiting to try again, how often to ask whether the executor is gone. */
const LOST_CHECK_MS = 100;

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
