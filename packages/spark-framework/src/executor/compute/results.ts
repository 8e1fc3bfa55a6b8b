// What a result task does with its records. Every answer is frames of records, so one path carries all of them.
import { FrameEncoder, decodeFrames, encodeFrames } from '../../data/frames.js';
import type { ResultAction } from '../../core/plan/operations.js';
import { SeededRandom } from '../../data/random.js';
import type { ElementStep, LoopEnd } from './fused.js';
import { fuse } from './fused.js';
import { compareFunction, keyFunction } from './key-of.js';
import { drain, recordsOf, type Batch, type Reader } from './reader.js';
import { readAhead } from './buffered-records.js';
import { fusedReader } from './fused.js';
import { saveText } from './save-text.js';
import { sortRecords } from './sorting.js';
import type { TaskContext } from './task-context.js';

export interface ResultSource {
  readonly base: Reader;
  readonly steps: readonly ElementStep[];
}

/** Runs a result task. Returns frames. */
export async function runResult(source: ResultSource, action: ResultAction, context: TaskContext): Promise<Buffer> {
  switch (action.kind) {
    case 'collect':
      return collect(source, context);
    case 'count': {
      const state = { count: 0 };
      await runLoop(source, { code: 'state.count++;', bindings: { state } }, context);
      return encodeFrames([state.count]);
    }
    case 'take':
      return encodeFrames(await take(source, action.limit, context));
    case 'ordered':
      return encodeFrames(await firstInOrder(source, action, context));
    case 'reduce': {
      const state = { value: undefined as unknown, any: false };
      const merge = context.fn(action.merge).call;
      const code = 'if (state.any) state.value = merge(state.value, v); else { state.any = true; state.value = v; }';
      await runLoop(source, { code, bindings: { state, merge } }, context);
      return encodeFrames(state.any ? [state.value] : []);
    }
    case 'aggregate': {
      const state = { value: decodeFrames(action.zero)[0] };
      const merge = context.fn(action.merge).call;
      await runLoop(source, { code: 'state.value = merge(state.value, v);', bindings: { state, merge } }, context);
      return encodeFrames([state.value]);
    }
    default:
      return runEffect(source, action, context);
  }
}

async function runEffect(
  source: ResultSource,
  action: Extract<ResultAction, { kind: 'foreach' | 'foreachPartition' | 'reservoir' | 'saveText' }>,
  context: TaskContext,
): Promise<Buffer> {
  switch (action.kind) {
    case 'foreach':
      await foreach(source, context.fn(action.fn), context);
      return encodeFrames([]);
    case 'foreachPartition': {
      const reader = await readAhead(
        fusedReader(source.base, source.steps, () => context.checkKilled()),
        context,
      );
      await context.fn(action.fn).call(recordsOf(reader));
      return encodeFrames([]);
    }
    case 'reservoir':
      return encodeFrames(await reservoir(source, action, context));
    case 'saveText':
      return encodeFrames([
        await saveText(
          fusedReader(source.base, source.steps, () => context.checkKilled()),
          action,
          context,
        ),
      ]);
  }
}

async function runLoop({ base, steps }: ResultSource, end: LoopEnd, context: TaskContext): Promise<void> {
  const loop = fuse(steps, end);
  await drain(base, (batch: Batch) => {
    context.checkKilled();
    loop(batch);
  });
}

async function collect(source: ResultSource, context: TaskContext): Promise<Buffer> {
  const encoder = new FrameEncoder();
  const frames: Buffer[] = [];
  let pending: unknown[] = [];
  const flush = (): void => {
    if (pending.length > 0) frames.push(encoder.encode(pending));
    pending = [];
  };
  const add = (record: unknown): void => {
    pending.push(record);
    if (pending.length >= encoder.batchSize) flush();
  };
  await runLoop(source, { code: 'add(v);', bindings: { add } }, context);
  flush();
  return Buffer.concat(frames);
}

async function take({ base, steps }: ResultSource, limit: number, context: TaskContext): Promise<unknown[]> {
  const taken: unknown[] = [];
  const reader = fusedReader(base, steps, () => context.checkKilled());
  await drain(reader, (batch) => {
    for (const record of batch) if (taken.length < limit) taken.push(record);
    return taken.length < limit;
  });
  return taken;
}

async function firstInOrder(
  { base, steps }: ResultSource,
  { limit, order }: Extract<ResultAction, { kind: 'ordered' }>,
  context: TaskContext,
): Promise<unknown[]> {
  const by = {
    keyOf: keyFunction(order.key, context),
    compare: compareFunction(order, context),
    natural: order.compare === undefined,
    ascending: order.ascending,
  };
  let best: unknown[] = [];
  // Sorting now and then what came since costs less than keeping a heap, and keeps the order of equals.
  const keep = Math.max(1024, limit * 2);
  const reader = fusedReader(base, steps, () => context.checkKilled());
  await drain(reader, (batch) => {
    for (const record of batch) best.push(record);
    if (best.length > keep) best = sortRecords(best, by).slice(0, limit);
  });
  return sortRecords(best, by).slice(0, limit);
}

async function foreach(
  source: ResultSource,
  fn: { call: (record: unknown) => unknown; isAsync: boolean },
  context: TaskContext,
): Promise<void> {
  if (!fn.isAsync) return runLoop(source, { code: 'each(v);', bindings: { each: fn.call } }, context);
  const reader = fusedReader(source.base, source.steps, () => context.checkKilled());
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (const record of batch) await fn.call(record);
  }
  reader.close();
}

async function reservoir(
  source: ResultSource,
  { size, seed, key }: Extract<ResultAction, { kind: 'reservoir' }>,
  context: TaskContext,
): Promise<unknown[]> {
  const random = new SeededRandom(seed, context.partition);
  const keyOf = key === undefined ? (record: unknown) => record : keyFunction(key, context);
  const sample: unknown[] = [];
  let count = 0;
  const add = (record: unknown): void => {
    count++;
    if (sample.length < size) {
      sample.push(keyOf(record));
      return;
    }
    const place = random.below(count);
    if (place < size) sample[place] = keyOf(record);
  };
  await runLoop(source, { code: 'add(v);', bindings: { add } }, context);
  return [count, ...sample];
}
