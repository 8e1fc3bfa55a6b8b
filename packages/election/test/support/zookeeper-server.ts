// Real ZooKeeper servers for tests: Debian's package run by a Java runtime, alone or as an ensemble, on free ports of
// loopback, with their data in a directory that goes with them. A test that needs them is skipped where they are not
// installed, and fails there when MINI_MESOS_REQUIRE names zookeeper.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

const JARS = '/usr/share/java';
/** What the server's jar needs on its way: its manifest names more than it uses. */
const NEEDED = [
  'zookeeper',
  'zookeeper-jute',
  'slf4j-api',
  'slf4j-nop',
  'netty-handler',
  'netty-transport',
  'netty-buffer',
  'netty-common',
  'netty-all',
  'netty',
  'commons-io',
  'snappy-java',
  'metrics-core',
  'commons-cli',
  'jackson-databind',
  'jackson-core',
  'jackson-annotations',
  'audience-annotations',
];
/** Half a second of a tick lets sessions of a second be asked for. */
const TICK_MS = 250;
/** A Java process on a slow and busy machine. */
const START_DEADLINE_MS = 60_000;

const isInstalled = existsSync(join(JARS, 'zookeeper.jar'));
const isRequired = (process.env.MINI_MESOS_REQUIRE ?? '').split(/[\s,]+/).includes('zookeeper');

/** A block of tests that need a real ZooKeeper. */
export function describeWithZookeeper(name: string, body: () => void): void {
  const isMissing = !isInstalled && !isRequired;
  if (isMissing) console.warn(`skipped: ${name}: no ${JARS}/zookeeper.jar: install the package zookeeper`);
  describe.skipIf(isMissing)(name, body);
}

interface Server {
  readonly port: number;
  readonly directory: string;
  process: ChildProcess | undefined;
}

export class ZookeeperEnsemble {
  readonly #servers: Server[];
  readonly #directory: string;

  private constructor(directory: string, servers: Server[]) {
    this.#directory = directory;
    this.#servers = servers;
  }

  /** Serving when this resolves. */
  static async start(count = 1): Promise<ZookeeperEnsemble> {
    if (!isInstalled) throw new Error(`MINI_MESOS_REQUIRE names zookeeper, but there is no ${JARS}/zookeeper.jar`);
    const directory = mkdtempSync(join(tmpdir(), 'mini-mesos-zookeeper-'));
    const ports = await freePorts(3 * count);
    const servers = Array.from({ length: count }, (_, index): Server => {
      const own = join(directory, String(index + 1));
      mkdirSync(join(own, 'data'), { recursive: true });
      writeFileSync(join(own, 'data', 'myid'), String(index + 1));
      return { port: ports[index] ?? 0, directory: own, process: undefined };
    });
    const peers = servers.map((_, i) => `server.${i + 1}=127.0.0.1:${ports[count + i]}:${ports[2 * count + i]}`);
    for (const { port, directory: own } of servers) {
      writeFileSync(join(own, 'zoo.cfg'), [...settings(port, own), ...(count > 1 ? peers : [])].join('\n'));
    }
    const ensemble = new ZookeeperEnsemble(directory, servers);
    try {
      await Promise.all(servers.map((_, index) => ensemble.restart(index)));
    } catch (error) {
      await ensemble.stop();
      throw error;
    }
    return ensemble;
  }

  /** `zk://…` with all servers. */
  url(path: string, credentials?: string): string {
    const hosts = this.#servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `zk://${credentials === undefined ? '' : `${credentials}@`}${hosts}${path}`;
  }

  get servers(): { host: string; port: number }[] {
    return this.#servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  get first(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.#at(0).port };
  }

  /** SIGKILL unless told otherwise. */
  async kill(index = 0, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { process } = this.#at(index);
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const gone = once(process, 'exit');
    process.kill(signal);
    await gone;
  }

  /** Stops the process without ending it, as a long pause does; `resume` goes on. */
  pause(index = 0): void {
    this.#at(index).process?.kill('SIGSTOP');
  }

  resume(index = 0): void {
    this.#at(index).process?.kill('SIGCONT');
  }

  /** Starts a server that does not run, with the data that it had. Serving when this resolves. */
  async restart(index = 0): Promise<void> {
    const server = this.#at(index);
    const classPath = NEEDED.map((name) => join(JARS, `${name}.jar`)).filter((path) => existsSync(path));
    const options = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
    const properties = ['-Dzookeeper.admin.enableServer=false', '-Dzookeeper.4lw.commands.whitelist=*'];
    const main = ['org.apache.zookeeper.server.quorum.QuorumPeerMain', join(server.directory, 'zoo.cfg')];
    const args = [...options, ...properties, '-cp', classPath.join(delimiter), ...main];
    server.process = spawn('java', args, { stdio: 'ignore' });
    server.process.on('error', () => undefined);
    const end = performance.now() + START_DEADLINE_MS;
    while (!(await mode(server.port))) {
      if (performance.now() > end) throw new Error(`no ZooKeeper at ${server.port} within ${START_DEADLINE_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The whole ensemble, with its data. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((_, index) => this.kill(index)));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Which server leads the ensemble. */
  async leader(): Promise<number> {
    for (const [index, { port }] of this.#servers.entries()) {
      if (/leader|standalone/.test((await mode(port)) ?? '')) return index;
    }
    throw new Error('no ZooKeeper server leads');
  }

  #at(index: number): Server {
    const server = this.#servers[index];
    if (!server) throw new Error(`there is no ZooKeeper server ${index}`);
    return server;
  }
}

function settings(port: number, directory: string): string[] {
  return [
    `tickTime=${TICK_MS}`,
    'initLimit=40',
    'syncLimit=20',
    `dataDir=${join(directory, 'data')}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    'maxClientCnxns=0',
    'minSessionTimeout=500',
    'maxSessionTimeout=60000',
    'forceSync=no',
  ];
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** What a server says of its part; undefined while it does not serve. */
function mode(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('srvr'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(/^Mode: (\w+)$/m.exec(Buffer.concat(chunks).toString())?.[1]));
  });
}
