// Goal: whatever is sent to the daemons gets a clear answer, harms nobody else, and leaves nothing behind. Method: real
// processes; bytes, calls, tasks and connections that are wrong in one way each.
import { readFileSync } from 'node:fs';
import net from 'node:net';
import type { Offer, scheduler, TaskInfo } from '@mini-mesos/proto';
import { openStream, post } from '@mini-mesos/wire';
import type { EventStream } from '@mini-mesos/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const MIB = 1024 * 1024;
const scene = useScene('bad-input');
let master: MasterProcess;
let agent: AgentProcess;
const streams: EventStream<'mesos.v1.scheduler.Event'>[] = [];
const sockets: net.Socket[] = [];

beforeAll(async () => {
  master = await scene.startMaster(['--allocation_interval=200ms']);
  agent = await scene.startAgent(master, ['--executor_registration_timeout=1secs']);
});
afterAll(() => {
  for (const stream of streams) stream.close();
  for (const socket of sockets) socket.destroy();
});

async function send(path: string, body: string | Buffer, headers: { [name: string]: string }, at = master.url) {
  const response = await fetch(at + path, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

class Framework {
  readonly events: scheduler.Event[] = [];
  readonly #stream: EventStream<'mesos.v1.scheduler.Event'>;

  private constructor(stream: EventStream<'mesos.v1.scheduler.Event'>) {
    this.#stream = stream;
    streams.push(stream);
    void this.#read().catch(() => undefined);
  }

  static async subscribe(info: { [field: string]: unknown } = {}): Promise<Framework> {
    const opened = await openStream('mesos.v1.scheduler.Event', {
      url: `${master.url}/api/v1/scheduler`,
      name: 'mesos.v1.scheduler.Call',
      message: { type: 'SUBSCRIBE', subscribe: { framework_info: { user: 'root', name: 'bad input', ...info } } },
      mediaType: 'application/json',
    });
    if (!opened.ok) throw new Error(opened.answer.body.toString());
    const framework = new Framework(opened.stream);
    await until('the first event', () => framework.events[0]);
    return framework;
  }

  get id() {
    return this.events[0]?.subscribed?.framework_id ?? { value: '' };
  }

  async call(call: scheduler.Call): Promise<number> {
    const { status } = await post({
      url: `${master.url}/api/v1/scheduler`,
      name: 'mesos.v1.scheduler.Call',
      message: { framework_id: this.id, ...call },
      mediaType: 'application/json',
      headers: { 'mesos-stream-id': this.#stream.headers['mesos-stream-id'] ?? '' },
    });
    return status;
  }

  /** An offer that is not `before`. */
  offer(before?: Offer): Promise<Offer> {
    const offers = () => this.events.flatMap(({ offers }) => offers?.offers ?? []);
    return until('an offer', () => offers().at(-1)?.id.value !== before?.id.value && offers().at(-1));
  }

  launch(offers: readonly Offer[], tasks: TaskInfo[]): Promise<number> {
    return this.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: offers.map(({ id }) => id),
        operations: [{ type: 'LAUNCH', launch: { task_infos: tasks } }],
        filters: { refuse_seconds: 0 },
      },
    });
  }

  /** Reports of a task are acknowledged, so that the next one comes. */
  ended(taskId: string, state: string) {
    return until(`${state} of ${taskId}`, () => this.#statuses(taskId).find((status) => status.state === state));
  }

  #statuses(taskId: string) {
    return this.events.flatMap(({ update }) => (update?.status.task_id.value === taskId ? update.status : []));
  }

  async #read(): Promise<void> {
    for await (const event of this.#stream) {
      this.events.push(event);
      const status = event.update?.status;
      if (!status?.uuid || !status.agent_id) continue;
      const { agent_id, task_id, uuid } = status;
      await this.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
    }
  }
}

const task = ({ agent_id }: Offer, id: string, more: Partial<TaskInfo> = {}, cpus = 0.1): TaskInfo => ({
  name: id,
  task_id: { value: id },
  agent_id,
  resources: [
    { name: 'cpus', type: 'SCALAR', scalar: { value: cpus } },
    { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
  ],
  ...(more.executor ? {} : { command: { value: 'true' } }),
  ...more,
});

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };
  const protobuf = { 'content-type': 'application/x-protobuf' };

  test.each(['/api/v1/scheduler', '/api/v1', '/api/v1/executor'])('that are no call are refused: %s', async (path) => {
    const at = path.endsWith('executor') ? agent.url : master.url;
    const answers = async (body: string | Buffer, headers: { [name: string]: string }) => {
      const { status, text } = await send(path, body, headers, at);
      expect(text).not.toBe('');
      return status;
    };
    expect(await answers('{"type":', json)).toBe(400);
    expect(await answers('[]', json)).toBe(400);
    expect(await answers('{}', json)).toBe(400);
    expect(await answers('{"type":{"a":1}}', json)).toBe(400);
    expect(await answers(`{"type":"REVIVE","unknown":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, json)).toBe(400);
    expect(await answers(Buffer.from([0xff, 0xff, 0xff, 0xff]), protobuf)).toBe(400);
    expect(await answers('type=SUBSCRIBE', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
    expect(await answers('not gzip', { ...json, 'content-encoding': 'gzip' })).toBe(400);
    expect(await answers('{}', { ...json, 'content-encoding': 'br' })).toBe(415);
  });

  test('that are larger than a call can be are refused', async () => {
    const { status, text } = await send('/api/v1', Buffer.alloc(17 * MIB, ' '), json);
    expect({ status, text }).toEqual({ status: 413, text: '413 Payload Too Large. Expecting at most 16777216 bytes.' });
  });

  test('calls in the name of nobody are refused', async () => {
    const revive = '{"type":"REVIVE","framework_id":{"value":"nobody"}}';
    expect(await send('/api/v1/scheduler', revive, json)).toEqual({ status: 400, text: 'Framework cannot be found' });
    expect(await send('/kill', '{"framework_id":"nobody","task_id":"x"}', json)).toEqual({
      status: 404,
      text: 'no framework nobody is registered',
    });
  });
});

describe('frameworks', () => {
  test('with an invalid role are told so on their stream', async () => {
    const { events } = await Framework.subscribe({ roles: ['a//b'], capabilities: [{ type: 'MULTI_ROLE' }] });
    expect(events[0]?.error?.message).toContain("Role 'a//b' cannot contain two adjacent slashes");
  });

  test('that use offers twice, tasks that do not fit, executors and commands that are not there', async () => {
    const framework = await Framework.subscribe();
    const first = await framework.offer();
    expect(await framework.launch([first], [task(first, 'large', {}, 500)])).toBe(202);
    const large = await framework.ended('large', 'TASK_ERROR');
    expect(large.message).toMatch(/^Total resources cpus.*:500; .* is more than available cpus.*:2; /);
    expect(await framework.launch([first], [task(first, 'again')])).toBe(202);
    const again = await framework.ended('again', 'TASK_LOST');
    expect(again).toMatchObject({ reason: 'REASON_INVALID_OFFERS' });

    const second = await framework.offer(first);
    const executor = { executor_id: { value: 'mute' }, command: { value: 'sleep 600' } };
    await framework.launch(
      [second],
      [
        task(second, 'unregistered', { executor: { ...executor, framework_id: framework.id } }),
        task(second, 'no-command', { command: { value: '/does/not/exist' } }),
        task(second, '..'),
      ],
    );
    expect((await framework.ended('..', 'TASK_ERROR')).message).toBe("'..' is disallowed");
    expect((await framework.ended('no-command', 'TASK_FAILED')).message).toBe('Command exited with status 127');
    const unregistered = await framework.ended('unregistered', 'TASK_FAILED');
    expect(unregistered.reason).toBe('REASON_EXECUTOR_REGISTRATION_TIMEOUT');

    expect(await framework.call({ type: 'TEARDOWN' })).toBe(202);
    await until('all resources back', async () => {
      const { slaves } = (await (await fetch(`${master.url}/slaves`)).json()) as {
        slaves: { used_resources: object }[];
      };
      return Object.values(slaves[0]?.used_resources ?? { some: 1 }).every((amount) => amount === 0);
    });
  });
});

describe('connections', () => {
  const connect = (text: string): net.Socket => {
    const { hostname, port } = new URL(master.url);
    const socket = net.connect(Number(port), hostname, () => socket.write(text));
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  const head =
    'POST /api/v1 HTTP/1.1\r\nHost: master\r\nContent-Type: application/json\r\nAccept: application/json\r\n';
  const memoryMiB = (): number => {
    const pid = /"pid":(\d+)/.exec(master.process.stderr)?.[1];
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  };

  test('that stop half way keep nobody else from being served', async () => {
    for (let i = 0; i < 50; i += 1) {
      connect('POST /api/v1 HT');
      connect(`${head}Content-Length: 100\r\n\r\n{"type`);
    }
    expect(await send('/api/v1', '{"type":"GET_HEALTH"}', { 'content-type': 'application/json' })).toMatchObject({
      status: 200,
    });
  });

  test('whose reader does not read are dropped before they fill the memory', async () => {
    const subscribe = '{"type":"SUBSCRIBE"}';
    const slow = connect(`${head}Content-Length: ${subscribe.length}\r\n\r\n${subscribe}`);
    slow.pause();
    const metric = async () => {
      const metrics = (await (await fetch(`${master.url}/metrics/snapshot`)).json()) as { [name: string]: number };
      return metrics['master/operator_event_stream_subscribers'];
    };
    await until('the subscription', async () => (await metric()) === 1);
    const framework = await Framework.subscribe();
    const before = memoryMiB();
    const value = 'x'.repeat(MIB);
    // Every update is an event of a MiB. The kernel takes some, the master 8 MiB, then the reader is dropped.
    for (let round = 0; round < 60 && (await metric()) === 1; round += 1) {
      const labels = { labels: [{ key: 'round', value: `${value}${round}` }] };
      const framework_info = { user: 'root', name: 'bad input', id: framework.id, labels };
      expect(await framework.call({ type: 'UPDATE_FRAMEWORK', update_framework: { framework_info } })).toBe(200);
    }
    expect(await metric()).toBe(0);
    await master.process.writes('stderr', /dropped a stream of operator events: its reader fell behind/);
    expect(memoryMiB() - before).toBeLessThan(200);
  }, 60_000);

  test('that are still half open do not keep the master from ending', async () => {
    connect('POST /api/v1 HT');
    connect(`${head}Content-Length: 100\r\n\r\n{"type`);
    await agent.process.stop();
    await master.process.stop();
    expect(master.process.stderr).not.toMatch(/"level":[56]0/);
    expect(agent.process.stderr).not.toMatch(/"level":[56]0/);
  });
});
