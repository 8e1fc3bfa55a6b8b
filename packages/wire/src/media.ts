// Which of the two forms a request is in and an answer should take (JSON or protobuf), and bodies in either form.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { fromJson, parseJsonText } from './json-read.js';
import { toJsonText } from './json-write.js';
import { DecodeError, decodeProtobuf, encodeProtobuf } from './protobuf.js';
import { shortName } from './schema.js';

export type MediaType = 'application/json' | 'application/x-protobuf';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';
/** A stream of records whose own type is told by `Message-Content-Type` or `Message-Accept`. */
export const RECORDIO_TYPE = 'application/recordio';

/** The form of a body by its Content-Type, whose parameters are passed over; undefined where it is neither of the two. */
export function mediaTypeOf(contentType: string): MediaType | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  return type === JSON_TYPE || type === PROTOBUF_TYPE ? type : undefined;
}

/** Whether an Accept header allows a type: by name, by `type/*` or by `*\/*`, unless with `q=0`. None allows all. */
export function accepts(accept: string | undefined, type: string): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const [family] = type.split('/', 1);
  return accept.split(',').some((entry) => {
    const [range, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !refused && (range === type || range === '*/*' || range === `${family}/*`);
  });
}

/** The form for an answer: JSON where both will do, as Mesos prefers; undefined where neither is accepted. */
export function negotiate(accept: string | undefined): MediaType | undefined {
  if (accepts(accept, JSON_TYPE)) return JSON_TYPE;
  return accepts(accept, PROTOBUF_TYPE) ? PROTOBUF_TYPE : undefined;
}

export function encodeBody<N extends MessageName>(name: N, type: MediaType, message: MessageTypes[N]): Buffer {
  return type === JSON_TYPE ? Buffer.from(toJsonText(name, message)) : Buffer.from(encodeProtobuf(name, message));
}

/** Throws DecodeError whose text is the body of the 400 that Mesos answers. */
export function decodeBody<N extends MessageName>(name: N, type: MediaType, body: Uint8Array): MessageTypes[N] {
  const short = shortName(name);
  if (type === PROTOBUF_TYPE) {
    return prefixed(`Failed to parse body into ${short} protobuf`, '', () => decodeProtobuf(name, body));
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  const json = prefixed('Failed to parse body into JSON', ': ', () => parseJsonText(text));
  return prefixed(`Failed to convert JSON into ${short} protobuf`, ': ', () => fromJson(name, json));
}

/** Runs `read`; a DecodeError gets the prefix, and keeps its own text where `separator` is not empty. */
function prefixed<T>(prefix: string, separator: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(separator === '' ? prefix : prefix + separator + error.message, { cause: error });
  }
}
