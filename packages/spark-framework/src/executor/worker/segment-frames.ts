// All frames of one reduce partition, in order of map partition, from this executor's files and from other executors.
// Streams of other executors are opened at the start, so they fill their buffers while earlier outputs are read.
import { closeSync, openSync } from 'node:fs';
import type { Frame } from '../../data/frames.js';
import type { TaskMetrics } from '../../core/task-metrics.js';
import { fileFrames } from '../compute/file-frames.js';
import { FetchFailedError, type FrameStream } from '../compute/task-context.js';
import type { Segment } from './messages.js';
import { RemoteOutputs, type RemoteOptions } from './remote-outputs.js';

/** Executors read from at a time; each has at most a socket's worth of data waiting. */
const OPEN_STREAMS_MAX = 64;

export interface SegmentOptions extends Omit<RemoteOptions, 'onBytes'> {
  readonly executorId: string;
  readonly metrics: TaskMetrics;
}

export class SegmentFrames implements FrameStream {
  private readonly segments: readonly Segment[];
  private readonly options: SegmentOptions;
  private readonly remotes = new Map<string, RemoteOutputs>();
  private index = 0;
  private local: { frames: Generator<Frame> } | undefined;

  constructor(segments: readonly Segment[], options: SegmentOptions) {
    this.segments = segments;
    this.options = options;
    const byExecutor = new Map<string, Segment[]>();
    for (const segment of segments) {
      if (segment.local !== undefined) continue;
      const known = byExecutor.get(segment.location.executorId);
      if (known === undefined) byExecutor.set(segment.location.executorId, [segment]);
      else known.push(segment);
    }
    for (const [executorId, theirs] of byExecutor) {
      const onBytes = (bytes: number): void => void (options.metrics.shuffleReadRemoteBytes += bytes);
      this.remotes.set(executorId, new RemoteOutputs((theirs[0] as Segment).location, theirs, { ...options, onBytes }));
    }
    [...this.remotes.values()].slice(0, OPEN_STREAMS_MAX).forEach((remote) => remote.start());
  }

  next(): Frame | null | Promise<Frame | null> {
    for (;;) {
      const segment = this.segments[this.index];
      if (segment === undefined) return null;
      if (segment.local === undefined) return this.nextRemote();
      const frame = this.nextLocal(segment);
      if (frame !== undefined) return this.counted(frame);
      this.index++;
    }
  }

  private counted(frame: Frame): Frame {
    this.options.metrics.shuffleReadRecords += frame.records;
    return frame;
  }

  private nextLocal(segment: Segment): Frame | undefined {
    try {
      this.local ??= { frames: this.openLocal(segment) };
      const step = this.local.frames.next();
      if (step.done !== true) return step.value;
    } catch (cause) {
      const { shuffleId, executorId } = this.options;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FetchFailedError(`cannot read output ${segment.mapPartition} of shuffle ${shuffleId}: ${reason}`, {
        shuffleId,
        mapPartition: segment.mapPartition,
        executorId,
        cause,
      });
    }
    this.local = undefined;
    return undefined;
  }

  private *openLocal({ local }: Segment): Generator<Frame> {
    const { path, extents } = local as NonNullable<Segment['local']>;
    if (extents.length === 0) return;
    const fd = openSync(path, 'r');
    try {
      for (let index = 0; index < extents.length; index += 2) {
        const start = extents[index] as number;
        const range = { fd, start, end: start + (extents[index + 1] as number) };
        yield* fileFrames(range, (bytes) => void (this.options.metrics.shuffleReadLocalBytes += bytes));
      }
    } finally {
      closeSync(fd);
    }
  }

  private async nextRemote(): Promise<Frame | null> {
    for (;;) {
      const segment = this.segments[this.index];
      if (segment === undefined) return null;
      if (segment.local !== undefined) return this.next();
      const started = performance.now();
      const frame = await (this.remotes.get(segment.location.executorId) as RemoteOutputs).nextFrame();
      this.options.metrics.shuffleFetchWaitMs += performance.now() - started;
      if (frame !== null) return this.counted(frame);
      this.index++;
    }
  }

  close(): void {
    this.local?.frames.return(undefined);
    for (const remote of this.remotes.values()) remote.close();
  }
}
