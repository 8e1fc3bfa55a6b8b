// Mesos' JSON to messages. It is lenient as Mesos is (3rdparty/stout/include/stout/protobuf.hpp there): a lone value
// stands for a list of one, unknown keys and nulls are passed over, numbers and booleans may be strings, unknown names
// of an optional enum read as unset. Texts of refusals are Mesos' own, because clients log and compare them.
import type { MessageName, MessageTypes } from '@mini-mesos/proto';
import protobuf from 'protobufjs';
import { DecodeError } from './protobuf.js';
import { typeOf } from './schema.js';

type JsonObject = { [key: string]: unknown };
type Message = { [field: string]: unknown };

const DOUBLES = new Set(['double', 'float']);
const UNSIGNED = new Set(['uint32', 'uint64', 'fixed32', 'fixed64']);
/** Base64 as Mesos takes it: the standard alphabet, padded. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Nesting beyond this is refused: no message of the API comes near, and a deeper one would exhaust the stack. */
const DEPTH_MAX = 100;

/** Reads one JSON object; `missing` collects the paths of required fields that it did not hold, such as `framework_info.user`. */
class Reader {
  readonly missing: string[] = [];

  message(type: protobuf.Type, json: JsonObject, path: string, depth = 0): Message {
    if (depth > DEPTH_MAX) throw new DecodeError(`JSON is nested deeper than ${DEPTH_MAX} levels`);
    const out: Message = {};
    const { fields, required } = shapeOf(type);
    for (const name of Object.keys(json)) {
      const value = json[name];
      const field = value === null ? undefined : fields.get(name);
      const read = field && this.field(field, value, path, depth);
      if (read !== undefined) out[name] = read;
    }
    for (const name of required) if (out[name] === undefined) this.missing.push(path + name);
    return out;
  }

  private field(field: protobuf.Field, value: unknown, path: string, depth: number): unknown {
    const here = `${path}${field.name}`;
    if (field instanceof protobuf.MapField) {
      if (!isObject(value)) throw unexpected(value, field);
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, this.one(field, entry, `${here}.value.`, depth)]),
      );
    }
    if (!field.repeated) return this.one(field, value, `${here}.`, depth);
    const list = Array.isArray(value) ? value : [value];
    const read = list.map((entry, i) => this.one(field, entry, `${here}[${i}].`, depth));
    return read.filter((entry) => entry !== undefined);
  }

  private one(field: protobuf.Field, value: unknown, path: string, depth: number): unknown {
    if (value === null) return undefined;
    const type = field.resolvedType;
    if (type instanceof protobuf.Type) {
      if (!isObject(value)) throw unexpected(value, field);
      return this.message(type, value, path, depth + 1);
    }
    if (type instanceof protobuf.Enum) return enumName(type, field, value);
    if (field.type === 'string') {
      if (typeof value !== 'string') throw unexpected(value, field);
      return value;
    }
    if (field.type === 'bytes') return bytes(field, value);
    if (field.type === 'bool') return boolean(field, value);
    return number(field, value);
  }
}

interface Shape {
  readonly fields: ReadonlyMap<string, protobuf.Field>;
  readonly required: readonly string[];
}

const shapes = new WeakMap<protobuf.Type, Shape>();

function shapeOf(type: protobuf.Type): Shape {
  let shape = shapes.get(type);
  if (!shape) {
    const all = type.fieldsArray;
    shape = {
      fields: new Map(all.map((field) => [field.name, field])),
      required: all.flatMap((field) => (field.required ? [field.name] : [])),
    };
    shapes.set(type, shape);
  }
  return shape;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(value: unknown, field: protobuf.Field): DecodeError {
  const kind = Array.isArray(value) ? 'array' : typeof value;
  return new DecodeError(`Not expecting a JSON ${kind} for field '${field.name}'`);
}

function enumName(type: protobuf.Enum, field: protobuf.Field, value: unknown): string | undefined {
  if (typeof value !== 'string') throw unexpected(value, field);
  if (Object.hasOwn(type.values, value)) return value;
  if (field.required) throw new DecodeError(`Failed to find enum for '${value}'`);
  return undefined;
}

function bytes(field: protobuf.Field, value: unknown): Uint8Array {
  if (typeof value !== 'string') throw unexpected(value, field);
  if (!BASE64.test(value)) {
    throw new DecodeError(`Failed to base64 decode bytes field '${field.name}': not padded standard base64`);
  }
  return Uint8Array.from(Buffer.from(value, 'base64'));
}

function boolean(field: protobuf.Field, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (typeof value !== 'string') throw unexpected(value, field);
  throw new DecodeError(`Failed to parse '${value}' as a JSON boolean for field '${field.name}'`);
}

function number(field: protobuf.Field, value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'string') throw unexpected(value, field);
  const real = DOUBLES.has(field.type);
  if (real && value === 'Infinity') return Infinity;
  if (real && value === '-Infinity') return -Infinity;
  const read = typeof value === 'number' ? value : /^\s*-?\d/.test(value) ? Number(value) : NaN;
  if (!Number.isFinite(read)) {
    throw new DecodeError(`Failed to parse '${value}' as a JSON number for field '${field.name}'`);
  }
  if (real) return read;
  if (UNSIGNED.has(field.type) && read < 0) {
    throw new DecodeError(`Not expecting the negative number ${read} for field '${field.name}'`);
  }
  return Math.trunc(read);
}

/** A JSON value, already parsed, as a message. Throws DecodeError with the text that Mesos would answer. */
export function fromJson<N extends MessageName>(name: N, json: unknown): MessageTypes[N] {
  if (!isObject(json)) throw new DecodeError('Expecting a JSON object');
  const reader = new Reader();
  const message = reader.message(typeOf(name), json, '');
  if (reader.missing.length > 0) {
    throw new DecodeError(`Missing required fields: ${reader.missing.join(', ')}`);
  }
  return message as unknown as MessageTypes[N];
}

/** JSON.parse with the error text of Mesos' parser, which names the line and what it could not read. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = failurePosition(text, error as SyntaxError);
    const line = text.slice(0, at).split('\n').length;
    const near = text.slice(at).split('\n')[0] ?? '';
    throw new DecodeError(`syntax error at line ${line} near: ${near}`, { cause: error });
  }
}

function failurePosition(text: string, error: SyntaxError): number {
  const position = /position (\d+)/.exec(error.message)?.[1];
  if (position !== undefined) return Number(position);
  const token = /Unexpected token '?(.)'?/.exec(error.message)?.[1];
  return token === undefined ? text.length : Math.max(0, text.indexOf(token));
}
