// From kill -9 of the leading master until every framework holds offers of the next one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agentDaemon, findZookeeper, freePort, masterDaemon, ZookeeperEnsemble } from '@mini-mesos/cli';
import { Scheduler } from '@mini-mesos/scheduler-sdk';
import { option, report } from '../lib/report.mjs';

const MASTERS = 3;
const AGENTS = 3;
const FRAMEWORKS = 3;
const STEP_TIMEOUT_MS = 120_000;

export async function kills() {
  const found = findZookeeper();
  if (!found.ok) return console.error(`failover/kills is left out: ${found.problem}`);
  const count = Number(option('kills', '10'));
  const sessionTimeoutMs = Number(option('sessionTimeoutMs', '10000'));
  const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  const started = [];
  const closers = [];
  try {
    const ensemble = await ZookeeperEnsemble.start({ servers: 3, directory });
    closers.push(() => ensemble.stop());
    const masters = await startMasters({ url: ensemble.url(), directory, sessionTimeoutMs, started });
    await until('a leader', () => leading(masters));
    for (let i = 1; i <= AGENTS; i++) {
      const place = { name: `agent-${i}`, directory, masters: ensemble.url(), port: await freePort() };
      const flags = ['--resources=cpus:2;mem:512;disk:512', '--registration_backoff_factor=100ms'];
      const agent = agentDaemon({ ...place, flags });
      agent.start();
      started.push(agent);
    }
    const frameworks = Array.from({ length: FRAMEWORKS }, (_, i) => new Framework(ensemble.url(), i));
    closers.unshift(() => Promise.all(frameworks.map((framework) => framework.stop())));
    await until('offers for all frameworks', () => frameworks.every((framework) => framework.hasOffers));

    const samples = [];
    for (let kill = 0; kill < count; kill++) {
      const leader = await until('a leader', () => leading(masters));
      const epochs = frameworks.map((framework) => framework.epoch);
      const killedMs = performance.now();
      await leader.daemon.kill();
      await until('offers after a failover', () => {
        return frameworks.every((framework, i) => framework.epoch > epochs[i] && framework.hasOffers);
      });
      const last = Math.max(...frameworks.map((framework) => framework.offeredMs));
      samples.push(last - killedMs);
      leader.daemon.start();
      await until('the killed master', () => answers(leader.url));
      // So that kills do not always come at the same moment of a ping or a session.
      await pause((kill * 397) % 1_000);
    }
    report({
      name: 'failover/kill-to-offers',
      parameters: { kills: count, masters: MASTERS, agents: AGENTS, frameworks: FRAMEWORKS },
      samples,
      unit: 'ms',
      reference: { name: 'session timeout', samples: [sessionTimeoutMs] },
    });
  } finally {
    for (const close of closers.slice(0, -1)) await close();
    await Promise.all(started.map((daemon) => daemon.kill()));
    await closers.at(-1)?.();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startMasters({ url, directory, sessionTimeoutMs, started }) {
  const masters = [];
  for (let i = 1; i <= MASTERS; i++) {
    const port = await freePort();
    const flags = [`--zk_session_timeout=${sessionTimeoutMs}ms`, '--quiet'];
    const daemon = masterDaemon({ name: `master-${i}`, directory, masters: url, quorum: 2, port, flags });
    daemon.start();
    started.push(daemon);
    masters.push({ daemon, url: `http://127.0.0.1:${port}` });
  }
  return masters;
}

/** Keeps the offers of one role, so that offers after a failover are new ones. */
class Framework {
  /** Subscriptions so far. */
  epoch = 0;
  offeredMs = 0;
  #offeredIn = -1;

  constructor(master, index) {
    this.scheduler = new Scheduler({
      master,
      framework: {
        name: `bench-${index}`,
        user: 'root',
        roles: [`bench-${index}`],
        checkpoint: true,
        failover_timeout: 600,
      },
    });
    this.#run().catch((error) => console.error(`framework ${index}: ${error.message}`));
  }

  get hasOffers() {
    return this.#offeredIn === this.epoch;
  }

  stop() {
    return this.scheduler.stop();
  }

  async #run() {
    for await (const event of this.scheduler.events()) {
      if (event.type === 'subscribed') this.epoch++;
      if (event.type !== 'offers' || event.offers.length === 0) continue;
      if (!this.hasOffers) this.offeredMs = performance.now();
      this.#offeredIn = this.epoch;
      // One agent is enough, and the other frameworks want one too.
      const [, ...rest] = this.scheduler.offers;
      await this.scheduler.decline(rest, { refuseSeconds: 1 }).catch(() => undefined);
    }
  }
}

async function leading(masters) {
  const answered = await Promise.all(masters.map(({ url }) => answers(url)));
  return masters.find((_, index) => answered[index] === 'leads');
}

/** `leads`, `follows`, or undefined where it does not answer. */
async function answers(url) {
  try {
    const response = await fetch(`${url}/state`, { redirect: 'manual', signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok ? 'leads' : 'follows';
  } catch {
    return undefined;
  }
}

async function until(what, probe) {
  const end = performance.now() + STEP_TIMEOUT_MS;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${STEP_TIMEOUT_MS} ms: ${what}`);
    await pause(20);
  }
}
