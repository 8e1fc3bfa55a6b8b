// Resource messages in JSON, as an operator writes them: names of fields and enum values as in the .proto, a single
// object where a list is meant, numbers as text, null as absent, unknown fields ignored (the rules of Mesos'
// protobuf::parse). Values are checked by shape.ts, not here.
import type { Resource } from '@mini-mesos/proto';
import { fail, ok } from '../result.js';
import type { Result } from '../result.js';

type Reader = (json: unknown, path: string, problems: string[]) => unknown;

interface Field {
  readonly read: Reader;
  readonly required?: boolean;
  readonly repeated?: boolean;
}

const describe = (json: unknown): string => JSON.stringify(json) ?? String(json);

const string: Reader = (json, path, problems) => {
  if (typeof json === 'string') return json;
  problems.push(`${path}: expected a string, not ${describe(json)}`);
  return undefined;
};

const number: Reader = (json, path, problems) => {
  if (typeof json === 'number') return json;
  if (typeof json === 'string' && json.trim() !== '' && !Number.isNaN(Number(json))) return Number(json);
  problems.push(`${path}: expected a number, not ${describe(json)}`);
  return undefined;
};

/** One of `names`; anything else reads as absent, which is a problem only where the field is required. */
const oneOf =
  (...names: readonly string[]): Reader =>
  (json) =>
    typeof json === 'string' && names.includes(json) ? json : undefined;

const message =
  (fields: Readonly<Record<string, Field>>): Reader =>
  (json, path, problems) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      problems.push(`${path}: expected an object, not ${describe(json)}`);
      return undefined;
    }
    const result: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const value = readField(field, (json as Record<string, unknown>)[name], `${path}.${name}`, problems);
      if (value !== undefined) result[name] = value;
      else if (field.required === true) problems.push(`${path}.${name}: missing or not understood`);
    }
    return result;
  };

function readField(field: Field, json: unknown, path: string, problems: string[]): unknown {
  if (json === undefined || json === null) return undefined;
  if (field.repeated !== true) return field.read(json, path, problems);
  const list: unknown[] = Array.isArray(json) ? json : [json];
  return list.map((element, i) => field.read(element, `${path}[${i}]`, problems));
}

const optional = (read: Reader): Field => ({ read });
const required = (read: Reader): Field => ({ read, required: true });
const repeated = (read: Reader): Field => ({ read, repeated: true });

const empty = message({});
const labels = message({ labels: repeated(message({ key: required(string), value: optional(string) })) });
const root = message({ root: optional(string) });

const reservation = message({
  principal: optional(string),
  labels: optional(labels),
  role: optional(string),
  type: optional(oneOf('STATIC', 'DYNAMIC')),
});

const disk = message({
  persistence: optional(message({ id: required(string), principal: optional(string) })),
  volume: optional(
    message({
      container_path: required(string),
      host_path: optional(string),
      mode: required(oneOf('RW', 'RO')),
    }),
  ),
  source: optional(
    message({
      type: required(oneOf('PATH', 'MOUNT', 'BLOCK', 'RAW')),
      path: optional(root),
      mount: optional(root),
      id: optional(string),
      metadata: optional(labels),
      profile: optional(string),
      vendor: optional(string),
    }),
  ),
});

const resource = message({
  name: required(string),
  type: required(oneOf('SCALAR', 'RANGES', 'SET', 'TEXT')),
  scalar: optional(message({ value: required(number) })),
  ranges: optional(message({ range: repeated(message({ begin: required(number), end: required(number) })) })),
  set: optional(message({ item: repeated(string) })),
  role: optional(string),
  disk: optional(disk),
  reservation: optional(reservation),
  revocable: optional(empty),
  shared: optional(empty),
  allocation_info: optional(message({ role: optional(string) })),
  provider_id: optional(message({ value: required(string) })),
  reservations: repeated(reservation),
});

/** The messages of a JSON array, or what is wrong with the first of them that cannot be read. */
export function decodeResources(json: readonly unknown[]): Result<Resource[]> {
  const problems: string[] = [];
  const messages = json.map((element, i) => resource(element, `[${i}]`, problems) as Resource);
  const [first] = problems;
  return first === undefined ? ok(messages) : fail(first);
}
