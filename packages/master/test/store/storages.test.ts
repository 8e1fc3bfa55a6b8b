// Goal: LMDB and ZooKeeper keep what a registrar gives them, and only from the newest owner. Method: the same questions
// to both; real ZooKeeper servers, one of them killed in the middle of writes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { MetricsRegistry, realTime } from '@mini-mesos/daemon';
import { ZookeeperContender, ZookeeperSession } from '@mini-mesos/election';
import type { ZookeeperAddress } from '@mini-mesos/election';
import { describeWithZookeeper, ZookeeperEnsemble } from '../../../election/test/support/zookeeper-server.js';
import { LmdbStorage } from '../../src/shell/store/lmdb-storage.js';
import { Registrar } from '../../src/shell/store/registrar.js';
import type { RegistryError, RegistryStorage } from '../../src/shell/store/storage.js';
import { ZookeeperStorage } from '../../src/shell/store/zookeeper-storage.js';
import { agentInfo } from './support/operations.js';

const SESSION_MS = 4_000;

interface Place {
  /** As a further master would. */
  open(): Promise<RegistryStorage>;
  clean(): Promise<void>;
}

function asks(makePlace: () => Place): void {
  let place: Place;
  beforeEach(() => {
    place = makePlace();
  });
  afterEach(() => place.clean());

  const records = (entries: { [name: string]: string }): Map<string, Buffer> =>
    new Map(Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)]));
  const texts = async (storage: RegistryStorage): Promise<object> =>
    Object.fromEntries([...(await storage.read())].map(([name, record]) => [name, record.toString()]));

  test('what is written is there, also for the next owner', async () => {
    const first = await place.open();
    await first.claim('first');
    expect(await texts(first)).toEqual({});
    await first.write({ create: records({ a: '1', b: '2' }), put: records({ head: 'x' }) });
    await first.write({ put: records({ head: 'y' }), remove: ['a', 'none'] });
    expect(await texts(first)).toEqual({ b: '2', head: 'y' });
    const second = await place.open();
    expect(await texts(second)).toEqual({ b: '2', head: 'y' });
  });

  test('who has lost the registry cannot write', async () => {
    const first = await place.open();
    await first.claim('first');
    await first.write({ create: records({ a: '1' }) });
    const second = await place.open();
    await second.claim('second');
    await second.write({ create: records({ b: '2' }) });
    for (const change of [{ create: records({ c: '3' }) }, { put: records({ a: '4' }) }, { remove: ['a'] }]) {
      await expect(first.write(change)).rejects.toMatchObject({ problem: 'fenced' });
    }
    expect(await texts(second)).toEqual({ a: '1', b: '2' });
  });

  test('a registrar on it stores thousands of agents and finds them again', async () => {
    const options = {
      metrics: new MetricsRegistry(),
      timers: realTime,
      fetchTimeoutMs: 60_000,
      storeTimeoutMs: 20_000,
    };
    const failures: RegistryError[] = [];
    const onFailure = (error: RegistryError): void => void failures.push(error);
    const registrar = new Registrar(await place.open(), { ...options, onFailure, compactMinBytes: 200_000 });
    await registrar.recover('first');
    const count = 3_000;
    await new Promise<void>((resolve) => {
      let stored = 0;
      for (let i = 0; i < count; i += 1) {
        registrar.apply({ type: 'admit-agent', agent: agentInfo(`S${i}`) }, () => {
          stored += 1;
          if (stored === count) resolve();
        });
      }
    });
    expect(failures).toEqual([]);
    const next = new Registrar(await place.open(), { ...options, onFailure });
    expect((await next.recover('second')).agents.size).toBe(count);
  });
}

describe('LMDB', () => {
  asks(() => {
    const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-lmdb-'));
    const opened: RegistryStorage[] = [];
    return {
      open: () => {
        const storage = LmdbStorage.open(directory);
        opened.push(storage);
        return Promise.resolve(storage);
      },
      clean: async () => {
        for (const storage of opened) await storage.close();
        rmSync(directory, { recursive: true });
      },
    };
  });

  test('a file that was cut short, or is something else, is refused before LMDB maps it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-lmdb-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const storage = LmdbStorage.open(directory);
    await storage.claim('first');
    for (let i = 0; i < 20; i += 1) {
      await storage.write({ put: new Map([[`record-${i}`, Buffer.alloc(3_000, i)]]) });
    }
    await storage.close();
    const path = join(directory, 'registry', 'data.mdb');
    const whole = readFileSync(path);
    const damaged = [...[1, 100, 4_096, 8_192, whole.length - 4_096].map((size) => whole.subarray(0, size))];
    damaged.push(Buffer.alloc(whole.length, 'x'), Buffer.concat([Buffer.alloc(4_096), whole.subarray(4_096)]));
    for (const content of damaged) {
      writeFileSync(path, content);
      expect(() => LmdbStorage.open(directory)).toThrow(
        /the registry at .* is damaged \(data\.mdb: it.*: restore a backup/,
      );
    }
    writeFileSync(path, whole);
    const again = LmdbStorage.open(directory);
    expect((await again.read()).size).toBe(20);
    await again.close();
  });

  test('a registry that is not there, or is something else, is said to be so', () => {
    const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-lmdb-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    expect(() => LmdbStorage.open(directory, { readOnly: true })).toThrow(/there is no registry at .*\/registry/);
    writeFileSync(join(directory, 'registry'), 'a file');
    expect(() => LmdbStorage.open(directory)).toThrow(/the registry at .*\/registry cannot be opened/);
  });
});

describeWithZookeeper('ZooKeeper', () => {
  let zookeeper: ZookeeperEnsemble;
  let paths = 0;
  beforeAll(async () => {
    zookeeper = await ZookeeperEnsemble.start();
  }, 90_000);
  afterAll(() => zookeeper?.stop());

  const info = { id: 'id', ip: 1, port: 1, hostname: 'h' };
  const newAddress = (): ZookeeperAddress => ({ servers: zookeeper.servers, path: `/test-${(paths += 1)}` });

  /** Whoever opens next withdraws the one before: masters follow each other. */
  class Masters implements Place {
    readonly address = newAddress();
    readonly #contenders: ZookeeperContender[] = [];

    async open(): Promise<ZookeeperStorage> {
      const contender = new ZookeeperContender(this.address, { sessionTimeoutMs: SESSION_MS, info });
      const before = this.#contenders.at(-1);
      this.#contenders.push(contender);
      await before?.close();
      const { node } = await contender.elected();
      // As if it had not noticed that it leads no more: a session of its own goes on after that of the election.
      const session = new ZookeeperSession({ servers: this.address.servers, sessionTimeoutMs: SESSION_MS });
      this.#sessions.push(session);
      return new ZookeeperStorage({ address: this.address, session, leaderNode: node });
    }

    readonly #sessions: ZookeeperSession[] = [];

    async clean(): Promise<void> {
      await Promise.all([...this.#contenders, ...this.#sessions].map((one) => one.close()));
    }
  }

  asks(() => new Masters());

  test('large records are kept small, and a damaged one is told', async () => {
    const masters = new Masters();
    onTestFinished(() => masters.clean());
    const storage = await masters.open();
    await storage.claim('first');
    const text = '{"type":"admit-agent"}\n'.repeat(10_000);
    await storage.write({ create: new Map([['large', Buffer.from(text)]]) });
    expect((await storage.read()).get('large')?.toString()).toBe(text);
    const session = new ZookeeperSession({ servers: masters.address.servers, sessionTimeoutMs: SESSION_MS });
    onTestFinished(() => session.close());
    const path = `${masters.address.path}/registry/large`;
    const kept = await session.getData(path);
    expect(kept?.length).toBeLessThan(text.length / 10);
    await session.multi('damage', [{ type: 'set', path, data: kept?.subarray(0, 500) ?? Buffer.alloc(0) }]);
    await expect(storage.read()).rejects.toMatchObject({ problem: 'corrupt' });
  });

  test('the version of the epoch alone keeps an old owner out, while its node is still there', async () => {
    const masters = new Masters();
    onTestFinished(() => masters.clean());
    const first = await masters.open();
    await first.claim('first');
    const session = new ZookeeperSession({ servers: masters.address.servers, sessionTimeoutMs: SESSION_MS });
    onTestFinished(() => session.close());
    await session.multi('a claim', [
      { type: 'set', path: `${masters.address.path}/registry/epoch`, data: Buffer.from('second') },
    ]);
    await expect(first.write({ put: new Map([['head', Buffer.from('x')]]) })).rejects.toMatchObject({
      problem: 'fenced',
    });
  });

  test('a leader that has lost its node cannot write, though nobody has claimed the registry since', async () => {
    const masters = new Masters();
    onTestFinished(() => masters.clean());
    const first = await masters.open();
    await first.claim('first');
    await masters.clean();
    const session = new ZookeeperSession({ servers: masters.address.servers, sessionTimeoutMs: SESSION_MS });
    onTestFinished(() => session.close());
    const late = new ZookeeperStorage({
      address: masters.address,
      session,
      leaderNode: `${masters.address.path}/json.info_0000000000`,
    });
    await expect(late.claim('late')).rejects.toMatchObject({ problem: 'fenced' });
  });
});

describeWithZookeeper('ZooKeeper, while a server is killed', () => {
  test('every operation is stored once', async () => {
    const zookeeper = await ZookeeperEnsemble.start();
    onTestFinished(() => zookeeper.stop());
    const address = { servers: zookeeper.servers, path: '/mesos' };
    const info = { id: 'id', ip: 1, port: 1, hostname: 'h' };
    const contender = new ZookeeperContender(address, { sessionTimeoutMs: 60_000, info });
    onTestFinished(() => contender.close());
    const { node } = await contender.elected();
    const failures: RegistryError[] = [];
    const open = (): Registrar =>
      new Registrar(new ZookeeperStorage({ address, session: contender.session, leaderNode: node }), {
        metrics: new MetricsRegistry(),
        timers: realTime,
        fetchTimeoutMs: 60_000,
        storeTimeoutMs: 60_000,
        onFailure: (error) => failures.push(error),
      });
    const registrar = open();
    await registrar.recover('first');
    const outage = { isOver: false };
    let stored = 0;
    const over = (async () => {
      await zookeeper.kill();
      await zookeeper.restart();
      outage.isOver = true;
    })();
    while (!outage.isOver || stored < 100) {
      await new Promise<void>((resolve) =>
        registrar.apply({ type: 'admit-agent', agent: agentInfo(`S${stored}`) }, resolve),
      );
      stored += 1;
    }
    await over;
    expect(failures).toEqual([]);
    expect((await open().recover('second')).agents.size).toBe(stored);
  }, 120_000);
});
