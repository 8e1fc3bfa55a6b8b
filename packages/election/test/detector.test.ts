// Goal: detectors tell the leader now and every change, and end cleanly. Method: files, and a fake ZooKeeper.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectorFor, ElectionError, resolveLeader } from '@mini-mesos/election';
import type { Leader, LeaderDetector } from '@mini-mesos/election';
import { FakeZookeeper } from './fake-zookeeper.js';

/** The JSON that a real Mesos master put into ZooKeeper. */
const mesosMaster = (id: string, port: number): string =>
  `{"address":{"hostname":"127.0.0.1","ip":"127.0.0.1","port":${port}},"capabilities":[{"type":"AGENT_UPDATE"},` +
  `{"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"127.0.0.1","id":"${id}","ip":16777343,` +
  `"pid":"master@127.0.0.1:${port}","port":${port},"version":"1.12.0"}`;

let zookeeper: FakeZookeeper;
let directory: string;
const opened: LeaderDetector[] = [];

beforeEach(async () => {
  zookeeper = await new FakeZookeeper().listen();
  directory = mkdtempSync(join(tmpdir(), 'election-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((detector) => detector.close()));
  await zookeeper.close();
  rmSync(directory, { recursive: true });
});

function watch(master: string, sessionTimeoutMs = 600): AsyncIterator<Leader | undefined> {
  const detector = detectorFor(master, { sessionTimeoutMs });
  opened.push(detector);
  return detector[Symbol.asyncIterator]();
}

const ensemble = (): string => `zk://${zookeeper.address}/mesos`;
const next = async (leaders: AsyncIterator<Leader | undefined>): Promise<string | undefined> => {
  const { value, done } = await leaders.next();
  return done ? 'the end' : value?.address;
};

test('an address leads at once, for every iteration, until it is closed', async () => {
  const detector = detectorFor('10.0.0.1');
  for (let round = 0; round < 2; round++) expect(await next(detector[Symbol.asyncIterator]())).toBe('10.0.0.1:5050');
  const waiting = detector[Symbol.asyncIterator]();
  await waiting.next();
  const end = next(waiting);
  await detector.close();
  expect(await end).toBe('the end');
});

test('a file names the master; unreadable, endless and empty ones are refused', async () => {
  const file = join(directory, 'master');
  writeFileSync(file, ' 10.0.0.2:5051\n');
  expect(await resolveLeader(`file://${file}`, { timeoutMs: 1_000 })).toEqual({ address: '10.0.0.2:5051' });
  writeFileSync(file, `file://${file}`);
  expect(() => detectorFor(`file://${file}`)).toThrow('names another file');
  writeFileSync(file, '');
  expect(() => detectorFor(`file://${file}`)).toThrow('empty');
  expect(() => detectorFor(`file://${directory}/none`)).toThrow(ElectionError);
});

test('the leader of an ensemble is told with its MasterInfo, and so is every change', async () => {
  zookeeper.set('/mesos', '');
  zookeeper.set('/mesos/log_replicas', '');
  zookeeper.set('/mesos/json.info_0000000002', mesosMaster('b', 5052));
  zookeeper.set('/mesos/json.info_0000000001', mesosMaster('a', 5051));
  const leaders = watch(ensemble());
  const first = await leaders.next();
  expect(first.value).toMatchObject({ address: '127.0.0.1:5051', info: { id: 'a', version: '1.12.0', ip: 16777343 } });
  zookeeper.delete('/mesos/json.info_0000000001');
  expect(await next(leaders)).toBe('127.0.0.1:5052');
  zookeeper.delete('/mesos/json.info_0000000002');
  expect(await next(leaders)).toBeUndefined();
  zookeeper.set('/mesos/json.info_0000000003', mesosMaster('c', 5053));
  expect(await next(leaders)).toBe('127.0.0.1:5053');
});

test('a path that does not exist yet has no leader until a master makes it', async () => {
  const leaders = watch(ensemble());
  expect(await next(leaders)).toBeUndefined();
  zookeeper.set('/mesos', '');
  zookeeper.set('/mesos/json.info_0000000000', mesosMaster('a', 5051));
  expect(await next(leaders)).toBe('127.0.0.1:5051');
});

test('a broken connection is not told, and watches survive it', async () => {
  zookeeper.set('/mesos', '');
  zookeeper.set('/mesos/json.info_0000000001', mesosMaster('a', 5051));
  const leaders = watch(ensemble());
  expect(await next(leaders)).toBe('127.0.0.1:5051');
  const again = once(zookeeper, 'session');
  zookeeper.breakConnections();
  await again;
  zookeeper.delete('/mesos/json.info_0000000001');
  expect(await next(leaders)).toBeUndefined();
});

test('after an expired session nobody is known to lead until a new session has looked', async () => {
  zookeeper.set('/mesos', '');
  zookeeper.set('/mesos/json.info_0000000001', mesosMaster('a', 5051));
  const leaders = watch(ensemble());
  expect(await next(leaders)).toBe('127.0.0.1:5051');
  const lost = next(leaders);
  zookeeper.expireSessions();
  expect(await lost).toBeUndefined();
  expect(await next(leaders)).toBe('127.0.0.1:5051');
  expect(zookeeper.sessionIds.size).toBe(1);
});

test('data that is no MasterInfo is a problem that goes away with the node', async () => {
  zookeeper.set('/mesos', '');
  zookeeper.set('/mesos/json.info_0000000001', 'hello');
  const leaders = watch(ensemble());
  expect(await next(leaders)).toBeUndefined();
  expect(opened[0]?.problem).toContain('/mesos/json.info_0000000001 holds no MasterInfo');
  zookeeper.set('/mesos/json.info_0000000000', mesosMaster('a', 5051));
  expect(await next(leaders)).toBe('127.0.0.1:5051');
  expect(opened[0]?.problem).toBeUndefined();
});

test('resolving gives up after the timeout and says what the matter was', async () => {
  zookeeper.isBlackHole = true;
  const failed = resolveLeader(`zk://u:secret@${zookeeper.address}/mesos`, { timeoutMs: 900, sessionTimeoutMs: 300 });
  const error = await failed.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'MM_ELECTION_NO_LEADER', retryable: true });
  expect(String(error)).toContain('gave no answer within 300 ms');
  expect(String(error)).not.toContain('secret');
});
