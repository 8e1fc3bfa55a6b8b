// Steps that look at a partition as a whole, or keep something from one record to the next.
import type { Operation } from '../../core/plan/operations.js';
import { SeededRandom } from '../../data/random.js';
import { readAhead } from './buffered-records.js';
import { batched, batchesReader, BATCH_RECORDS, recordsOf, type Batch, type Reader } from './reader.js';
import type { TaskContext } from './task-context.js';

interface Placed {
  readonly context: TaskContext;
  readonly partition: number;
}

/** mapPartitions: the function gets an iterable and gives an iterable, an async iterable or a promise of either. */
export async function partitionsReader(
  upstream: Reader,
  operation: Extract<Operation, { kind: 'mapPartitions' }>,
  { context, partition }: Placed,
): Promise<Reader> {
  const input = await readAhead(upstream, context);
  const { call, label } = context.fn(operation.fn);
  const records = recordsOf(input);
  const given = operation.withIndex ? call(partition, records) : call(records);
  const made: unknown = given instanceof Promise ? await given : given;
  if (isIterable(made)) return batchesReader(killable(batched(made), context));
  if (isAsyncIterable(made)) return asyncIterableReader(made, context);
  throw new TypeError(
    `${label} returned ${made === null ? 'null' : typeof made}: expected an array or another iterable`,
  );
}

function* killable(batches: Iterable<Batch>, context: TaskContext): Generator<Batch> {
  for (const batch of batches) {
    context.checkKilled();
    yield batch;
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function asyncIterableReader(records: AsyncIterable<unknown>, context: TaskContext): Reader {
  const iterator = records[Symbol.asyncIterator]();
  let done = false;
  return {
    waits: true,
    next: async () => {
      const batch: unknown[] = [];
      context.checkKilled();
      while (!done && batch.length < BATCH_RECORDS) {
        const step = await iterator.next();
        if (step.done === true) done = true;
        else batch.push(step.value);
      }
      return batch.length === 0 ? null : batch;
    },
    // A generator that is never told to stop only leaves garbage behind; errors on the way out have nowhere to go.
    close: () => void iterator.return?.().catch(() => undefined),
  };
}

/** A reader of what `change` makes of each batch. */
function changedBatches(upstream: Reader, change: (batch: Batch) => Batch): Reader {
  const run = (batch: Batch | null): Batch | null => (batch === null ? null : change(batch));
  return {
    waits: upstream.waits,
    next: () => {
      const answer = upstream.next();
      return answer instanceof Promise ? answer.then(run) : run(answer);
    },
    close: () => upstream.close(),
  };
}

/** A random part of the records: each kept with the given chance, or as often as a Poisson number says. */
export function sampleReader(
  upstream: Reader,
  operation: Extract<Operation, { kind: 'sample' }>,
  partition: number,
): Reader {
  const { fraction, withReplacement, seed } = operation;
  const random = new SeededRandom(seed, partition);
  return changedBatches(upstream, (batch) => {
    if (!withReplacement) return batch.filter(() => random.next() < fraction);
    const sampled: unknown[] = [];
    for (const record of batch) for (let times = random.poisson(fraction); times > 0; times--) sampled.push(record);
    return sampled;
  });
}

export function zipWithIndexReader(upstream: Reader, offset: number): Reader {
  let next = offset;
  return changedBatches(upstream, (batch) => batch.map((record) => [record, next++]));
}

/** The partition as one array. */
export async function glomReader(upstream: Reader): Promise<Reader> {
  const records: unknown[] = [];
  for (let batch = await upstream.next(); batch !== null; batch = await upstream.next()) {
    for (const record of batch) records.push(record);
  }
  upstream.close();
  return batchesReader([[records]]);
}
