// How fast a registry stores agents and is read again, in LMDB and, where ZooKeeper is installed, in a server of this
// machine. One row each for: one operation at a time, all agents at once, and reading it as a new leader does. The
// reference of writes is a file that the same bytes are appended to, with fdatasync after each write; that of reading
// is to parse the same JSON.
//   npm run bench -- registrar [--json] [--agents=10000] [--rounds=3] [--seed=1]
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findZookeeper, ZookeeperEnsemble } from '@mini-mesos/cli';
import { MetricsRegistry, realTime } from '@mini-mesos/daemon';
import { parseMaster, ZookeeperContender } from '@mini-mesos/election';
import { LmdbStorage, Registrar, ZookeeperStorage } from '@mini-mesos/master';
import { option, printHeader, report } from '../lib/report.mjs';

const agents = Number(option('agents', '10000'));
const rounds = Number(option('rounds', '3'));
const SINGLE_WRITES = 300;

printHeader('registrar: what a master must remember, stored and read again');

const scalar = (name, value) => ({ name, type: 'SCALAR', scalar: { value } });

/** As a real agent's, some 600 bytes of JSON. */
const agentInfo = (i) => ({
  id: { value: `0a1b2c3d-0000-4000-8000-000000000000-S${i}` },
  hostname: `host-${i}.example.org`,
  port: 5051,
  resources: [
    ...[scalar('cpus', 48), scalar('mem', 131072), scalar('disk', 4e6)],
    { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 32000 }] } },
  ],
  attributes: [
    { name: 'rack', type: 'TEXT', text: { value: `r${i % 100}` } },
    { name: 'os', type: 'TEXT', text: { value: 'debian' } },
  ],
});

function registrarOn(storage) {
  return new Registrar(storage, {
    metrics: new MetricsRegistry(),
    timers: realTime,
    fetchTimeoutMs: 600_000,
    storeTimeoutMs: 600_000,
    onFailure: (error) => {
      throw error;
    },
  });
}

const stored = (registrar, operation) => new Promise((resolve) => registrar.apply(operation, resolve));
const admit = (i) => ({ type: 'admit-agent', agent: agentInfo(i) });

/** Latencies of single writes in ms, agents a second when all come at once, and ms to read them. */
async function measure(openPlace) {
  const samples = { singleMs: [], ratePerSecond: [], readMs: [] };
  for (let round = 0; round < rounds; round += 1) {
    const place = await openPlace();
    const registrar = registrarOn(await place.attach());
    await registrar.recover('first');
    for (let i = 0; i < SINGLE_WRITES; i += 1) {
      const started = performance.now();
      await stored(registrar, admit(i));
      samples.singleMs.push(performance.now() - started);
    }
    const started = performance.now();
    await Promise.all(Array.from({ length: agents }, (_, i) => stored(registrar, admit(i))));
    samples.ratePerSecond.push(agents / ((performance.now() - started) / 1000));
    await registrar.close();
    await place.detach();
    const reading = performance.now();
    const { agents: found } = await registrarOn(await place.attach()).recover('second');
    samples.readMs.push(performance.now() - reading);
    if (found.size !== Math.max(agents, SINGLE_WRITES)) throw new Error(`${found.size} agents were found`);
    await place.close();
  }
  return samples;
}

/** The same bytes, as a file gets them. */
async function reference() {
  const folder = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  const samples = { singleMs: [], ratePerSecond: [], readMs: [] };
  for (let round = 0; round < rounds; round += 1) {
    const file = await open(join(folder, `log-${round}`), 'w');
    for (let i = 0; i < SINGLE_WRITES; i += 1) {
      const started = performance.now();
      await file.write(JSON.stringify(admit(i)));
      await file.datasync();
      samples.singleMs.push(performance.now() - started);
    }
    const started = performance.now();
    const text = JSON.stringify(Array.from({ length: agents }, (_, i) => admit(i)));
    await file.write(text);
    await file.datasync();
    samples.ratePerSecond.push(agents / ((performance.now() - started) / 1000));
    await file.close();
    const reading = performance.now();
    JSON.parse(text);
    samples.readMs.push(performance.now() - reading);
  }
  rmSync(folder, { recursive: true });
  return samples;
}

function lmdb() {
  const folder = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  let storage;
  return Promise.resolve({
    attach: () => Promise.resolve((storage = LmdbStorage.open(folder))),
    // The registrar closes it.
    detach: () => Promise.resolve(),
    close: async () => {
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  });
}

function zookeeperOf(server) {
  let paths = 0;
  return () => {
    const { zookeeper } = parseMaster(server.url()).value;
    const address = { ...zookeeper, path: `/bench-${(paths += 1)}` };
    const info = { id: 'bench', ip: 16777343, port: 5050, hostname: 'localhost' };
    let contender;
    return Promise.resolve({
      attach: async () => {
        contender = new ZookeeperContender(address, { sessionTimeoutMs: 30_000, info });
        const { node } = await contender.elected();
        return new ZookeeperStorage({ address, session: contender.session, leaderNode: node });
      },
      detach: () => contender.close(),
      close: () => contender.close(),
    });
  };
}

function print(name, samples, file) {
  const parameters = { agents };
  report({
    name: `registrar/${name}/one-at-a-time`,
    parameters: { writes: SINGLE_WRITES },
    samples: samples.singleMs,
    unit: 'ms',
    reference: { name: 'append and fdatasync', samples: file.singleMs },
  });
  report({
    name: `registrar/${name}/all-at-once`,
    parameters,
    samples: samples.ratePerSecond,
    unit: 'agents/s',
    reference: { name: 'one append and fdatasync', samples: file.ratePerSecond },
  });
  report({
    name: `registrar/${name}/read`,
    parameters,
    samples: samples.readMs,
    unit: 'ms',
    reference: { name: 'JSON.parse', samples: file.readMs },
  });
}

const file = await reference();
print('lmdb', await measure(lmdb), file);
const found = findZookeeper();
if (found.ok) {
  const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  const server = await ZookeeperEnsemble.start({ servers: 1, directory });
  try {
    print('zookeeper', await measure(zookeeperOf(server)), file);
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true });
  }
} else {
  console.error(`without ZooKeeper: ${found.problem}`);
}
process.exit(0);
