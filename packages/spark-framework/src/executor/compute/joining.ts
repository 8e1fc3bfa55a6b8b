// Operations on several parents that lie in corresponding partitions: zip, product, cogroup.
import { SpillingAggregation } from './aggregation.js';
import { BufferedRecords } from './buffered-records.js';
import type { Combiners } from './combiners.js';
import { BATCH_RECORDS, batchesReader, drain, type Batch, type Reader } from './reader.js';
import type { TaskContext } from './task-context.js';

/** Reads one record at a time across batches. */
class RecordCursor {
  private batch: Batch = [];
  private index = 0;
  private readonly reader: Reader;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  /** False at the end; afterwards `record` holds the next record. */
  async advance(): Promise<boolean> {
    while (this.index >= this.batch.length) {
      const batch = await this.reader.next();
      if (batch === null) return false;
      this.batch = batch;
      this.index = 0;
    }
    this.record = this.batch[this.index++];
    return true;
  }

  record: unknown;
}

/** Pairs of records at the same place. Fails when one side is longer. */
export function zipReader(left: Reader, right: Reader): Reader {
  const lefts = new RecordCursor(left);
  const rights = new RecordCursor(right);
  return {
    waits: true,
    next: async () => {
      const batch: unknown[] = [];
      while (batch.length < BATCH_RECORDS) {
        const [hasLeft, hasRight] = [await lefts.advance(), await rights.advance()];
        if (hasLeft !== hasRight) throw new Error('zip needs the same number of records in every pair of partitions');
        if (!hasLeft) break;
        batch.push([lefts.record, rights.record]);
      }
      return batch.length === 0 ? null : batch;
    },
    close: () => {
      left.close();
      right.close();
    },
  };
}

/** Every record of the left with every record of the right, which is read once and set aside. */
export async function cartesianReader(left: Reader, right: Reader, context: TaskContext): Promise<Reader> {
  const kept = new BufferedRecords(context);
  await drain(right, (batch) => kept.append(batch));
  const lefts = new RecordCursor(left);
  let rights = batchesReader([]);
  return {
    waits: true,
    next: async () => {
      for (;;) {
        context.checkKilled();
        const batch = rights.next();
        if (batch !== null) return batch.map((record) => [lefts.record, record]);
        if (!(await lefts.advance())) return null;
        rights = kept.reader();
      }
    },
    close: () => {
      left.close();
      kept.close();
    },
  };
}

/** Groups the pairs of all parents by key. Values keep the order of their parent. */
export async function cogroupReader(
  openers: readonly (() => Promise<Reader>)[],
  context: TaskContext,
): Promise<Reader> {
  const aggregation = new SpillingAggregation(groupCombiners(openers.length), context);
  try {
    for (const [parent, opener] of openers.entries()) {
      await drain(await opener(), (batch) => {
        const keys = batch.map((record) => (record as [unknown, unknown])[0]);
        const values = batch.map((record) => [parent, (record as [unknown, unknown])[1]]);
        aggregation.addColumns(keys, values, false);
      });
    }
  } catch (error) {
    aggregation.close();
    throw error;
  }
  return batchesReader(aggregation.batches(), () => aggregation.close());
}

type Tagged = [parent: number, value: unknown];

function groupCombiners(parents: number): Combiners {
  const add = (groups: unknown, tagged: unknown): unknown => {
    const [parent, value] = tagged as Tagged;
    ((groups as unknown[][])[parent] as unknown[]).push(value);
    return groups;
  };
  return {
    create: (tagged) =>
      add(
        Array.from({ length: parents }, () => []),
        tagged,
      ),
    mergeValue: add,
    mergeCombiners: (a, b) => (a as unknown[][]).map((group, parent) => group.concat((b as unknown[][])[parent])),
  };
}
