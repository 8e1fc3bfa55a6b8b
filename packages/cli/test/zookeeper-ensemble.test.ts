// Goal: the ensemble that the demo and the chaos tests start is a real one: it elects a leader, and another when that one
// is killed. Method: ZooKeeper's servers as processes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findZookeeper, ZookeeperEnsemble } from '../src/cluster/zookeeper.js';

const found = findZookeeper();
const isRequired = (process.env['MINI_MESOS_REQUIRE'] ?? '').split(',').includes('zookeeper');
if (!found.ok && !isRequired) console.warn(`skipped: an ensemble of ZooKeeper servers: ${found.problem}`);

test('what is missing is named with the way to get it', () => {
  expect(findZookeeper({ PATH: '/nowhere' })).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/^java.* not found here: .*apt-get install zookeeper/) as string,
  });
});

describe.skipIf(!found.ok && !isRequired)('an ensemble of ZooKeeper servers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-zk-'));
  let ensemble: ZookeeperEnsemble;

  beforeAll(async () => {
    ensemble = await ZookeeperEnsemble.start({ servers: 3, directory });
  });
  afterAll(async () => {
    await ensemble?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const modes = () => Promise.all([0, 1, 2].map((index) => ensemble.mode(index)));

  test('has one leader and two followers, under one URL', async () => {
    expect((await modes()).map(String).sort()).toEqual(['follower', 'follower', 'leader']);
    expect(ensemble.url()).toMatch(/^zk:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/mesos$/);
  });

  test('elects another leader when the first is killed, and takes a server back', async () => {
    const leader = (await modes()).indexOf('leader');
    await ensemble.servers[leader]?.kill();
    await vi.waitUntil(async () => (await modes()).includes('leader'), { timeout: 60_000 });
    expect(await ensemble.mode(leader)).toBeUndefined();
    ensemble.servers[leader]?.start();
    await ensemble.ready();
    expect(await ensemble.mode(leader)).toBe('follower');
  }, 120_000);
});
