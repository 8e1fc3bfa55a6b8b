// How a batch of records becomes bytes: columns, found by looking at the values. Arrays of one length become one
// column per position, plain objects with the same properties one per property, lists their lengths and one column of
// all elements; strings, integers, doubles, booleans, dates have columns of their own. What fits nowhere is written
// with V8's structured clone, so every value comes back exactly (-0, lone surrogates, Map, Set, cycles).
import { deserialize, serialize } from 'node:v8';
import type { ByteWriter } from './byte-writer.js';
import { decodeStrings, encodeStrings, STRING_TAGS } from './string-column.js';
import { sizedArray } from './sized-array.js';

const TAG = {
  generic: 0,
  utf8: STRING_TAGS.utf8,
  utf16: STRING_TAGS.utf16,
  ascii: STRING_TAGS.ascii,
  int8: 3,
  int16: 4,
  int32: 5,
  double: 6,
  tuple: 7,
  object: 8,
  list: 9,
  boolean: 10,
  allNull: 11,
  allUndefined: 12,
  nullable: 13,
  date: 14,
} as const;

/** Deeper structures are left to structured clone, which bounds the recursion. */
const COLUMN_DEPTH_MAX = 12;
/** Widest array or object that is split into columns; wider ones are rare and gain nothing. */
const COLUMN_WIDTH_MAX = 64;

/** Thrown for a record that cannot travel, for example one that holds a function. */
export class RecordError extends Error {
  override name = 'RecordError';
}

/** Appends the column for `values`. Throws RecordError when a value cannot be copied. */
export function encodeColumn(writer: ByteWriter, values: readonly unknown[], depth = 0): void {
  const first = firstPresent(values);
  if (first === undefined || first === null) return encodeAbsent(writer, values);
  if (depth < COLUMN_DEPTH_MAX && encodeTyped(writer, values, { first, depth })) return;
  encodeGeneric(writer, values);
}

function firstPresent(values: readonly unknown[]): unknown {
  for (const value of values) if (value !== null && value !== undefined) return value;
  return undefined;
}

interface Sample {
  first: unknown;
  depth: number;
}

function encodeTyped(writer: ByteWriter, values: readonly unknown[], sample: Sample): boolean {
  switch (typeof sample.first) {
    case 'string':
      return everyTypeof(values, 'string')
        ? encodeStrings(writer, values as string[])
        : encodeNullable(writer, values, sample);
    case 'number':
      return everyTypeof(values, 'number')
        ? encodeNumbers(writer, values as number[])
        : encodeNullable(writer, values, sample);
    case 'boolean':
      return everyTypeof(values, 'boolean') ? encodeBooleans(writer, values) : encodeNullable(writer, values, sample);
    case 'object':
      return encodeObjects(writer, values, sample);
    default:
      return false;
  }
}

function everyTypeof(values: readonly unknown[], type: string): boolean {
  for (const value of values) if (typeof value !== type) return false;
  return true;
}

function encodeAbsent(writer: ByteWriter, values: readonly unknown[]): void {
  if (values.every((value) => value === null)) return writer.u8(TAG.allNull);
  if (values.every((value) => value === undefined)) return writer.u8(TAG.allUndefined);
  encodeGeneric(writer, values);
}

/** A mask byte each, then only the values that are there; given up when there is nothing absent. */
function encodeNullable(writer: ByteWriter, values: readonly unknown[], sample: Sample): boolean {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === values.length) return false;
  writer.u8(TAG.nullable);
  writer.u32(present.length);
  let at = writer.reserve(values.length);
  for (const value of values) writer.bytes[at++] = value === null ? 0 : value === undefined ? 1 : 2;
  encodeColumn(writer, present, sample.depth + 1);
  return true;
}

function encodeGeneric(writer: ByteWriter, values: readonly unknown[]): void {
  let bytes: Buffer;
  try {
    bytes = serialize(values);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = reason.includes('Promise') ? 'mark the function that makes it async' : 'use plain data';
    throw new RecordError(`a record cannot be sent to another process: ${reason}; ${advice}`, { cause });
  }
  writer.u8(TAG.generic);
  writer.u32(bytes.length);
  writer.append(bytes);
}

function encodeBooleans(writer: ByteWriter, values: readonly unknown[]): true {
  writer.u8(TAG.boolean);
  let at = writer.reserve(values.length);
  for (const value of values) writer.bytes[at++] = value ? 1 : 0;
  return true;
}

function encodeNumbers(writer: ByteWriter, values: readonly number[]): true {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) return encodeDoubles(writer, values, TAG.double);
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  if (low >= -128 && high <= 127) {
    writer.u8(TAG.int8);
    let at = writer.reserve(values.length);
    for (const value of values) writer.bytes[at++] = value;
  } else if (low >= -32768 && high <= 32767) {
    writer.u8(TAG.int16);
    let at = writer.reserve(values.length * 2);
    const bytes = writer.bytes;
    for (const value of values) {
      bytes[at++] = value;
      bytes[at++] = value >> 8;
    }
  } else {
    writer.u8(TAG.int32);
    let at = writer.reserve(values.length * 4);
    const bytes = writer.bytes;
    for (const value of values) {
      bytes[at++] = value;
      bytes[at++] = value >> 8;
      bytes[at++] = value >> 16;
      bytes[at++] = value >> 24;
    }
  }
  return true;
}

function encodeDoubles(writer: ByteWriter, values: readonly number[], tag: number): true {
  writer.u8(tag);
  const block = Float64Array.from(values);
  writer.append(new Uint8Array(block.buffer));
  return true;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype;
}

function encodeObjects(writer: ByteWriter, values: readonly unknown[], sample: Sample): boolean {
  const { first, depth } = sample;
  if (Array.isArray(first)) {
    if (values.every((value) => Array.isArray(value))) return encodeArrays(writer, values as unknown[][], depth);
    return encodeNullable(writer, values, sample);
  }
  if (first instanceof Date) {
    if (values.every((value) => value instanceof Date && Object.getPrototypeOf(value) === Date.prototype)) {
      return encodeDoubles(
        writer,
        (values as Date[]).map((value) => value.getTime()),
        TAG.date,
      );
    }
    return encodeNullable(writer, values, sample);
  }
  if (!isPlain(first as object)) return false;
  const names = Object.keys(first as object);
  if (names.length === 0 || names.length > COLUMN_WIDTH_MAX || names.includes('__proto__')) return false;
  for (const value of values) {
    if (value === null || value === undefined) return encodeNullable(writer, values, sample);
    if (typeof value !== 'object' || !isPlain(value) || !sameNames(value, names)) return false;
  }
  writer.u8(TAG.object);
  const header = Buffer.from(JSON.stringify(names));
  writer.u32(header.length);
  writer.append(header);
  for (const name of names)
    encodeColumn(
      writer,
      (values as Record<string, unknown>[]).map((value) => value[name]),
      depth + 1,
    );
  return true;
}

function sameNames(value: object, names: readonly string[]): boolean {
  let index = 0;
  for (const name in value) {
    if (name !== names[index]) return false;
    index++;
  }
  return index === names.length;
}

function encodeArrays(writer: ByteWriter, values: readonly unknown[][], depth: number): boolean {
  const width = (values[0] as unknown[]).length;
  const oneWidth = width > 0 && width <= COLUMN_WIDTH_MAX && values.every((value) => value.length === width);
  if (oneWidth) {
    writer.u8(TAG.tuple);
    writer.u32(width);
    for (let position = 0; position < width; position++) {
      const column = sizedArray<unknown>(values.length);
      for (let index = 0; index < values.length; index++) column[index] = (values[index] as unknown[])[position];
      encodeColumn(writer, column, depth + 1);
    }
    return true;
  }
  const elements: unknown[] = [];
  for (const value of values) for (const element of value) elements.push(element);
  writer.u8(TAG.list);
  writer.u32(elements.length);
  encodeNumbers(
    writer,
    values.map((value) => value.length),
  );
  encodeColumn(writer, elements, depth + 1);
  return true;
}

/** Reads columns one after another from encoded bytes. */
export class ColumnReader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** When the next column is one of pairs, its two columns; otherwise undefined and nothing is consumed. */
  pairs(count: number): { keys: unknown[]; values: unknown[] } | undefined {
    if (this.bytes[this.at] !== TAG.tuple || this.bytes.readUInt32LE(this.at + 1) !== 2) return undefined;
    this.at += 5;
    return { keys: this.column(count), values: this.column(count) };
  }

  column(count: number): unknown[] {
    const tag = this.bytes[this.at++];
    switch (tag) {
      case TAG.ascii:
      case TAG.utf8:
      case TAG.utf16: {
        const decoded = decodeStrings(this.bytes, this.at, { count, tag });
        this.at = decoded.end;
        return decoded.values;
      }
      case TAG.int8:
      case TAG.int16:
      case TAG.int32:
        return this.integers(count, tag);
      case TAG.double:
        return this.doubles(count);
      case TAG.date:
        return this.doubles(count).map((time) => new Date(time));
      case TAG.boolean:
        return Array.from({ length: count }, () => this.bytes[this.at++] === 1);
      case TAG.allNull:
        return sizedArray<unknown>(count).fill(null);
      case TAG.allUndefined:
        return sizedArray<unknown>(count).fill(undefined);
      default:
        return this.structured(count, tag);
    }
  }

  private structured(count: number, tag: number | undefined): unknown[] {
    switch (tag) {
      case TAG.tuple:
        return this.tuples(count);
      case TAG.object:
        return this.objects(count);
      case TAG.list:
        return this.lists(count);
      case TAG.nullable:
        return this.nullable(count);
      case TAG.generic: {
        const length = this.u32();
        const slice = this.bytes.subarray(this.at, this.at + length);
        this.at += length;
        return deserialize(slice) as unknown[];
      }
      default:
        throw new RecordError(
          `unknown column kind ${tag} in a block of records: it was damaged or written by another version`,
        );
    }
  }

  private u32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  private integers(count: number, tag: number): number[] {
    const values = sizedArray<number>(count);
    const { bytes } = this;
    let at = this.at;
    if (tag === TAG.int8) {
      for (let index = 0; index < count; index++) values[index] = ((bytes[at++] as number) << 24) >> 24;
    } else if (tag === TAG.int16) {
      for (let index = 0; index < count; index++, at += 2) values[index] = bytes.readInt16LE(at);
    } else {
      for (let index = 0; index < count; index++, at += 4) values[index] = bytes.readInt32LE(at);
    }
    this.at = at;
    return values;
  }

  private doubles(count: number): number[] {
    const block = this.bytes.buffer.slice(this.bytes.byteOffset + this.at, this.bytes.byteOffset + this.at + count * 8);
    this.at += count * 8;
    return Array.from(new Float64Array(block));
  }

  private tuples(count: number): unknown[][] {
    const width = this.u32();
    const columns = Array.from({ length: width }, () => this.column(count));
    if (width === 2) {
      const [left, right] = columns as [unknown[], unknown[]];
      const pairs = sizedArray<unknown[]>(count);
      for (let index = 0; index < count; index++) pairs[index] = [left[index], right[index]];
      return pairs;
    }
    return Array.from({ length: count }, (_, index) => columns.map((column) => column[index]));
  }

  private objects(count: number): unknown[] {
    const length = this.u32();
    const header = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length;
    const names = JSON.parse(header) as string[];
    const columns = names.map(() => this.column(count));
    return objectBuilder(header, names)(columns, count);
  }

  private lists(count: number): unknown[][] {
    const total = this.u32();
    const lengths = this.column(count) as number[];
    const elements = this.column(total);
    let from = 0;
    return lengths.map((length) => elements.slice(from, (from += length)));
  }

  private nullable(count: number): unknown[] {
    const presentCount = this.u32();
    const mask = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    const present = this.column(presentCount);
    let next = 0;
    return Array.from(mask, (kind) => (kind === 0 ? null : kind === 1 ? undefined : present[next++]));
  }
}

type ObjectBuilder = (columns: unknown[][], count: number) => unknown[];
const builders = new Map<string, ObjectBuilder>();
/** Shapes remembered; beyond it the table starts anew. */
const BUILDERS_MAX = 1000;

/** A generated loop per shape, so that decoded objects share one hidden class. Property names are JSON-quoted. */
function objectBuilder(header: string, names: readonly string[]): ObjectBuilder {
  let builder = builders.get(header);
  if (builder === undefined) {
    if (builders.size >= BUILDERS_MAX) builders.clear();
    const locals = names.map((_, index) => `c${index} = columns[${index}]`).join(', ');
    const fields = names.map((name, index) => `${JSON.stringify(name)}: c${index}[i]`).join(', ');
    const body = `const ${locals}; const out = new Array(count); for (let i = 0; i < count; i++) out[i] = { ${fields} }; return out;`;
    // The text holds nothing but quoted names and positions.
    // oxlint-disable-next-line typescript/no-implied-eval
    builder = new Function('columns', 'count', body) as ObjectBuilder;
    builders.set(header, builder);
  }
  return builder;
}
