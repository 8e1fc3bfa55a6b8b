// A regular file as an answer: opened once, its size taken from what was opened, in whole or the range that was asked for.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { FrontAnswer, Headers } from './types.js';

export interface FileAnswerOptions {
  /** The real path, without symbolic links. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Of the request: `range` is honoured. */
  requestHeaders: Headers;
  /** Checks what was opened, not what the path named before; false is a 404. */
  isAllowed?: (handle: FileHandle) => Promise<boolean>;
}

/** First and last byte. */
interface ByteRange {
  start: number;
  end: number;
}

/** Undefined where there is no regular file of that path, or it is not allowed. Throws where it cannot be read. */
export async function fileAnswer(options: FileAnswerOptions): Promise<FrontAnswer | undefined> {
  // A named pipe would hold the thread until somebody writes; a link put in place meanwhile would lead elsewhere.
  const handle = await open(options.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || (options.isAllowed && !(await options.isAllowed(handle)))) {
      await handle.close();
      return undefined;
    }
    return await bodyOf(handle, stats.size, options);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function bodyOf(handle: FileHandle, size: number, options: FileAnswerOptions): Promise<FrontAnswer> {
  const { headers, requestHeaders } = options;
  const range = requestedRange(requestHeaders, size);
  if (range === 'unsatisfiable' || size === 0) {
    await handle.close();
    return range === 'unsatisfiable'
      ? { status: 416, headers: { 'content-range': `bytes */${size}` }, body: `The file holds ${size} bytes.\n` }
      : { status: 200, headers: { ...headers, 'accept-ranges': 'bytes' }, body: Buffer.alloc(0) };
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
    },
    // Ends before what is written meanwhile, so that the length told stays true.
    body: handle.createReadStream({ start, end }),
  };
}

/** One range only; several, or a conditional one, get the whole file, which is always right. */
function requestedRange(headers: Headers, size: number): ByteRange | 'unsatisfiable' | undefined {
  const { range } = headers;
  if (typeof range !== 'string' || headers['if-range'] !== undefined) return undefined;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start > end ? 'unsatisfiable' : { start, end };
}
