// Follows one file of an agent: its end first, then what is written to it.
import { effect, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { TailBuffer } from '../core/tail-buffer.js';
import type { TailBlock, TailLine } from '../core/tail-buffer.js';
import { BACK_BYTES_MAX, FIRST_BYTES, looksBinary, nextStep, startOffset } from '../core/tail-plan.js';
import { isVisible } from './clock.js';
import { agentPath, getBytes, getJson, messageOf } from './requests.js';

/** Between looks at the size of a file that is being written. */
const EVERY_MS = 1000;
/** After errors: an agent that is restarted comes back within seconds. */
const AFTER_ERROR_MS = 3000;
const REPLACEMENT = '\u{fffd}';

export interface TailView {
  readonly blocks: readonly TailBlock[];
  readonly partial: TailLine | undefined;
  /** Of the file. */
  readonly size: number;
  /** The first byte that is shown. */
  readonly start: number;
  readonly lineCount: number;
  readonly droppedLines: number;
  readonly isBinary: boolean;
}

export interface Tail {
  readonly view: ReadonlySignal<TailView | undefined>;
  readonly error: ReadonlySignal<string | undefined>;
  /** Shows twice as much of the file, as far as memory allows. */
  showEarlier(): void;
  close(): void;
}

export const downloadPath = (agentId: string, path: string): string =>
  agentPath(agentId, `files/download?path=${encodeURIComponent(path)}`);

export function openTail(agentId: string, path: string): Tail {
  const view = signal<TailView | undefined>(undefined);
  const error = signal<string | undefined>(undefined);
  const buffer = new TailBuffer();
  const closing = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let wanted = FIRST_BYTES;
  let start: number | undefined;
  let offset = 0;
  let isBinary = false;

  const begin = (at: number) => {
    buffer.clear();
    start = at;
    offset = at;
  };

  const show = (size: number) => {
    view.value = {
      blocks: buffer.blocks,
      partial: buffer.partial,
      size,
      start: start ?? 0,
      lineCount: buffer.lineCount,
      droppedLines: buffer.droppedLines,
      isBinary,
    };
  };

  const catchUp = async () => {
    const size = await fileSize(agentId, path, closing.signal);
    if (start === undefined) begin(startOffset(size, wanted));
    for (;;) {
      const step = nextStep(size, offset);
      if (step.kind === 'wait') break;
      if (step.kind === 'restart') {
        begin(step.start);
        continue;
      }
      const from = start;
      const bytes = await readBytes(agentId, path, step);
      if (closing.signal.aborted) return;
      // Somebody asked for more of the file meanwhile: this piece has no place any more.
      if (start !== from) break;
      if (bytes.length === 0) break;
      if (offset === start) isBinary = looksBinary(bytes);
      buffer.append(offset === start && offset > 0 ? afterFirstLineEnd(bytes) : bytes);
      offset += bytes.length;
    }
    show(size);
  };

  const run = async () => {
    clearTimeout(timer);
    if (isRunning || closing.signal.aborted || !isVisible.peek()) return;
    isRunning = true;
    let waitMs = EVERY_MS;
    try {
      await catchUp();
      error.value = undefined;
    } catch (cause) {
      waitMs = AFTER_ERROR_MS;
      if (!closing.signal.aborted) error.value = messageOf(cause);
    }
    isRunning = false;
    if (!closing.signal.aborted) timer = setTimeout(() => void run(), start === undefined && !error.value ? 0 : waitMs);
  };

  const stopWatching = effect(() => {
    if (isVisible.value) void run();
  });

  return {
    view,
    error,
    showEarlier() {
      wanted = Math.min(BACK_BYTES_MAX, wanted * 4);
      start = undefined;
      void run();
    },
    close() {
      closing.abort();
      clearTimeout(timer);
      stopWatching();
    },
  };
}

async function fileSize(agentId: string, path: string, signal: AbortSignal): Promise<number> {
  const query = `files/read?path=${encodeURIComponent(path)}&offset=-1`;
  return (await getJson<{ offset: number }>(agentPath(agentId, query), signal)).offset;
}

/** As text, because every agent gives that; as raw bytes where the text is not what the file holds. */
async function readBytes(
  agentId: string,
  path: string,
  { offset, length }: { offset: number; length: number },
): Promise<Uint8Array> {
  const query = `files/read?path=${encodeURIComponent(path)}&offset=${offset}&length=${length}`;
  const { data } = await getJson<{ data: string }>(agentPath(agentId, query));
  if (!data.includes(REPLACEMENT)) return new TextEncoder().encode(data);
  const raw = await getBytes(downloadPath(agentId, path), { offset, length });
  return raw ?? new TextEncoder().encode(data).subarray(0, length);
}

/** A tail that begins within a line begins with the next one, unless there is none. */
function afterFirstLineEnd(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.indexOf(0x0a) + 1);
}
