// Goal: a framework that speaks protobuf is served as one that speaks JSON, with no client but curl. Method: each call is
// one curl with the bytes of a message, the subscription one curl whose output is cut into records.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { scheduler } from '@mini-mesos/proto';
import { decodeProtobuf, encodeProtobuf, RecordDecoder } from '@mini-mesos/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useScene } from './support/scene.js';
import type { MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const PROTOBUF = 'application/x-protobuf';
const scene = useScene('curl-protobuf');
const curls: ChildProcess[] = [];
let master: MasterProcess;

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms']);
  await scene.startAgent(master);
});
afterAll(() => {
  for (const curl of curls) curl.kill();
});

/** What curl writes for one POST of bytes: the body of the answer, and its status. */
async function post(body: Uint8Array, headers: readonly string[] = []): Promise<{ status: number; text: string }> {
  const flags = ['-s', '-X', 'POST', '-w', '\n%{http_code}', '--data-binary', '@-'];
  const asked = [`Content-Type: ${PROTOBUF}`, ...headers].flatMap((header) => ['-H', header]);
  const curl = spawn('curl', [...flags, ...asked, `${master.url}/api/v1/scheduler`]);
  curls.push(curl);
  const chunks: Buffer[] = [];
  curl.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  curl.stdin.end(body);
  await new Promise((resolve) => curl.on('close', resolve));
  const output = Buffer.concat(chunks).toString();
  const end = output.lastIndexOf('\n');
  return { status: Number(output.slice(end + 1)), text: output.slice(0, end) };
}

const bytesOf = (call: scheduler.Call): Uint8Array => encodeProtobuf('mesos.v1.scheduler.Call', call);

/** A curl that stays subscribed. */
class Subscription {
  readonly events: scheduler.Event[] = [];
  hasEnded = false;
  readonly #headersPath: string;

  constructor(name: string) {
    this.#headersPath = scene.path(`headers-of-${name}`);
    const curl = spawn('curl', [
      ...['-sN', '-X', 'POST', '-D', this.#headersPath, '--data-binary', '@-'],
      ...['-H', `Content-Type: ${PROTOBUF}`, '-H', `Accept: ${PROTOBUF}`, `${master.url}/api/v1/scheduler`],
    ]);
    curls.push(curl);
    const decoder = new RecordDecoder();
    curl.stdout.on('data', (chunk: Buffer) => {
      for (const record of decoder.push(chunk)) this.events.push(decodeProtobuf('mesos.v1.scheduler.Event', record));
    });
    curl.on('close', () => (this.hasEnded = true));
    curl.stdin.end(bytesOf({ type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'root', name } } }));
  }

  header(name: string): string | undefined {
    const pattern = new RegExp(`^${name}: *(.*?)\\r?$`, 'im');
    return pattern.exec(readFileSync(this.#headersPath, 'utf8'))?.[1];
  }

  /** The first event that passes. */
  event(what: string, passes: (event: scheduler.Event) => boolean): Promise<scheduler.Event> {
    return until(what, () => this.events.find(passes));
  }

  status(state: string): Promise<scheduler.Event> {
    return this.event(state, ({ update }) => update?.status.state === state);
  }
}

test('a task is launched, followed to its end and acknowledged, and the framework torn down', async () => {
  const subscription = new Subscription('in-protobuf');
  const subscribed = await subscription.event('SUBSCRIBED', ({ type }) => type === 'SUBSCRIBED');
  const framework = subscribed.subscribed?.framework_id ?? { value: '' };
  expect(framework.value).toMatch(/-0000$/);
  expect(subscribed.subscribed?.heartbeat_interval_seconds).toBe(15);
  expect(subscription.header('content-type')).toBe(PROTOBUF);
  const stream = [`Mesos-Stream-Id: ${subscription.header('mesos-stream-id')}`];

  const offers = await subscription.event('OFFERS', ({ type }) => type === 'OFFERS');
  const offer = offers.offers?.offers?.[0];
  if (!offer) throw new Error('expected an offer');
  const taskId = { value: 'hello' };
  const accept: scheduler.Call = {
    framework_id: framework,
    type: 'ACCEPT',
    accept: {
      offer_ids: [offer.id],
      operations: [
        {
          type: 'LAUNCH',
          launch: {
            task_infos: [
              {
                name: 'hello',
                task_id: taskId,
                agent_id: offer.agent_id,
                command: { value: 'echo hello' },
                resources: [
                  { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
                  { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
                ],
              },
            ],
          },
        },
      ],
      filters: { refuse_seconds: 3600 },
    },
  };
  expect(await post(bytesOf(accept), stream)).toEqual({ status: 202, text: '' });

  for (const state of ['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']) {
    const { update } = await subscription.status(state);
    const { uuid } = update?.status ?? {};
    expect(uuid).toHaveLength(16);
    if (!uuid) throw new Error('an update of an agent has a uuid');
    const acknowledge = { agent_id: offer.agent_id, task_id: taskId, uuid };
    expect(await post(bytesOf({ framework_id: framework, type: 'ACKNOWLEDGE', acknowledge }), stream)).toEqual({
      status: 202,
      text: '',
    });
  }
  const states = subscription.events.flatMap(({ update }) => update?.status.state ?? []);
  expect(states).toEqual(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);

  expect(await post(bytesOf({ framework_id: framework, type: 'TEARDOWN' }), stream)).toEqual({ status: 202, text: '' });
  await until('the end of the stream', () => subscription.hasEnded);
});

test('bytes that are no call are refused', async () => {
  expect(await post(Buffer.from('{"type":"SUBSCRIBE"}'))).toEqual({
    status: 400,
    text: 'Failed to parse body into Call protobuf',
  });
});

test('a stream in protobuf is not given to whom wants something else', async () => {
  const call = bytesOf({ type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'root', name: 'other' } } });
  expect(await post(call, ['Accept: text/html'])).toEqual({
    status: 406,
    text: "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'",
  });
});
