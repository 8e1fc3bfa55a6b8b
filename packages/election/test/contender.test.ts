// Goal: masters stand for election as Mesos' do, exactly one leads, and who loses its session knows before another
// leads. Method: real ZooKeeper servers, killed, paused and restarted; a proxy that goes deaf stands for a partition.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { detectorFor, ZookeeperContender, ZookeeperSession } from '@mini-mesos/election';
import type { Leader, LeaderDetector, MasterInfo, ZookeeperServer } from '@mini-mesos/election';
import { describeWithZookeeper, ZookeeperEnsemble } from './support/zookeeper-server.js';

const SESSION_MS = 3_000;

const infoOf = (port: number): MasterInfo => ({
  id: `id-${port}`,
  ip: 16777343,
  port,
  pid: `master@127.0.0.1:${port}`,
  hostname: '127.0.0.1',
  version: '1.12.0',
  address: { hostname: '127.0.0.1', ip: '127.0.0.1', port },
  capabilities: [{ type: 'AGENT_UPDATE' }],
});

const open: { close(): Promise<void> }[] = [];

function stand(
  servers: ZookeeperServer[],
  port: number,
  path = '/mesos',
  { credentials, sessionTimeoutMs = SESSION_MS }: { credentials?: string; sessionTimeoutMs?: number } = {},
): ZookeeperContender {
  const address = { servers, path, ...(credentials === undefined ? {} : { credentials }) };
  const contender = new ZookeeperContender(address, { sessionTimeoutMs, info: infoOf(port) });
  open.push(contender);
  return contender;
}

function detect(url: string): AsyncIterator<Leader | undefined> {
  const detector: LeaderDetector = detectorFor(url, { sessionTimeoutMs: SESSION_MS });
  open.push(detector);
  return detector[Symbol.asyncIterator]();
}

/** Skips what comes before: an intermediate state may be told or not. */
async function until(
  leaders: AsyncIterator<Leader | undefined>,
  address: string | undefined,
): Promise<Leader | undefined> {
  for (;;) {
    const { value, done } = await leaders.next();
    if (done) throw new Error(`the detector ended before ${address} led`);
    if (value?.address === address) return value;
  }
}

async function look(servers: ZookeeperServer[]): Promise<ZookeeperSession> {
  const session = new ZookeeperSession({ servers, sessionTimeoutMs: SESSION_MS });
  open.push(session);
  return session;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Partition {
  readonly server: ZookeeperServer;
  isDeaf: boolean;
  /** Connections that were made, over all time. */
  connections: number;
}

/** Carries bytes between a client and a server until it is deaf: then both sides hear nothing, and no connection ends. */
async function partition({ port }: ZookeeperServer): Promise<Partition> {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port });
    state.connections += 1;
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => (state.isDeaf ? undefined : to.write(data)));
      from.on('close', () => (state.isDeaf ? undefined : to.destroy()));
      from.on('error', () => undefined);
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const server = { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port };
  const state: Partition = { server, isDeaf: false, connections: 0 };
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return state;
}

describeWithZookeeper('an election at a real ZooKeeper', () => {
  let zookeeper: ZookeeperEnsemble;
  beforeAll(async () => {
    zookeeper = await ZookeeperEnsemble.start();
  }, 90_000);
  afterAll(() => zookeeper?.stop());

  test('nodes are those of Mesos: json.info_ with ten digits, MasterInfo in JSON, for as long as the session', async () => {
    const first = stand(zookeeper.servers, 5050, '/layout/mesos');
    const { node } = await first.elected();
    const session = await look(zookeeper.servers);
    expect(await session.getChildren('/layout/mesos')).toEqual(['json.info_0000000000']);
    expect(node).toBe('/layout/mesos/json.info_0000000000');
    const found = await session.read(node);
    expect(JSON.parse(found?.data.toString() ?? '')).toEqual(infoOf(5050));
    expect(found?.stat.ephemeralOwner).toEqual(first.session.id);
    await first.close();
    expect(await session.getChildren('/layout/mesos')).toEqual([]);
  });

  test('one leads, the others wait; when it withdraws the next leads, and detectors follow', async () => {
    const leaders = detect(zookeeper.url('/line'));
    const first = stand(zookeeper.servers, 1, '/line');
    const held = await first.elected();
    const second = stand(zookeeper.servers, 2, '/line');
    let hasSecond = false;
    const next = second.elected().then((leadership) => {
      hasSecond = true;
      return leadership;
    });
    expect((await until(leaders, '127.0.0.1:1'))?.info).toEqual(infoOf(1));
    expect({ hasSecond, isHeld: held.isHeld }).toEqual({ hasSecond: false, isHeld: true });
    await first.close();
    expect(held.isHeld).toBe(false);
    expect(await held.lost).toMatch(/closed/);
    await next;
    await until(leaders, '127.0.0.1:2');
  });

  test('a node that was taken away ends the leading', async () => {
    const first = stand(zookeeper.servers, 1, '/taken');
    const { node, lost } = await first.elected();
    const session = await look(zookeeper.servers);
    await session.multi('removal', [{ type: 'remove', path: node }]);
    expect(await lost).toMatch(/taken away/);
  });

  test('who is cut off stops before another can lead', async () => {
    const cut = await partition(zookeeper.first);
    const first = stand([cut.server], 1, '/cut');
    const held = await first.elected();
    const second = stand(zookeeper.servers, 2, '/cut');
    const events: string[] = [];
    const over = held.lost.then((why) => events.push(`lost: ${why}`));
    const next = second.elected().then(() => events.push(`second leads, first holds: ${held.isHeld}`));
    cut.isDeaf = true;
    await Promise.all([over, next]);
    expect(events).toEqual(['lost: the ZooKeeper session ended', 'second leads, first holds: false']);
  }, 60_000);

  test('a leader whose server hangs goes to another one and leads on', async () => {
    const ways = [await partition(zookeeper.first), await partition(zookeeper.first)];
    const sessionTimeoutMs = 12_000;
    const first = stand(
      ways.map(({ server }) => server),
      1,
      '/hang',
      { sessionTimeoutMs },
    );
    const held = await first.elected();
    const used = ways.find(({ connections }) => connections > 0);
    if (!used) throw new Error('no connection was made');
    const moved = new Promise<void>((resolve) => first.session.onState((state) => state === 'connected' && resolve()));
    used.isDeaf = true;
    await moved;
    // The lease is longer than it could be without an answer of the other server.
    while (first.session.leaseLeftMs < sessionTimeoutMs / 2) await first.session.exists('/');
    expect(held.isHeld).toBe(true);
    const session = await look(zookeeper.servers);
    expect((await session.exists(held.node))?.ephemeralOwner).toEqual(first.session.id);
  }, 60_000);

  test('an expired session of who waits is renewed: it stands again', async () => {
    const first = stand(zookeeper.servers, 1, '/again');
    await first.elected();
    const cut = await partition(zookeeper.first);
    const second = stand([cut.server], 2, '/again');
    const session = await look(zookeeper.servers);
    const nodes = async (count: number): Promise<string[]> => {
      for (;;) {
        let changed = (): void => undefined;
        const change = new Promise<void>((resolve) => (changed = resolve));
        const children = (await session.getChildren('/again', changed)) ?? [];
        if (children.length === count) return children.toSorted();
        await change;
      }
    };
    await nodes(2);
    cut.isDeaf = true;
    await nodes(1);
    cut.isDeaf = false;
    expect(await nodes(2)).toEqual(['json.info_0000000000', expect.stringMatching(/^json\.info_\d{10}$/)]);
    await first.close();
    await second.elected();
  }, 60_000);

  test('with user and password only they may change the nodes, and everybody may read them', async () => {
    const first = stand(zookeeper.servers, 1, '/secret', { credentials: 'user:pass' });
    const { node } = await first.elected();
    const stranger = await look(zookeeper.servers);
    expect(await stranger.getData(node)).toBeDefined();
    await expect(stranger.multi('removal', [{ type: 'remove', path: node }])).rejects.toMatchObject({
      code: 'MM_ELECTION_ZOOKEEPER_DENIED',
    });
    const wrong = stand(zookeeper.servers, 2, '/secret', { credentials: 'user:wrong' });
    await expect(wrong.elected()).rejects.toMatchObject({ code: 'MM_ELECTION_ZOOKEEPER_DENIED' });
  });

  test('steps of a multi are done all or not at all, and say which one failed', async () => {
    const session = await look(zookeeper.servers);
    const data = Buffer.from('x');
    await session.ensure('/multi/epoch');
    expect(await session.multi('first', [{ type: 'set', path: '/multi/epoch', data }])).toBeUndefined();
    const check = (version: number) => ({ type: 'check' as const, path: '/multi/epoch', version });
    const create = { type: 'create' as const, path: '/multi/a', data };
    expect(await session.multi('wrong version', [check(2), create])).toEqual({ step: 0, why: 'bad-version' });
    expect(await session.exists('/multi/a')).toBeUndefined();
    expect(await session.multi('right version', [check(1), create])).toBeUndefined();
    expect(await session.multi('again', [check(1), create])).toEqual({ step: 1, why: 'node-exists' });
    expect(await session.multi('gone', [{ type: 'check', path: '/multi/none' }, create])).toEqual({
      step: 0,
      why: 'no-node',
    });
  });
});

describeWithZookeeper('an election at an ensemble', () => {
  test('survives the loss of a server, and goes on after that of a quorum', async () => {
    const zookeeper = await ZookeeperEnsemble.start(3);
    onTestFinished(() => zookeeper.stop());
    const leaders = detect(zookeeper.url('/mesos'));
    // Longer than the servers may take to agree on a new leader, on a slow machine too.
    const first = stand(zookeeper.servers, 1, '/mesos', { sessionTimeoutMs: 30_000 });
    const held = await first.elected();
    await until(leaders, '127.0.0.1:1');
    const killed = await zookeeper.leader();
    await zookeeper.kill(killed);
    // A write that succeeds: the ensemble has a leader again and our session with it.
    const session = await look(zookeeper.servers);
    const written = async (): Promise<void> => {
      await session.ensure('/after').catch(written);
    };
    await written();
    expect(held.isHeld).toBe(true);
    const second = stand(zookeeper.servers, 2);
    await zookeeper.restart(killed);
    await first.close();
    await second.elected();
    await until(leaders, '127.0.0.1:2');
  }, 120_000);
});
