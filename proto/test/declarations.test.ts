// Goal: TypeScript sees every message. Method: look each one up in the generated declarations, use some of them with
// the compiler, and compare the generated descriptor with the .proto files.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentID, MessageTypes, TaskState, agent, scheduler } from '../dist/index.js';
import { HOME, apiDeclarations, generatedDeclarations, generatedDescriptor, parsedFiles } from './generated.js';

const STALE = 'proto/dist is not what the .proto files say: run `node proto/scripts/generate.mjs`';
const declarations = generatedDeclarations();
const { messages, enums } = apiDeclarations();

const count = (text: string) => declarations.split(text).length - 1;
const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1);

test('the generated descriptor is that of the .proto files', async () => {
  expect(await generatedDescriptor(), STALE).toEqual(
    JSON.parse(JSON.stringify(parsedFiles().toJSON({ keepComments: false }))),
  );
});

test('every message has an interface and an entry in MessageTypes', () => {
  const missing = messages.filter(({ name }) => !declarations.includes(`  '${name}': pb.${name};\n`));
  expect(missing.map(({ name }) => name)).toEqual([]);
  for (const name of new Set(messages.map((message) => shortName(message.name)))) {
    const wanted = messages.filter((message) => shortName(message.name) === name).length;
    expect(count(`interface ${name} {\n`), `interfaces ${name}`).toBeGreaterThanOrEqual(wanted);
  }
});

test('every enum is a union of its names', () => {
  const union = (values: object) => Object.keys(values).map((value) => `'${value}'`);
  const missing = enums.filter(
    ({ item }) => !declarations.includes(`type ${item.name} = ${union(item.values).join(' | ')};\n`),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('comments arrive as docstrings', () => {
  const first = (text: string | null) => text?.split('\n')[0] ?? '';
  const missing = [...messages, ...enums].filter(({ item }) => !declarations.includes(`/** ${first(item.comment)}`));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('the declarations compile', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const options = ['--noEmit', '--strict', '--ignoreConfig', '--types', '', join(HOME, 'dist/index.d.ts')];
  expect(execFileSync(process.execPath, [compiler, ...options], { encoding: 'utf8' })).toBe('');
});

// The compiler is the judge of these; at run time they only have to be well formed.
test('messages are reached under the names the files promise', () => {
  const id: AgentID = { value: 'a' };
  const call: scheduler.Call = { type: 'DECLINE', decline: { offer_ids: [{ value: 'o' }] } };
  const record: agent.ProcessIO.Data = { type: 'STDOUT', data: new Uint8Array(1) };
  const state: TaskState = 'TASK_GONE_BY_OPERATOR';
  const offer: MessageTypes['mesos.v1.Offer'] = { id, framework_id: id, agent_id: id, hostname: 'h' };
  expect([call.type, record.type, state, offer.hostname]).toEqual(['DECLINE', 'STDOUT', 'TASK_GONE_BY_OPERATOR', 'h']);
});
