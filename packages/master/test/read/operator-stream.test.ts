// Goal: a subscriber gets a snapshot, every event after it, and heartbeats; too many subscribers push out the oldest.
// Method: streams through the front, without sockets, on a clock that the test moves.
import { decodeProtobuf, RecordDecoder } from '@mini-mesos/wire';
import { describe, expect, it } from 'vitest';
import { AWARE, Harness, task } from '../support/harness.js';
import { capturedCluster, sample, unordered } from './support/captured-cluster.js';
import type { Json } from './support/captured-cluster.js';
import { readFront } from './support/read-front.js';
import type { ReadFront } from './support/read-front.js';

const HEADERS = { 'content-type': 'application/json' };
const INTERVAL_MS = 15_000;

class Follower {
  readonly headers: Readonly<Record<string, string>>;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #decoder = new RecordDecoder();

  static async open({ front }: ReadFront, accept = 'application/json'): Promise<Follower> {
    const headers = { ...HEADERS, accept };
    const body = '{"type":"SUBSCRIBE"}';
    const {
      status,
      headers: got,
      chunks,
    } = await front.injectStream({ method: 'POST', path: '/api/v1', headers, body });
    expect(status).toBe(200);
    return new Follower(got, chunks[Symbol.asyncIterator]());
  }

  constructor(headers: Readonly<Record<string, string>>, chunks: AsyncIterator<Buffer>) {
    this.headers = headers;
    this.#chunks = chunks;
  }

  /** The next record; one record is one chunk. Undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return undefined;
    const records = this.#decoder.push(value);
    expect(records).toHaveLength(1);
    return records[0];
  }

  async nextJson(): Promise<Json> {
    return JSON.parse(String(await this.next()));
  }

  async leave(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** As the runtime does: every publish effect goes to the streams, in order. */
function connect(world: Harness, front: ReadFront): void {
  const send = world.send.bind(world);
  world.send = (event) => {
    const effects = send(event);
    for (const effect of effects) if (effect.type === 'publish') front.operators.publish(effect.event);
    return effects;
  };
}

describe('a subscriber', () => {
  it('gets the state and a heartbeat at once', async () => {
    const { world } = capturedCluster();
    const follower = await Follower.open(readFront(world));
    expect(follower.headers['content-type']).toBe('application/json');
    const { get_state: state } = sample('get-state');
    expect(unordered(await follower.nextJson())).toEqual(
      unordered({ type: 'SUBSCRIBED', subscribed: { get_state: state, heartbeat_interval_seconds: 15 } }),
    );
    expect(await follower.nextJson()).toEqual({ type: 'HEARTBEAT' });
  });

  it('gets them in protobuf where it asks for that', async () => {
    const { world, capture } = capturedCluster();
    const follower = await Follower.open(readFront(world), 'application/x-protobuf');
    expect(follower.headers['content-type']).toBe('application/x-protobuf');
    const first = decodeProtobuf('mesos.v1.master.Event', (await follower.next()) ?? Buffer.alloc(0));
    expect(first.subscribed?.get_state?.get_frameworks?.frameworks?.[0]?.framework_info.id?.value).toBe(capture.id);
    expect(first.subscribed?.heartbeat_interval_seconds).toBe(15);
    expect(decodeProtobuf('mesos.v1.master.Event', (await follower.next()) ?? Buffer.alloc(0)).type).toBe('HEARTBEAT');
  });

  it('gets a heartbeat every 15 seconds', async () => {
    const door = readFront(new Harness());
    const follower = await Follower.open(door);
    await follower.next();
    await follower.next();
    for (let i = 0; i < 3; i += 1) {
      door.time.advance(INTERVAL_MS);
      expect(await follower.nextJson()).toEqual({ type: 'HEARTBEAT' });
    }
  });

  it('hears what happens, in the shape that Mesos gives it', async () => {
    const world = new Harness();
    const door = readFront(world);
    const follower = await Follower.open(door);
    await follower.next();
    await follower.next();
    connect(world, door);
    const agent = world.register();
    const client = world.subscribe(AWARE);
    client.launch(world.offer(client, agent, 'cpus:1;mem:128'), task('t', agent));
    const status = agent.update(client, 't', 'TASK_RUNNING');
    const id = client.id;
    client.call({ type: 'TEARDOWN' });

    expect(await follower.nextJson()).toMatchObject({
      type: 'AGENT_ADDED',
      agent_added: { agent: { active: true, agent_info: { id: { value: agent.id } } } },
    });
    const now = { nanoseconds: world.nowMs * 1e6 };
    expect(await follower.nextJson()).toEqual({
      type: 'FRAMEWORK_ADDED',
      framework_added: {
        framework: {
          framework_info: { ...AWARE, id: { value: id } },
          active: true,
          connected: true,
          recovered: false,
          registered_time: now,
          reregistered_time: now,
          unregistered_time: { nanoseconds: 0 },
        },
      },
    });
    expect(await follower.nextJson()).toEqual({
      type: 'TASK_ADDED',
      task_added: {
        task: {
          name: 't',
          task_id: { value: 't' },
          framework_id: { value: id },
          agent_id: { value: agent.id },
          state: 'TASK_STAGING',
          resources: [
            { name: 'cpus', type: 'SCALAR', scalar: { value: 1 }, allocation_info: { role: 'dev' } },
            { name: 'mem', type: 'SCALAR', scalar: { value: 128 }, allocation_info: { role: 'dev' } },
          ],
        },
      },
    });
    expect(await follower.nextJson()).toEqual({
      type: 'TASK_UPDATED',
      task_updated: {
        framework_id: { value: id },
        status: { ...status, uuid: Buffer.from(status.uuid).toString('base64') },
        state: 'TASK_RUNNING',
      },
    });
    expect(await follower.nextJson()).toMatchObject({ type: 'TASK_UPDATED', task_updated: { state: 'TASK_KILLED' } });
    expect(await follower.nextJson()).toMatchObject({
      type: 'FRAMEWORK_REMOVED',
      framework_removed: { framework_info: { id: { value: id } } },
    });
  });

  it('is not told the secrets of a task', async () => {
    const door = readFront(new Harness());
    const follower = await Follower.open(door);
    await follower.next();
    await follower.next();
    door.operators.publish({
      type: 'TASK_ADDED',
      task_added: {
        task: {
          name: 't',
          task_id: { value: 't' },
          framework_id: { value: 'f' },
          agent_id: { value: 'a' },
          state: 'TASK_STAGING',
          container: {
            type: 'MESOS',
            volumes: [
              {
                container_path: '/s',
                mode: 'RO',
                source: { type: 'SECRET', secret: { type: 'VALUE', value: { data: Buffer.from('hush') } } },
              },
            ],
          },
        },
      },
    });
    const { task_added: added } = await follower.nextJson();
    expect(added.task.container.volumes[0].source).toEqual({ type: 'SECRET', secret: { type: 'VALUE' } });
  });

  it('counts while it is there', async () => {
    const door = readFront(new Harness());
    const follower = await Follower.open(door);
    await follower.next();
    expect((await door.getJson('/metrics/snapshot'))['master/operator_event_stream_subscribers']).toBe(1);
    await follower.leave();
    await Promise.resolve();
    expect(door.operators.size).toBe(0);
    expect(door.time.armedCount).toBe(0);
  });
});

describe('too many subscribers', () => {
  it('push out the oldest', async () => {
    const door = readFront(new Harness(), { subscribersMax: 2 });
    const followers = [await Follower.open(door), await Follower.open(door), await Follower.open(door)];
    const [oldest, second, third] = followers;
    expect(door.operators.size).toBe(2);
    expect(door.time.armedCount).toBe(2);
    await oldest?.next();
    await oldest?.next();
    expect(await oldest?.next()).toBeUndefined();
    door.operators.publish({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: 'a' } } });
    for (const follower of [second, third]) {
      await follower?.next();
      await follower?.next();
      expect(await follower?.nextJson()).toMatchObject({ type: 'AGENT_REMOVED' });
    }
  });
});

describe('a slow reader', () => {
  it('is dropped once too much waits for it, and the others are not', async () => {
    const door = readFront(new Harness());
    const slow = await Follower.open(door);
    const message = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 20 && door.operators.size > 0; i += 1) {
      door.operators.publish({
        type: 'FRAMEWORK_REMOVED',
        framework_removed: { framework_info: { user: 'u', name: message } },
      });
      await Promise.resolve();
    }
    expect(door.operators.size).toBe(0);
    expect(door.time.armedCount).toBe(0);
    await expect(slow.next().then(() => slow.next())).rejects.toThrow('fell behind');
    const quick = await Follower.open(door);
    expect((await quick.nextJson()).type).toBe('SUBSCRIBED');
  });
});

describe('an event', () => {
  it('reaches readers of both forms', async () => {
    const door = readFront(new Harness());
    const json = await Follower.open(door);
    const protobuf = await Follower.open(door, 'application/x-protobuf');
    for (const follower of [json, protobuf]) {
      await follower.next();
      await follower.next();
    }
    door.operators.publish({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: 'a' } } });
    expect(await json.nextJson()).toEqual({ type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: 'a' } } });
    const event = decodeProtobuf('mesos.v1.master.Event', (await protobuf.next()) ?? Buffer.alloc(0));
    expect(event.agent_removed?.agent_id.value).toBe('a');
  });

  it('goes nowhere without a reader', () => {
    const { operators } = readFront(new Harness());
    operators.publish({ type: 'HEARTBEAT' });
    expect(operators.size).toBe(0);
  });
});
