// Goal: containers are prepared, run and taken down as told, each with one end. Method: the real containerizer, with the
// real launcher, fetcher and users.
import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realTime, silentLogger } from '@mini-mesos/daemon';
import { afterAll, describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../src/core/effects.js';
import type { ContainerExit } from '../src/core/signals.js';
import { Fetcher } from '../src/shell/fetcher/fetcher.js';
import { VolumeLinks } from '../src/shell/isolators/volume-links.js';
import { MesosContainerizer } from '../src/shell/mesos-containerizer.js';
import { PosixLauncher } from '../src/shell/posix/posix-launcher.js';
import { Users } from '../src/shell/users.js';
import { scalar } from './support/harness.js';
import { PATIENCE_MS, temporaryDirectory, until } from './support/launcher-world.js';

const directory = temporaryDirectory();
const told: string[] = [];
const launched = new Map<string, number | undefined>();
const failures = new Map<string, string>();
const exits = new Map<string, ContainerExit>();

const containerizer = new MesosContainerizer({
  events: {
    launched: (container, status) => {
      told.push(`launched ${container}`);
      launched.set(container, status.executor_pid);
    },
    launchFailed: (container, message) => {
      told.push(`failed ${container}`);
      failures.set(container, message);
    },
    exited: (container, exit) => {
      told.push(`exited ${container}`);
      exits.set(container, exit);
    },
  },
  launcher: (events) =>
    new PosixLauncher({
      runtimeDir: `${directory}/run`,
      recoveryTimeoutMs: 900_000,
      time: realTime,
      logger: silentLogger,
      events,
    }),
  isolators: [new VolumeLinks()],
  fetcher: new Fetcher({ frameworksHome: '', stallTimeoutMs: 60_000 }),
  users: new Users(),
  logger: silentLogger,
});

afterAll(async () => {
  await containerizer.close();
  rmSync(directory, { recursive: true, force: true });
}, PATIENCE_MS);

let serial = 0;
function config(command: string | undefined, overrides: Partial<ContainerConfig> = {}): ContainerConfig {
  const value = `c${(serial += 1)}`;
  const sandbox = `${directory}/executors/${value}/runs/${value}`;
  return {
    id: { value },
    frameworkId: 'f',
    executorId: value,
    outlivesAgent: false,
    process: command === undefined ? undefined : { shell: true, value: command, arguments: [] },
    container: undefined,
    environment: [
      ['PATH', '/usr/bin:/bin'],
      ['MESOS_SANDBOX', sandbox],
    ],
    user: undefined,
    uris: [],
    sandbox,
    sandboxLink: `${directory}/executors/${value}/runs/latest`,
    volumes: [],
    resources: [scalar('cpus', 0.1)],
    ...overrides,
  };
}

async function run(given: ContainerConfig) {
  containerizer.launch(given);
  const { value } = given.id;
  await until(() => exits.has(value) || failures.has(value));
  return { exit: exits.get(value), failure: failures.get(value) };
}

describe('a container', () => {
  it('has a closed sandbox with its output, and a link to the latest', async () => {
    const given = config('echo out; ls -a');
    expect(await run(given)).toEqual({ exit: { kind: 'exited', status: 0 }, failure: undefined });
    expect(statSync(given.sandbox).mode & 0o777).toBe(0o750);
    expect(readFileSync(`${given.sandbox}/stdout`, 'utf8')).toBe('out\n.\n..\nstderr\nstdout\n');
    expect(readlinkSync(given.sandboxLink)).toBe(given.id.value);
    const again = config('true', { sandboxLink: given.sandboxLink });
    await run(again);
    expect(readFileSync(`${given.sandboxLink}/stdout`, 'utf8')).toBe('');
  });

  it('fails where its fetch, its user, its volume or its kind is not to be had', async () => {
    expect((await run(config('true', { uris: [{ value: '/does/not/exist' }] }))).failure).toContain(
      'Failed to fetch all URIs',
    );
    const volumes = [{ containerPath: 'data', source: `${directory}/no-volume`, readOnly: false }];
    expect((await run(config('true', { volumes }))).failure).toContain('is missing');
    expect((await run(config('true', { container: { type: 'DOCKER' } }))).failure).toContain(
      'could create a container',
    );
    const container = { type: 'MESOS' as const, mesos: { image: { type: 'DOCKER' as const, docker: { name: 'x' } } } };
    expect((await run(config('true', { container }))).failure).toContain('image provider');
    expect((await run(config('true', { sandbox: '/etc/passwd/in/x' }))).failure).toMatch(/ENOTDIR/);
    expect((await run(config('a\0b'))).failure).toContain('zero byte');
  });

  it('links persistent volumes, which stay', async () => {
    const source = `${directory}/volumes/roles/dev/v1`;
    mkdirSync(source, { recursive: true });
    const given = config('echo kept >sub/data/file', {
      volumes: [{ containerPath: 'sub/data', source, readOnly: false }],
    });
    await run(given);
    expect(readFileSync(`${source}/file`, 'utf8')).toBe('kept\n');
    expect(lstatSync(`${given.sandbox}/sub/data`).isSymbolicLink()).toBe(true);
    const outside = config('true', { volumes: [{ containerPath: '../up', source, readOnly: false }] });
    expect((await run(outside)).failure).toContain('inside the sandbox');
  });

  it('is measured while it runs', async () => {
    const given = config('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 1000');
    containerizer.launch(given);
    const { value } = given.id;
    await until(() => launched.has(value));
    let cpus = 0;
    for (let tries = 0; cpus === 0 && tries < 200; tries += 1) {
      await new Promise((resolve) => void setTimeout(resolve, 50));
      const usage = (await containerizer.usage([value])).get(value);
      cpus = usage?.cpus_user_time_secs ?? 0;
    }
    expect(cpus).toBeGreaterThan(0);
    containerizer.destroy(value);
    await until(() => exits.has(value));
  });

  it('is given up while it is being prepared', async () => {
    let asked = false;
    const silent = createServer(() => {
      asked = true;
    });
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const given = config('true', { uris: [{ value: `http://127.0.0.1:${port}/never` }] });
    containerizer.launch(given);
    await until(() => asked);
    containerizer.destroy(given.id.value);
    await until(() => exits.has(given.id.value));
    expect(exits.get(given.id.value)).toEqual({ kind: 'signaled', signal: 9 });
    silent.closeAllConnections();
    silent.close();
  });
});

describe('a container without a process', () => {
  it('holds others, and ends after them when it is destroyed', async () => {
    const parent = config(undefined);
    containerizer.launch(parent);
    const { value } = parent.id;
    await until(() => launched.has(value));
    const child = config('exec sleep 1000', {
      id: { value: 'kid', parent: parent.id },
      sandbox: `${parent.sandbox}/containers/kid`,
    });
    containerizer.launch(child);
    await until(() => launched.has(`${value}.kid`));
    let processes: number | undefined = 0;
    for (let tries = 0; processes !== 1 && tries < 200; tries += 1) {
      await new Promise((resolve) => void setTimeout(resolve, 20));
      processes = (await containerizer.usage([value])).get(value)?.processes;
    }
    expect(processes).toBe(1);
    expect(containerizer.list().map(({ path }) => path)).toContain(`${value}.kid`);
    containerizer.destroy(value);
    await until(() => exits.has(value));
    expect(exits.get(`${value}.kid`)).toEqual({ kind: 'signaled', signal: 9 });
    expect(exits.get(value)).toEqual({ kind: 'exited', status: 0 });
    expect(told.indexOf(`exited ${value}.kid`)).toBeLessThan(told.indexOf(`exited ${value}`));
  });

  it('takes in nothing when it is not there', async () => {
    const orphan = config('true', { id: { value: 'orphan', parent: { value: 'nobody' } } });
    containerizer.launch(orphan);
    await until(() => failures.has('nobody.orphan'));
    expect(failures.get('nobody.orphan')).toBe('Parent container nobody does not exist');
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('runs a task as its user, who owns the sandbox', async () => {
    const given = config('id -un; id -G; touch made', { user: 'nobody' });
    const { exit } = await run(given);
    expect(readFileSync(`${given.sandbox}/stderr`, 'utf8')).toBe('');
    expect(exit).toEqual({ kind: 'exited', status: 0 });
    expect(readFileSync(`${given.sandbox}/stdout`, 'utf8').split('\n')[0]).toBe('nobody');
    expect(statSync(`${given.sandbox}/made`).uid).toBe(statSync(given.sandbox).uid);
  });

  it('refuses a user who does not exist', async () => {
    expect((await run(config('true', { user: 'no-such-user' }))).failure).toBe(
      "user 'no-such-user' does not exist on this agent",
    );
  });
});

it('told each end once, and never before the launch', () => {
  const ends = told.filter((line) => !line.startsWith('launched'));
  expect(new Set(ends).size).toBe(ends.length);
  for (const container of launched.keys()) {
    expect(told.indexOf(`launched ${container}`)).toBeLessThan(told.indexOf(`exited ${container}`));
  }
});
