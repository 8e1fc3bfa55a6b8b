// How records flow inside a task: batches pulled from a reader. A reader answers at once where it can; only network
// reads and async functions answer with promises, so most stages run without a single one.

export type Batch = readonly unknown[];

export interface Reader {
  /** It may answer with a promise. */
  readonly waits: boolean;
  /** The next batch, never empty by design but allowed to be; null at the end. */
  next(): Batch | null | Promise<Batch | null>;
  /** Lets go of files and connections; called once, also when reading stopped early. */
  close(): void;
}

/** A reader that never answers with a promise. */
export interface SyncReader extends Reader {
  readonly waits: false;
  next(): Batch | null;
}

/** Records handed on per batch where a source has no natural unit. */
export const BATCH_RECORDS = 1024;

/** A reader over batches; `release` is called when it is closed, even if it was never read. */
export function batchesReader(batches: Iterable<Batch>, release?: () => void): SyncReader {
  const iterator = batches[Symbol.iterator]();
  return {
    waits: false,
    next: () => {
      const step = iterator.next();
      return step.done === true ? null : step.value;
    },
    close: () => {
      iterator.return?.();
      release?.();
    },
  };
}

/** Cuts an iterable into batches, lazily. */
export function* batched(records: Iterable<unknown>): Generator<Batch> {
  if (Array.isArray(records)) {
    for (let from = 0; from < records.length; from += BATCH_RECORDS) yield records.slice(from, from + BATCH_RECORDS);
    return;
  }
  let batch: unknown[] = [];
  for (const record of records) {
    batch.push(record);
    if (batch.length >= BATCH_RECORDS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The records of a reader that never answers with a promise. */
export function* recordsOf(reader: SyncReader): Generator {
  try {
    for (let batch = reader.next(); batch !== null; batch = reader.next()) yield* batch;
  } finally {
    reader.close();
  }
}

/** Feeds every batch to a sink; waits only where the reader does. The reader is closed at the end, however it comes. */
export async function drain(reader: Reader, sink: (batch: Batch) => void | boolean): Promise<void> {
  try {
    for (;;) {
      const answer = reader.next();
      const batch = answer instanceof Promise ? await answer : answer;
      if (batch === null || sink(batch) === false) return;
    }
  } finally {
    reader.close();
  }
}

/** One reader after another, each opened when its turn comes. */
export function concatReader(openers: readonly (() => Promise<Reader>)[]): Reader {
  let current: Reader | undefined;
  let index = 0;
  const advance = async (): Promise<Batch | null> => {
    for (;;) {
      if (current === undefined) {
        const opener = openers[index++];
        if (opener === undefined) return null;
        current = await opener();
      }
      const batch = await current.next();
      if (batch !== null) return batch;
      current.close();
      current = undefined;
    }
  };
  return {
    waits: true,
    next: advance,
    close: () => current?.close(),
  };
}
