// A master and agents as processes of their own, the way a user starts them, on free ports and in a temporary directory.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cli = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'bin', 'mini-mesos.js');
/** A machine that is slower than this has something else to do. */
const START_TIMEOUT_MS = 20_000;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(what, check) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = await check().catch(() => undefined);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${START_TIMEOUT_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** `agents` are lists of further flags, one list for each agent. */
export async function startCluster({ agents = [], masterFlags = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mini-mesos-bench-'));
  const children = [];
  const start = (...args) => {
    const child = spawn(process.execPath, [cli, ...args, '--quiet'], { stdio: ['ignore', 'ignore', 'inherit'] });
    children.push(child);
    return child;
  };
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const master = start('master', `--port=${port}`, ...masterFlags);
  await until('the master', async () => (await fetch(`http://${address}/health`)).ok);
  const agentProcesses = [];
  for (const [i, flags] of agents.entries()) {
    const runtime = join(folder, `run-${i}`);
    agentProcesses.push(
      start(
        'agent',
        `--master=${address}`,
        `--port=${await freePort()}`,
        `--work_dir=${join(folder, `agent-${i}`)}`,
        `--runtime_dir=${runtime}`,
        '--registration_backoff_factor=1ms',
        ...flags,
      ),
    );
  }
  await until('the agents', async () => {
    const { slaves } = await (await fetch(`http://${address}/slaves`)).json();
    return slaves.length === agents.length;
  });
  const stop = async () => {
    const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of children.toReversed()) child.kill('SIGTERM');
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  };
  return { address, url: `http://${address}`, master, agents: agentProcesses, stop };
}
