// Goal: the link carries calls in order, one post at a time, and says truly when it is over. Method: the client against
// a master's end on real sockets.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@mini-mesos/daemon';
import type { link } from '@mini-mesos/proto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Leader } from '../src/core/events.js';
import { LinkClient } from '../src/shell/link-client.js';
import { FakeMaster } from './support/fake-master.js';
import { parsed } from './support/harness.js';
import { until } from './support/launcher-world.js';

let master: FakeMaster;
let client: LinkClient;
const events: link.Event[] = [];
const closed: { generation: number; reason: string; redirect: Leader | undefined }[] = [];

const REGISTER: link.Call = {
  type: 'REGISTER',
  register: {
    agent: {
      agent_info: { hostname: 'a', resources: parsed('cpus:1').toProto() },
      version: '1.12.0',
      ip: '127.0.0.1',
    },
  },
};
const message = (data: string): link.Call => ({
  type: 'EXECUTOR_MESSAGE',
  executor_message: { framework_id: { value: 'f' }, executor_id: { value: 'e' }, data: Buffer.from(data) },
});
const leader = () => ({ address: master.address, hostname: '127.0.0.1' });
const messages = () =>
  master.calls.flatMap((call) => (call.executor_message ? Buffer.from(call.executor_message.data).toString() : []));

beforeEach(async () => {
  events.length = 0;
  closed.length = 0;
  master = new FakeMaster();
  await master.listen();
  client = new LinkClient({
    logger: silentLogger,
    events: {
      event: (_generation, event) => void events.push(event),
      closed: (generation, reason, redirect) => void closed.push({ generation, reason, redirect }),
    },
  });
});
afterEach(() => {
  client.shutDown();
  master.close();
});

describe('an open link', () => {
  it('brings events, and takes calls in order, those that come meanwhile together', async () => {
    client.open(1, leader(), REGISTER);
    for (let index = 0; index < 5; index += 1) client.send(1, message(`early${index}`));
    await until(() => events.length === 1);
    expect(events[0]?.registered?.agent_id.value).toBe('fake-S0');
    master.delayMs = 30;
    for (let index = 0; index < 200; index += 1) client.send(1, message(`m${index}`));
    await until(() => messages().length === 205);
    expect(messages()).toEqual([
      ...Array.from({ length: 5 }, (_, index) => `early${index}`),
      ...Array.from({ length: 200 }, (_, index) => `m${index}`),
    ]);
    expect(master.posts.length).toBeLessThan(10);
    await client.drained(1_000);
  });

  it('splits what would be too much for one post', async () => {
    client.open(1, leader(), REGISTER);
    await until(() => events.length === 1);
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (let index = 0; index < 6; index += 1) client.send(1, message(large));
    await until(() => messages().length === 6);
    expect(Math.max(...master.posts)).toBeLessThanOrEqual(2);
  });

  it('is closed, and said to be, when more waits than may wait', async () => {
    client.open(1, leader(), REGISTER);
    await until(() => events.length === 1);
    master.delayMs = 60_000;
    const large = 'x'.repeat(9 * 1024 * 1024);
    for (let index = 0; index < 9; index += 1) client.send(1, message(large));
    expect(closed).toMatchObject([{ generation: 1, reason: expect.stringContaining('bytes wait') as string }]);
    client.send(1, message('too late'));
    expect(closed).toHaveLength(1);
  });

  it('is over when the master breaks it, forgets it, or says what cannot be read', async () => {
    client.open(1, leader(), REGISTER);
    await until(() => events.length === 1);
    master.breakLink();
    await until(() => closed.length === 1);
    client.open(2, leader(), REGISTER);
    await until(() => events.length === 2);
    master.forgetLink();
    client.send(2, { type: 'PONG' });
    await until(() => closed.length === 2);
    client.open(3, leader(), REGISTER);
    await until(() => events.length === 3);
    master.sayNonsense();
    await until(() => closed.length === 3);
    expect(closed.map(({ generation }) => generation)).toEqual([1, 2, 3]);
    expect(closed[1]?.reason).toContain('404');
    expect(closed[2]?.reason).toContain('cannot read what the master says');
  });

  it('says nothing when it is closed from this side', async () => {
    client.open(1, leader(), REGISTER);
    await until(() => events.length === 1);
    client.close(1);
    client.open(2, leader(), REGISTER);
    client.send(1, message('for the old one'));
    await until(() => events.length === 2);
    client.send(2, message('for the new one'));
    await until(() => messages().length === 1);
    expect(messages()).toEqual(['for the new one']);
    expect(closed).toEqual([]);
  });

  it('survives a connection that the master closed while it was idle', async () => {
    client.open(1, leader(), REGISTER);
    await until(() => events.length === 1);
    for (let index = 0; index < 10; index += 1) {
      client.send(1, message(`m${index}`));
      await until(() => messages().length === index + 1);
      if (index === 4) master.closeIdle();
    }
    expect(closed).toEqual([]);
  });
});

describe('a link that is not opened', () => {
  it('tells where the leader is, where the master knows', async () => {
    for (const location of ['//10.1.2.3:5050/mini-mesos/v1/agent', 'http://10.1.2.3:5050/x']) {
      master.refuseWith = { status: 307, location };
      client.open(1, leader(), REGISTER);
      await until(() => closed.length === 1);
      expect(closed.splice(0)).toMatchObject([{ redirect: { address: '10.1.2.3:5050', hostname: '10.1.2.3' } }]);
    }
  });

  it('tells the status and the text of a refusal', async () => {
    master.refuseWith = { status: 503 };
    client.open(1, leader(), REGISTER);
    await until(() => closed.length === 1);
    expect(closed[0]?.reason).toBe(`${master.address} answered 503: not now`);
    expect(closed[0]?.redirect).toBeUndefined();
  });

  it('tells why nobody could be reached', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => void nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => void nobody.close(resolve));
    client.open(1, { address: `127.0.0.1:${port}`, hostname: 'x' }, REGISTER);
    await until(() => closed.length === 1);
    expect(closed[0]?.reason).toContain('ECONNREFUSED');
  });
});
