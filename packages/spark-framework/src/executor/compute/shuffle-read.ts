// The reduce side of a shuffle: frames of all map outputs, in order of their map partition, aggregated, sorted or
// handed on as they come.
import { decodeFrame, decodePairs } from '../../data/frames.js';
import type { Aggregate, Operation } from '../../core/plan/operations.js';
import { SpillingAggregation } from './aggregation.js';
import { frameReader } from './cache.js';
import { combinersOf } from './combiners.js';
import { batchesReader, drain, type Reader } from './reader.js';
import { SpillingSort } from './sorting.js';
import type { FrameStream, TaskContext } from './task-context.js';

type Shuffled = Extract<Operation, { kind: 'shuffled' }>;

/** A reader of one reduce partition. */
export async function shuffledReader(operation: Shuffled, partition: number, context: TaskContext): Promise<Reader> {
  const stream = await context.shuffles.open(operation.shuffleId, partition);
  if (operation.aggregate !== undefined)
    return aggregateFrames(stream, { ...operation, aggregate: operation.aggregate }, context);
  if (operation.sort !== undefined) return sortFrames(stream, operation.sort, context);
  return frameReader(stream, context);
}

async function aggregateFrames(
  stream: FrameStream,
  { aggregate, combined }: { aggregate: Aggregate; combined: boolean },
  context: TaskContext,
): Promise<Reader> {
  const aggregation = new SpillingAggregation(combinersOf(aggregate, context), context);
  await consume(stream, aggregation, (frame) => {
    const { keys, values } = decodePairs(frame);
    aggregation.addColumns(keys, values, combined);
  });
  return batchesReader(aggregation.batches(), () => aggregation.close());
}

async function sortFrames(
  stream: FrameStream,
  order: NonNullable<Shuffled['sort']>,
  context: TaskContext,
): Promise<Reader> {
  const sort = new SpillingSort(order, context);
  await consume(stream, sort, (frame) => sort.add(decodeFrame(frame), frame.payload.length));
  return batchesReader(sort.batches(), () => sort.close());
}

type Frames = NonNullable<Awaited<ReturnType<FrameStream['next']>>>;

/** Feeds all frames; on failure both ends are let go. */
async function consume(stream: FrameStream, into: { close(): void }, take: (frame: Frames) => void): Promise<void> {
  try {
    for (;;) {
      const answer = stream.next();
      const frame = answer instanceof Promise ? await answer : answer;
      if (frame === null) break;
      take(frame);
    }
  } catch (error) {
    into.close();
    throw error;
  } finally {
    stream.close();
  }
}

/** Aggregates pairs that need no shuffle, because equal keys are in this partition already. */
export async function aggregatedReader(upstream: Reader, aggregate: Aggregate, context: TaskContext): Promise<Reader> {
  const aggregation = new SpillingAggregation(combinersOf(aggregate, context), context);
  try {
    await drain(upstream, (batch) => {
      const keys = batch.map((record) => (record as [unknown, unknown])[0]);
      const values = batch.map((record) => (record as [unknown, unknown])[1]);
      aggregation.addColumns(keys, values, false);
    });
  } catch (error) {
    aggregation.close();
    throw error;
  }
  return batchesReader(aggregation.batches(), () => aggregation.close());
}
