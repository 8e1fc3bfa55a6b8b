// Ten thousand agents with a hundred thousand tasks come back to a master that has just started: how long it takes, what
// it costs the master, and how long somebody else waits for an answer meanwhile.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@mini-mesos/cli';
import { option, report } from '../lib/report.mjs';

const CLI = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'mini-mesos.js');
const READY_TIMEOUT_MS = 60_000;
/** A question every so often, whatever the last one took. */
const PROBE_MS = 20;
const PROBE_CONNECTIONS = 8;
const CLOCK_TICKS_PER_SECOND = 100;
const FRAMEWORKS = 10;

export async function reregister() {
  const count = Number(option('agents', '10000'));
  const tasksEach = Number(option('tasksEach', '10'));
  const spreadMs = Number(option('spreadMs', '1000'));
  const folder = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  const fleet = new Fleet();
  const masters = [];
  const startMaster = async () => {
    const master = await Master.start(join(folder, 'master'));
    masters.push(master);
    return master;
  };
  try {
    const first = await startMaster();
    const idle = await probing(first.url, () => pause(2_000));
    const registering = performance.now();
    await fleet.order('register', { url: first.url, count, atOnce: 64 });
    const registerMs = performance.now() - registering;
    const frameworks = Array.from({ length: FRAMEWORKS }, (_, i) => ({
      id: { value: `bench-framework-${i}` },
      name: `bench-${i}`,
      user: 'root',
      roles: [`role-${i}`],
      capabilities: [{ type: 'MULTI_ROLE' }, { type: 'PARTITION_AWARE' }],
      checkpoint: true,
      failover_timeout: 3600,
    }));
    await fleet.order('prepare', { tasksEach, frameworks });
    await first.kill();

    const second = await startMaster();
    const cpuBefore = second.cpuMs;
    const started = performance.now();
    let latenciesMs = [];
    const probed = await probing(second.url, async () => {
      latenciesMs = await fleet.order('reregister', { url: second.url, spreadMs });
    });
    const wallMs = performance.now() - started;
    const cpuMs = second.cpuMs - cpuBefore;
    const { slaves, frameworks: seen } = await (await fetch(`${second.url}/state`)).json();
    const tasks = seen.reduce((sum, { tasks }) => sum + tasks.length, 0);
    if (slaves.length !== count || tasks !== count * tasksEach) {
      throw new Error(`the master has ${slaves.length} agents and ${tasks} tasks`);
    }
    const parameters = { agents: count, tasks: count * tasksEach, spreadMs };
    const registering10k = { name: `registering ${count} new agents, 64 at once`, samples: [registerMs] };
    report({ name: 'failover/reregister/wall', parameters, samples: [wallMs], unit: 'ms', reference: registering10k });
    const aim = { name: 'aim', samples: [4_000] };
    report({
      name: 'failover/reregister/master-cpu',
      parameters,
      samples: [cpuMs],
      unit: 'ms',
      reference: aim,
    });
    report({ name: 'failover/reregister/agent-waits', parameters, samples: latenciesMs, unit: 'ms' });
    const atRest = { name: 'the same master at rest', samples: idle };
    report({ name: 'failover/reregister/api-latency', parameters, samples: probed, unit: 'ms', reference: atRest });
  } finally {
    fleet.close();
    for (const master of masters) await master.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Fleet {
  #child = fork(join(import.meta.dirname, 'fleet.mjs'), { execArgv: ['--max-old-space-size=8192'] });

  order(order, options) {
    return new Promise((resolve, reject) => {
      const exited = (code) => reject(new Error(`the emulated agents ended with ${code}`));
      this.#child.once('exit', exited);
      this.#child.once('message', ({ result, problem }) => {
        this.#child.off('exit', exited);
        if (problem) reject(new Error(problem));
        else resolve(result);
      });
      this.#child.send({ order, options });
    });
  }

  close() {
    this.#child.kill('SIGKILL');
  }
}

class Master {
  static async start(workDir) {
    const master = new Master();
    const port = await freePort();
    master.url = `http://127.0.0.1:${port}`;
    const args = ['master', `--port=${port}`, `--work_dir=${workDir}`, '--quiet'];
    master.child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    master.ended = new Promise((resolve) => master.child.once('exit', resolve));
    const end = performance.now() + READY_TIMEOUT_MS;
    // Only a leader answers this itself.
    while (!(await answers(`${master.url}/state`))) {
      if (performance.now() > end) throw new Error(`the master does not lead within ${READY_TIMEOUT_MS} ms`);
      await pause(20);
    }
    return master;
  }

  /** User and system time of the process so far. */
  get cpuMs() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND;
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

const answers = (url) =>
  fetch(url, { redirect: 'manual' }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

/** Milliseconds that calls of the operator API took while `work` ran, on connections that are kept, as dashboards do. */
async function probing(url, work) {
  const samples = [];
  const open = new Set();
  const agent = new http.Agent({ keepAlive: true, maxSockets: PROBE_CONNECTIONS });
  const timer = setInterval(() => {
    const startedMs = performance.now();
    const call = getHealth(url, agent).then(() => {
      samples.push(performance.now() - startedMs);
      open.delete(call);
    });
    open.add(call);
  }, PROBE_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await Promise.all(open);
    agent.destroy();
  }
  return samples;
}

/** Resolves when it is answered, or refused: either way the caller has waited. */
function getHealth(url, agent) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const request = http.request(`${url}/api/v1`, { method: 'POST', agent, headers });
    request.on('response', (response) => response.resume().on('end', resolve));
    request.on('error', resolve);
    request.end('{"type":"GET_HEALTH"}');
  });
}
