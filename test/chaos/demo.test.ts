// Goal: whoever runs mini-mesos demo --chaos sees a cluster survive. Method: the built command, with ZooKeeper and without.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { findZookeeper } from '@mini-mesos/cli';
import { describe, expect, test } from 'vitest';
import { useScene } from '../e2e/support/scene.js';

const scene = useScene('demo-chaos');
const found = findZookeeper();
const isRequired = (process.env['MINI_MESOS_REQUIRE'] ?? '').split(',').includes('zookeeper');
if (!found.ok && !isRequired) console.warn(`skipped: the demo with ZooKeeper: ${found.problem}`);
const DEADLINE_MS = 240_000;

describe.skipIf(!found.ok && !isRequired)('the demo with ZooKeeper', () => {
  test(
    'counts right while the leading master, an agent and a ZooKeeper server are killed',
    async () => {
      const { code, stdout, stderr } = await scene.start(['demo', '--chaos']).finished(DEADLINE_MS);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(
        /kill -9 of master-\d, which led[^]*master-\d leads .* later[^]*3 agents and the job are back/,
      );
      expect(stdout).toMatch(/kill -9 of agent-\d[^]*back under its old id .* with its executor, which never stopped/);
      expect(stdout).toMatch(/kill -9 of zookeeper-\d[^]*zookeeper-\d is started again/);
      expect(stdout).toContain('both counts agree');
    },
    DEADLINE_MS + 10_000,
  );
});

test(
  'without ZooKeeper the demo says how to get it, and kills the only master and an agent',
  async () => {
    const bin = scene.path('bin');
    mkdirSync(bin);
    // What agents need of the machine, but no java.
    for (const tool of ['sh', 'env', 'setsid', 'setpriv', 'sleep', 'cat', 'tr', 'sort', 'uniq']) {
      const folder = ['/usr/bin', '/bin'].find((path) => existsSync(`${path}/${tool}`));
      if (folder !== undefined) symlinkSync(`${folder}/${tool}`, `${bin}/${tool}`);
    }
    const { code, stdout, stderr } = await scene
      .start(['demo', '--chaos'], { env: { PATH: bin } })
      .finished(DEADLINE_MS);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('apt-get install zookeeper');
    expect(stdout).toMatch(/kill -9 of master-1, which led[^]*master-1 leads[^]*kill -9 of agent-\d/);
    expect(stdout).not.toContain('zookeeper-');
    expect(stdout).toContain('both counts agree');
  },
  DEADLINE_MS + 10_000,
);
