// Goal: the session gets out of the client library's two hangs, and renews itself. Method: fake servers on loopback
// that swallow everything, with session timeouts of some hundred milliseconds; every wait is for an event.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZookeeperSession } from '@mini-mesos/election';
import type { SessionOptions, SessionState } from '@mini-mesos/election';
import { FakeZookeeper } from './fake-zookeeper.js';

const SESSION_MS = 600;
let good: FakeZookeeper;
let other: FakeZookeeper;
const sessions: ZookeeperSession[] = [];

beforeEach(async () => {
  good = await new FakeZookeeper().listen();
  other = await new FakeZookeeper().listen();
  for (const server of [good, other]) server.set('/a', 'data');
});

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await Promise.all([good.close(), other.close()]);
});

function connect(servers: FakeZookeeper[], options: Partial<SessionOptions> = {}): ZookeeperSession {
  const addresses = servers.map(({ address }) => ({ host: '127.0.0.1', port: Number(address.split(':')[1]) }));
  const session = new ZookeeperSession({ servers: addresses, sessionTimeoutMs: SESSION_MS, ...options });
  sessions.push(session);
  return session;
}

const state = (session: ZookeeperSession, wanted: SessionState): Promise<void> =>
  new Promise((resolve) => {
    const stop = session.onState((now) => {
      if (now !== wanted) return;
      stop();
      resolve();
    });
  });

test('calls are answered; what does not exist is undefined', async () => {
  good.set('/a/b', '');
  const session = connect([good]);
  expect(await session.getChildren('/a')).toEqual(['b']);
  expect((await session.getData('/a'))?.toString()).toBe('data');
  expect(await session.exists('/a')).toBeDefined();
  expect([await session.getChildren('/x'), await session.getData('/x'), await session.exists('/x')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a server that accepts and never answers the handshake is left for the next one', async () => {
  other.isBlackHole = true;
  const met = once(other, 'connection');
  const started = performance.now();
  const session = connect([other, good], { callTimeoutMs: 5 * SESSION_MS, random: () => 0 });
  await met;
  expect((await session.getData('/a'))?.toString()).toBe('data');
  expect(performance.now() - started).toBeLessThan(3 * SESSION_MS);
});

test('a link that goes dead without a sign is noticed within the session timeout', async () => {
  const session = connect([good, other], { random: () => 0 });
  await session.getData('/a');
  const disconnected = state(session, 'disconnected');
  const started = performance.now();
  good.isBlackHole = true;
  // The other server has the same sessions, as servers of one ensemble have.
  for (const id of good.sessionIds) other.sessionIds.add(id);
  await disconnected;
  expect(performance.now() - started).toBeLessThan(3 * SESSION_MS);
  expect((await session.getData('/a'))?.toString()).toBe('data');
});

test('a call that gets no answer is rejected at its deadline', async () => {
  const session = connect([good], { callTimeoutMs: 100 });
  await session.getData('/a');
  good.isBlackHole = true;
  await expect(session.getData('/a')).rejects.toMatchObject({ code: 'MM_ELECTION_ZOOKEEPER_TIMEOUT', retryable: true });
});

test('a quiet session stays: probes keep it alive by our own clock', async () => {
  const session = connect([good], { sessionTimeoutMs: 150 });
  await session.getData('/a');
  const states: SessionState[] = [];
  session.onState((now) => states.push(now));
  for (let probe = 0; probe < 8; probe++) await once(good, 'probe');
  expect(states).toEqual([]);
});

test('a session cut off for its whole timeout is over by our own clock', async () => {
  const session = connect([good]);
  await session.getData('/a');
  const expired = state(session, 'expired');
  good.isBlackHole = true;
  good.breakConnections();
  await expired;
  good.isBlackHole = false;
  await state(session, 'connected');
  expect((await session.getData('/a'))?.toString()).toBe('data');
  expect(good.sessionIds.size).toBe(2);
});

test('after the server expired the session, calls go to a new one', async () => {
  const session = connect([good]);
  await session.getData('/a');
  const expired = state(session, 'expired');
  good.expireSessions();
  await expired;
  expect((await session.getData('/a'))?.toString()).toBe('data');
});

test('a peer that talks something else does not end the process', async () => {
  const garbage = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(Buffer.alloc(64));
  }).listen(0, '127.0.0.1');
  await once(garbage, 'listening');
  const port = (garbage.address() as AddressInfo).port;
  const session = new ZookeeperSession({
    servers: [{ host: '127.0.0.1', port }],
    sessionTimeoutMs: SESSION_MS,
    callTimeoutMs: 200,
  });
  await expect(session.getData('/a')).rejects.toMatchObject({ code: 'MM_ELECTION_ZOOKEEPER_TIMEOUT' });
  await session.close();
  garbage.close();
});

test('closing tells the server, rejects calls, and leaves no connection', async () => {
  const session = connect([good]);
  await session.getData('/a');
  good.isBlackHole = true;
  const call = session.getData('/a').catch((error: unknown) => error);
  good.isBlackHole = false;
  const gone = once(good, 'gone');
  await session.close();
  await gone;
  expect(await call).toMatchObject({ code: 'MM_ELECTION_CLOSED' });
  expect(good.connections).toBe(0);
  await expect(session.exists('/a')).rejects.toMatchObject({ code: 'MM_ELECTION_CLOSED' });
});
