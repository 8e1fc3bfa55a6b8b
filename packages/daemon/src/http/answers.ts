// The front's own answers, with Mesos' texts where Mesos has one, and what is done to every answer before it is written.
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { GZIP_MIN_BYTES } from './limits.js';
import type { FrontAnswer, RequestHead } from './types.js';

export interface FinishedAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** A Readable has its length in `content-length`, or is written in chunks. */
  readonly body: Buffer | Readable;
}

const TEXT_TYPE = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const NOTHING = Buffer.alloc(0);
/** The longest name of a callback taken; jQuery's are about 40 characters. */
const CALLBACK_LENGTH_MAX = 128;
/** A dotted name, each part of which may be indexed: what a script may define, and nothing that could be a program. */
const CALLBACK_NAME = /^[a-z_$][\w$]*(\[\d+\])*(\.[a-z_$][\w$]*(\[\d+\])*)*$/i;
/** Types worth zipping; the others are small or packed already. */
const ZIPPABLE = /^(text\/|application\/(json|x-protobuf|javascript)|image\/svg)/;

const zip = promisify(gzip);

export const notFound: FrontAnswer = { status: 404, body: '404 Not Found.' };

export function methodNotAllowed(allowed: readonly string[], method: string): FrontAnswer {
  const expected = allowed.map((name) => `'${name}'`).join(', ');
  return {
    status: 405,
    headers: { allow: allowed.join(', ') },
    body: `405 Method Not Allowed. Expecting one of { ${expected} }, but received '${method}'.`,
  };
}

export const internalError = (message: string): FrontAnswer => ({
  status: 500,
  body: `500 Internal Server Error: ${message}`,
});

/** The answer as it is written: type and length told, wrapped for JSONP, zipped where that pays. */
export async function finish(answer: FrontAnswer, head: RequestHead, takesJsonp: boolean): Promise<FinishedAnswer> {
  const headers: Record<string, string> = { ...answer.headers };
  const body = answer.json === undefined ? answer.body : JSON.stringify(answer.json);
  headers['content-type'] ??= defaultType(answer);
  if (headers['content-type'] === '') delete headers['content-type'];
  if (typeof body !== 'string' && body !== undefined && !Buffer.isBuffer(body)) {
    return { status: answer.status, headers, body };
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? NOTHING);
  const wrapped = takesJsonp ? withCallback({ status: answer.status, headers, body: bytes }, head) : undefined;
  return zipped(wrapped ?? { status: answer.status, headers, body: bytes }, head);
}

function defaultType({ json, body }: FrontAnswer): string {
  if (json !== undefined) return JSON_TYPE;
  if (body === undefined) return '';
  return typeof body === 'string' ? TEXT_TYPE : 'application/octet-stream';
}

interface WholeAnswer extends FinishedAnswer {
  readonly body: Buffer;
}

/** `cb(<json>)`, without a semicolon, exactly as libprocess writes it. */
function withCallback(answer: WholeAnswer, head: RequestHead): WholeAnswer | undefined {
  const callback = head.query.get('jsonp');
  if (!callback || answer.status !== 200 || answer.headers['content-type'] !== JSON_TYPE) return undefined;
  if (callback.length > CALLBACK_LENGTH_MAX || !CALLBACK_NAME.test(callback)) {
    const body = Buffer.from("Cannot take the value of 'jsonp' as the name of a function: expected a dotted name.\n");
    return { status: 400, headers: { 'content-type': TEXT_TYPE }, body };
  }
  return {
    status: answer.status,
    headers: { ...answer.headers, 'content-type': 'text/javascript', 'x-content-type-options': 'nosniff' },
    body: Buffer.concat([Buffer.from(`${callback}(`), answer.body, Buffer.from(')')]),
  };
}

/** At the fastest level: our JSON shrinks to a tenth with it, and the thread pool is shared with the disk. */
async function zipped(answer: WholeAnswer, head: RequestHead): Promise<FinishedAnswer> {
  const { status, headers, body } = answer;
  const pays =
    body.length >= GZIP_MIN_BYTES &&
    ZIPPABLE.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    acceptsGzip(head);
  const bytes = pays ? await zip(body, { level: constants.Z_BEST_SPEED }) : body;
  if (pays) Object.assign(headers, { 'content-encoding': 'gzip', vary: 'accept-encoding' });
  // 204 and 304 must not carry a length of their own.
  if (status !== 204 && status !== 304) headers['content-length'] = String(bytes.length);
  return { status, headers, body: bytes };
}

function acceptsGzip(head: RequestHead): boolean {
  return String(head.headers['accept-encoding'] ?? '')
    .split(',')
    .some((entry) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(entry));
}
