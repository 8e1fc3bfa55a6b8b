// Reads JSON bodies and parameters as messages; refusals have the texts of Mesos' parser.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import { DecodeError, fromJson, parseJsonText } from '@mini-mesos/wire';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

const WRONG_KIND = 'Unexpected JSON type parsed';

/** A JSON array. */
export function readArray(text: string): Read<unknown[]> {
  return attempt(() => {
    const json = parseJsonText(text);
    if (!Array.isArray(json)) throw new DecodeError(WRONG_KIND);
    return json as unknown[];
  });
}

/** A JSON object. */
export function readObject(text: string): Read<object> {
  return attempt(() => {
    const json = parseJsonText(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new DecodeError(WRONG_KIND);
    return json;
  });
}

export function asMessage<N extends MessageName>(name: N, json: unknown): Read<MessageTypes[N]> {
  return attempt(() => fromJson(name, json));
}

export function asMessages<N extends MessageName>(name: N, list: readonly unknown[]): Read<MessageTypes[N][]> {
  return attempt(() => list.map((json) => fromJson(name, json)));
}

function attempt<T>(read: () => T): Read<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, error: error.message };
    throw error;
  }
}
