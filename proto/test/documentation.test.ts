// Goal: the API's documentation cannot rot. Method: parse the .proto files with their comments, as the generator does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_FILES, HOME, apiDeclarations } from './generated.js';

const COLUMNS_MAX = 100;
const { messages, enums } = apiDeclarations();

const uncommented = (items: readonly { name: string; comment: string | null | undefined }[]) =>
  items.filter(({ comment }) => !comment?.trim()).map(({ name }) => name);

const enumValues = enums.flatMap(({ name, item }) =>
  Object.keys(item.values).map((value) => ({
    name: `${name}.${value}`,
    value,
    comment: (item.comments as Record<string, string | null>)[value],
  })),
);

test('the API has the messages and enums that the other tests look at', () => {
  expect(messages.length).toBeGreaterThan(300);
  expect(enums.length).toBeGreaterThan(40);
});

test('every message says what it is', () => {
  expect(uncommented(messages.map(({ name, item }) => ({ name, comment: item.comment })))).toEqual([]);
});

test('every enum says what it is', () => {
  expect(uncommented(enums.map(({ name, item }) => ({ name, comment: item.comment })))).toEqual([]);
});

// UNKNOWN means the same everywhere and is explained at the head of mesos.proto.
test('every enum value but UNKNOWN says what it means', () => {
  expect(uncommented(enumValues.filter(({ value }) => value !== 'UNKNOWN'))).toEqual([]);
});

test('every deprecated field names what replaces it', () => {
  const deprecated = messages.flatMap(({ name, item }) =>
    item.fieldsArray
      .filter((field) => field.options?.['deprecated'] === true)
      .map((field) => ({ name: `${name}.${field.name}`, comment: field.comment })),
  );
  expect(deprecated.length).toBeGreaterThan(15);
  expect(deprecated.filter(({ comment }) => !comment?.startsWith('Deprecated: '))).toEqual([]);
});

test.each(API_FILES)('%s opens with what it is for, and has no long lines', (file) => {
  const lines = readFileSync(join(HOME, file), 'utf8').split('\n');
  expect(lines[0]).toMatch(/^\/\/ \S/);
  expect(lines.filter((line) => line.length > COLUMNS_MAX)).toEqual([]);
});
