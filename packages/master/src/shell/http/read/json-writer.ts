// Writes JSON whose lists may be Listings, piece by piece into buffers: no text of the whole ever exists as one string,
// and where the caller can wait, other work runs between two slices of it.
import { setImmediate } from 'node:timers/promises';
import { Listing } from '../../../core/views/listing.js';

/** JSON that is written already, to be put into other JSON as it is. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** How long one slice of a large answer may keep the master from its other work. */
const SLICE_MS = 20;
/** Characters that are gathered before they become bytes: few buffers, and none large. */
const PIECE_LENGTH = 64 * 1024;

/** All of it now: what is read is of one moment. */
export function writeJson(value: unknown): Buffer {
  const pieces = new Pieces();
  for (const text of jsonTexts(value)) pieces.add(text);
  return pieces.take();
}

/**
 * In slices, between which the state goes on: each agent, framework and task is of one moment, all together are not,
 * unless all of it fits into one slice, as it does below about a thousand tasks.
 */
export async function writeJsonInSlices(value: unknown, sliceMs = SLICE_MS): Promise<Buffer> {
  const pieces = new Pieces();
  let sliceEndMs = performance.now() + sliceMs;
  for (const text of jsonTexts(value)) {
    pieces.add(text);
    if (performance.now() < sliceEndMs) continue;
    await setImmediate();
    sliceEndMs = performance.now() + sliceMs;
  }
  return pieces.take();
}

function* jsonTexts(value: unknown): Generator<string> {
  if (value instanceof JsonText) yield value.text;
  else if (value instanceof Listing) yield* listTexts(value);
  else if (holdsListing(value)) yield* objectTexts(value);
  else yield JSON.stringify(value);
}

function* listTexts(list: Listing<unknown>): Generator<string> {
  yield '[';
  let separator = '';
  for (const item of list) {
    yield separator;
    yield* jsonTexts(item);
    separator = ',';
  }
  yield ']';
}

function* objectTexts(object: object): Generator<string> {
  let separator = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* jsonTexts(value);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}

/** Listings are looked for in objects within objects, not inside of arrays. */
function holdsListing(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).some(
    (field) => field instanceof Listing || field instanceof JsonText || holdsListing(field),
  );
}

class Pieces {
  readonly #buffers: Buffer[] = [];
  #text = '';

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= PIECE_LENGTH) this.#flush();
  }

  take(): Buffer {
    this.#flush();
    const [only] = this.#buffers;
    return only !== undefined && this.#buffers.length === 1 ? only : Buffer.concat(this.#buffers);
  }

  #flush(): void {
    if (this.#text !== '') this.#buffers.push(Buffer.from(this.#text));
    this.#text = '';
  }
}
