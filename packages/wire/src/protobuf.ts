// Messages to protobuf bytes and back. In memory a message is a plain object: enums are names, unset fields are absent.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import protobuf from 'protobufjs';
import { typeOf } from './schema.js';

/** Bytes that are not the message they claim to be. `message` names what was wrong. */
export class DecodeError extends Error {
  override name = 'DecodeError';
}

/** Throws TypeError where a required field of a nested message is missing: a mistake of the caller. */
export function encodeProtobuf<N extends MessageName>(name: N, message: MessageTypes[N]): Uint8Array {
  const type = typeOf(name);
  return type.encode(type.fromObject(message)).finish();
}

/** Throws DecodeError on bytes that cannot be read or that lack a required field. */
export function decodeProtobuf<N extends MessageName>(name: N, bytes: Uint8Array): MessageTypes[N] {
  const type = typeOf(name);
  try {
    return type.toObject(type.decode(bytes), { enums: String, longs: Number }) as MessageTypes[N];
  } catch (error) {
    throw new DecodeError(error instanceof protobuf.util.ProtocolError ? error.message : String(error), {
      cause: error,
    });
  }
}
