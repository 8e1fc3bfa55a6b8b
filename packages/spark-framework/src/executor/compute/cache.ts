// Persisted partitions: read from the cache when it is there, otherwise computed, handed on and kept at the same time.
import { decodeFrame, FrameEncoder } from '../../data/frames.js';
import type { StorageLevel } from '../../core/plan/operations.js';
import type { Batch, Reader } from './reader.js';
import type { BlockWrite, FrameStream, TaskContext } from './task-context.js';

/** Name of a cached partition, as Spark names it. */
export function blockIdOf(rddId: number, partition: number): string {
  return `rdd_${rddId}_${partition}`;
}

interface CachedPartition {
  readonly blockId: string;
  readonly storage: StorageLevel;
}

export async function cachedReader(
  { blockId, storage }: CachedPartition,
  context: TaskContext,
  compute: () => Promise<Reader>,
): Promise<Reader> {
  const stored = await context.blocks.read(blockId);
  if (stored !== undefined) return frameReader(stored, context);
  return keepingReader(await compute(), context.blocks.write(blockId, storage));
}

/** The batches of a stream of frames. */
export function frameReader(stream: FrameStream, context: TaskContext): Reader {
  const decode = (frame: Awaited<ReturnType<FrameStream['next']>>): Batch | null => {
    context.checkKilled();
    return frame === null ? null : decodeFrame(frame);
  };
  return {
    waits: true,
    next: () => {
      const answer = stream.next();
      return answer instanceof Promise ? answer.then(decode) : decode(answer);
    },
    close: () => stream.close(),
  };
}

/** Hands batches on and stores them; the block is kept only when everything was read. */
function keepingReader(reader: Reader, write: BlockWrite): Reader {
  const encoder = new FrameEncoder();
  let committed = false;
  const keep = (batch: Batch | null): Batch | null => {
    if (batch === null) {
      committed = true;
      write.commit();
      return null;
    }
    for (let from = 0; from < batch.length;) {
      const to = Math.min(batch.length, from + encoder.batchSize);
      write.append(encoder.encode(batch.slice(from, to)));
      from = to;
    }
    return batch;
  };
  return {
    waits: reader.waits,
    next: () => {
      const answer = reader.next();
      return answer instanceof Promise ? answer.then(keep) : keep(answer);
    },
    close: () => {
      if (!committed) write.abort();
      reader.close();
    },
  };
}
