// Messages to Mesos' JSON text: proto field names, enum names, base64, 64-bit integers as numbers, whole doubles with
// `.0`, set fields in the order of their numbers, and besides them every unset optional scalar for which the .proto
// names a default and no deprecation (so `failover_timeout: 0.0` is always there). Empty lists are left out.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import protobuf from 'protobufjs';
import { typeOf } from './schema.js';

type Message = { [field: string]: unknown };
type FieldWriter = { key: string; name: string; write: (value: unknown) => string; preset: string | undefined };

const writers = new Map<protobuf.Type, FieldWriter[]>();

function writersOf(type: protobuf.Type): FieldWriter[] {
  let list = writers.get(type);
  if (!list) {
    list = type.fieldsArray.map((field) => {
      const write = fieldWriter(field);
      const preset = presetOf(field);
      return {
        key: `${JSON.stringify(field.name)}:`,
        name: field.name,
        write,
        preset: preset === undefined ? undefined : write(preset),
      };
    });
    writers.set(type, list);
  }
  return list;
}

function presetOf(field: protobuf.Field): unknown {
  const options = field.options ?? {};
  const isPlain = !field.repeated && !field.map && !(field.resolvedType instanceof protobuf.Type);
  return isPlain && !options['deprecated'] ? (options['default'] as unknown) : undefined;
}

function fieldWriter(field: protobuf.Field): (value: unknown) => string {
  const one = valueWriter(field);
  if (field instanceof protobuf.MapField) {
    return (value) =>
      `{${Object.entries(value as Message)
        .map(([key, entry]) => `${JSON.stringify(key)}:${one(entry)}`)
        .join(',')}}`;
  }
  return field.repeated ? (value) => `[${(value as unknown[]).map(one).join(',')}]` : one;
}

function valueWriter(field: protobuf.Field): (value: unknown) => string {
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) return (value) => writeMessage(type, value as Message);
  switch (field.type) {
    case 'double':
    case 'float':
      return (value) => writeDouble(value as number);
    case 'bytes':
      return (value) => `"${Buffer.from(value as Uint8Array).toString('base64')}"`;
    default:
      return (value) => JSON.stringify(value);
  }
}

/** JSON has no word for infinity; Mesos reads these names back. */
function writeDouble(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

function writeMessage(type: protobuf.Type, message: Message): string {
  let out = '';
  for (const { key, name, write, preset } of writersOf(type)) {
    const value = message[name];
    const text = value === undefined || value === null ? preset : isEmptyList(value) ? undefined : write(value);
    if (text !== undefined) out += out === '' ? key + text : `,${key}${text}`;
  }
  return `{${out}}`;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The text of a message. `message` is trusted to fit its type, as the compiler checked. */
export function toJsonText<N extends MessageName>(name: N, message: MessageTypes[N]): string {
  return writeMessage(typeOf(name), message as Message);
}

/** The same as a value, for places that put a message inside JSON of their own. */
export function toJsonValue<N extends MessageName>(name: N, message: MessageTypes[N]): unknown {
  return JSON.parse(toJsonText(name, message)) as unknown;
}
