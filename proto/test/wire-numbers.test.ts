// Goal: nothing on the wire ever changes. Method: compare the generated descriptor with the numbers of wire-numbers.ts,
// and encode a few messages to the bytes that other Mesos programs send.
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { declarationsOf, generatedDescriptor } from './generated.js';
import { DISPATCH, ENUMS, FIELDS } from './wire-numbers.js';

const root = protobuf.Root.fromJSON(await generatedDescriptor()).resolveAll();
const PACKAGE = 'mesos.v1';

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');

function fieldText(field: protobuf.Field): string {
  const kind = field.map ? '%' : field.repeated ? '*' : field.required ? '!' : '?';
  const special = [field.options?.['default'], field.options?.['deprecated'] === true ? 'dep' : undefined]
    .filter((word) => word !== undefined)
    .join(',');
  return `${field.name}${kind}=${field.id}${special === '' ? '' : `[${special}]`}`;
}

const fieldTexts = (name: string) => root.lookupType(`${PACKAGE}.${name}`).fieldsArray.map(fieldText);
const sorted = (items: readonly string[]) => items.toSorted();

describe('fields have their names, rules, numbers and defaults', () => {
  test.each(Object.entries(FIELDS))('%s', (name, fields) => {
    expect(sorted(fieldTexts(name))).toEqual(sorted(words(fields)));
  });
});

describe('enum values have their names and numbers', () => {
  test.each(Object.entries(ENUMS))('%s', (name, values) => {
    const found = Object.entries(root.lookupEnum(`${PACKAGE}.${name}`).values).map(
      ([key, number]) => `${key}=${number}`,
    );
    expect(sorted(found)).toEqual(sorted(words(values)));
  });
});

describe('types have their numbers, and travel in their body fields', () => {
  test.each(Object.entries(DISPATCH))('%s', (name, { common, types }) => {
    const message = root.lookupType(`${PACKAGE}.${name}`);
    const found = Object.entries(message.lookupEnum('Type').values).map(
      ([type, number]) => `${type} ${number} ${message.fields[type.toLowerCase()]?.id ?? '-'}`,
    );
    expect(sorted(found)).toEqual(sorted(types.split(',').map((entry) => words(entry).join(' '))));
    const bodies = new Set(found.map((entry) => words(entry)[0]?.toLowerCase()));
    const rest = message.fieldsArray.filter((field) => !bodies.has(field.name)).map(fieldText);
    expect(sorted(rest)).toEqual(sorted(words(common)));
  });
});

// The tables leave out scalar types and the rarer messages; this list has every field. After an intended addition,
// `npx vitest run proto/test -u` writes it anew; a line that changes or goes away is a break.
test('the whole wire format is that of wire-format.txt', async () => {
  const { messages, enums } = declarationsOf(root.lookup(PACKAGE) as protobuf.Namespace);
  const fields = messages.flatMap(({ name, item }) =>
    item.fieldsArray.map((field) => {
      const key = field instanceof protobuf.MapField ? `${field.keyType}->` : '';
      const type = field.resolvedType?.fullName.slice(1) ?? field.type;
      return `${name} ${fieldText(field)} ${key}${type}`;
    }),
  );
  const values = enums.flatMap(({ name, item }) =>
    Object.entries(item.values).map(([key, id]) => `${name} ${key}=${id}`),
  );
  const lines = [...messages.map(({ name }) => name), ...fields, ...values];
  await expect(`${sorted(lines).join('\n')}\n`).toMatchFileSnapshot('wire-format.txt');
});

test('no message uses a number twice, and every number is one that protobuf allows', () => {
  const faults: string[] = [];
  const walk = (space: protobuf.NamespaceBase) => {
    for (const item of space.nestedArray) {
      if (item instanceof protobuf.Type) {
        const numbers = item.fieldsArray.map((field) => field.id);
        const allowed = numbers.every((id) => id >= 1 && id < 2 ** 29 && !(id >= 19_000 && id <= 19_999));
        if (new Set(numbers).size !== numbers.length || !allowed) faults.push(item.fullName);
      }
      if (item instanceof protobuf.Namespace) walk(item);
    }
  };
  walk(root);
  expect(faults).toEqual([]);
});

// Scalar types are not in the tables: these messages hold one of each, in bytes written down by hand.
test.each([
  ['FrameworkID', { value: 'f' }, '0a 01 66'],
  ['TimeInfo', { nanoseconds: 300 }, '08 ac 02'],
  ['UUID', { value: new Uint8Array([1, 255]) }, '0a 02 01 ff'],
  ['Value.Scalar', { value: 1.5 }, '09 00 00 00 00 00 00 f8 3f'],
  ['Value.Range', { begin: 31_000, end: 32_000 }, '08 98 f2 01 10 80 fa 01'],
  ['Filters', { refuse_seconds: 5 }, '09 00 00 00 00 00 00 14 40'],
  ['Environment', { variables: [{ name: 'A', value: 'b', type: 1 }] }, '0a 08 0a 01 41 12 01 62 18 01'],
  ['scheduler.Call', { framework_id: { value: 'f' }, type: 12 }, '0a 03 0a 01 66 10 0c'],
  ['scheduler.Event', { type: 6, failure: { status: -1 } }, '08 06 3a 0b 18 ff ff ff ff ff ff ff ff ff 01'],
  [
    'quota.QuotaConfig',
    { role: 'r', limits: { c: { value: 1 } } },
    `0a 01 72 1a 0e 0a 01 63 12 09 09 00 00 00 00 00 00 f0 3f`,
  ],
])('%s is encoded as other programs do', (name, message, bytes) => {
  const type = root.lookupType(`${PACKAGE}.${name}`);
  expect(Buffer.from(type.encode(message).finish()).toString('hex')).toBe(bytes.replaceAll(' ', ''));
});
