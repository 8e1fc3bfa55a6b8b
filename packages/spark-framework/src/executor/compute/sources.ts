// Where records come from when a task starts: values the driver sent along, numbers of a range, files.
import { readFile } from 'node:fs/promises';
import { decodeFrame, frameAt, FrameError } from '../../data/frames.js';
import type { TaskInput } from '../../core/plan/operations.js';
import type { TaskMetrics } from '../../core/task-metrics.js';
import { BATCH_RECORDS, batchesReader, type Batch, type Reader } from './reader.js';
import { textReader } from './text-source.js';
import { sizedArray } from '../../data/sized-array.js';

/** A reader of one source partition. */
export function inputReader(input: TaskInput, metrics: TaskMetrics): Reader {
  switch (input.kind) {
    case 'frames':
      return batchesReader(framesBatches(input.frames));
    case 'range':
      return batchesReader(rangeBatches(input));
    case 'text':
      return textReader(input.ranges, metrics);
    case 'wholeText':
      return wholeFiles(input.paths, metrics);
  }
}

/** The batches of a run of frames, decoded one at a time. */
export function* framesBatches(bytes: Uint8Array): Generator<Batch> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length;) {
    const next = frameAt(buffer, at);
    if (next === undefined) throw new FrameError('data sent with a task ends inside a frame');
    at = next.end;
    yield decodeFrame(next.frame);
  }
}

function* rangeBatches({ first, count, step }: Extract<TaskInput, { kind: 'range' }>): Generator<Batch> {
  for (let done = 0; done < count; done += BATCH_RECORDS) {
    const length = Math.min(BATCH_RECORDS, count - done);
    const batch = sizedArray<number>(length);
    for (let index = 0; index < length; index++) batch[index] = first + (done + index) * step;
    yield batch;
  }
}

function wholeFiles(paths: readonly string[], metrics: TaskMetrics): Reader {
  let index = 0;
  return {
    waits: true,
    next: async () => {
      const path = paths[index++];
      if (path === undefined) return null;
      const bytes = await readFile(path);
      metrics.inputBytes += bytes.length;
      metrics.inputRecords += 1;
      return [[path, bytes.toString('utf8')]];
    },
    close: () => undefined,
  };
}
