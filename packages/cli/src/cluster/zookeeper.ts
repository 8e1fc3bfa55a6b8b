// A ZooKeeper ensemble on this machine, of Debian's package `zookeeper` or of an unpacked release: for the demo, the
// chaos tests and the benches, which kill its servers.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from '../errors.js';
import { Daemon, freePort } from './daemon.js';

/** What Debian's jar names in its manifest as needed, and what that needs. */
const DEBIAN_JARS = [
  ...['zookeeper', 'zookeeper-jute', 'slf4j-api', 'slf4j-nop', 'snappy-java', 'metrics-core', 'audience-annotations'],
  ...['netty', 'netty-all', 'netty-buffer', 'netty-common', 'netty-handler', 'netty-transport'],
  ...['commons-cli', 'commons-io', 'jackson-annotations', 'jackson-core', 'jackson-databind'],
];
const DEBIAN_FOLDER = '/usr/share/java';
/** A server starts within a second; a machine with other work takes long. */
const READY_TIMEOUT_MS = 60_000;
const LOOK_MS = 50;
const ANSWER_TIMEOUT_MS = 1_000;

export type FoundZookeeper = { ok: true; java: string; classPath: string } | { ok: false; problem: string };

/** Java on the path, and ZooKeeper's classes in $ZOOKEEPER_HOME or where Debian puts them. */
export function findZookeeper(env: NodeJS.ProcessEnv = process.env): FoundZookeeper {
  const java = (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .find((path) => existsSync(path));
  const jars = jarsIn(env['ZOOKEEPER_HOME']);
  const missing = [...(java === undefined ? ['java'] : []), ...(jars.length === 0 ? ['ZooKeeper'] : [])];
  if (java !== undefined && jars.length > 0) return { ok: true, java, classPath: jars.join(':') };
  return {
    ok: false,
    problem:
      `${missing.join(' and ')} not found here: on Debian, apt-get install zookeeper brings what is needed; ` +
      'elsewhere install Java and point ZOOKEEPER_HOME at an unpacked release',
  };
}

function jarsIn(home: string | undefined): string[] {
  if (home !== undefined && existsSync(join(home, 'lib'))) {
    const lib = join(home, 'lib');
    return readdirSync(lib)
      .filter((name) => name.endsWith('.jar'))
      .map((name) => join(lib, name));
  }
  const found = DEBIAN_JARS.map((name) => join(DEBIAN_FOLDER, `${name}.jar`)).filter((path) => existsSync(path));
  return found.some((path) => path.endsWith('/zookeeper.jar')) ? found : [];
}

export interface EnsembleOptions {
  readonly servers: number;
  /** For data and logs. */
  readonly directory: string;
  /** Addresses of the servers; 127.0.0.1 for all unless given. */
  readonly ips?: readonly string[];
  /** What comes before the command of a server, such as `ip netns exec`. */
  readonly prefix?: (index: number) => readonly string[];
  /** Milliseconds. Sessions live at least two ticks; 500 unless given. */
  readonly tickMs?: number;
}

export class ZookeeperEnsemble {
  readonly servers: readonly Daemon[];
  readonly #places: readonly { readonly ip: string; readonly port: number }[];

  private constructor(servers: readonly Daemon[], places: readonly { ip: string; port: number }[]) {
    this.servers = servers;
    this.#places = places;
  }

  /** Resolves when every server serves. Rejects with CommandError where ZooKeeper is not installed or does not start. */
  static async start(options: EnsembleOptions): Promise<ZookeeperEnsemble> {
    const found = findZookeeper();
    if (!found.ok) throw new CommandError(found.problem);
    const places = await placesOf(options);
    const servers = places.map((_, index) => serverOf(options, { index, places, found }));
    const ensemble = new ZookeeperEnsemble(servers, places);
    for (const server of servers) server.start();
    try {
      await ensemble.ready();
    } catch (error) {
      await ensemble.stop();
      throw error;
    }
    return ensemble;
  }

  /** `zk://…/mesos`. */
  url(path = '/mesos'): string {
    return `zk://${this.#places.map(({ ip, port }) => `${ip}:${port}`).join(',')}${path}`;
  }

  /** Resolves when every server that runs serves. */
  async ready(): Promise<void> {
    const end = performance.now() + READY_TIMEOUT_MS;
    for (const [index, server] of this.servers.entries()) {
      while (server.isAlive && (await this.mode(index)) === undefined) {
        if (performance.now() > end) {
          throw new CommandError(`${server.name} does not serve within ${READY_TIMEOUT_MS} ms\n${server.logTail()}`);
        }
        await pause(LOOK_MS);
      }
    }
  }

  /** `leader`, `follower` or `standalone`; undefined where the server does not serve. */
  async mode(index: number): Promise<string | undefined> {
    const place = this.#places[index];
    if (!place) return undefined;
    const text = await ask(place).catch(() => '');
    return /^Mode: (\w+)/m.exec(text)?.[1];
  }

  async stop(): Promise<void> {
    // There is nothing in it that a good end would save.
    await Promise.all(this.servers.map((server) => server.kill()));
  }
}

interface Place {
  readonly ip: string;
  readonly port: number;
  readonly quorumPort: number;
  readonly electionPort: number;
}

async function placesOf({ servers, ips }: EnsembleOptions): Promise<Place[]> {
  const places: Place[] = [];
  for (let index = 0; index < servers; index++) {
    const [port, quorumPort, electionPort] = [await freePort(), await freePort(), await freePort()];
    places.push({ ip: ips?.[index] ?? '127.0.0.1', port, quorumPort, electionPort });
  }
  return places;
}

function serverOf(
  { directory, prefix, tickMs = 500 }: EnsembleOptions,
  { index, places, found }: { index: number; places: readonly Place[]; found: Extract<FoundZookeeper, { ok: true }> },
): Daemon {
  const name = `zookeeper-${index + 1}`;
  const folder = join(directory, name);
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'myid'), `${index + 1}\n`);
  const { ip = '', port = 0 } = places[index] ?? {};
  const lines = [
    `tickTime=${tickMs}`,
    'initLimit=20',
    'syncLimit=10',
    `dataDir=${data}`,
    `clientPort=${port}`,
    `clientPortAddress=${ip}`,
    'maxClientCnxns=0',
    `minSessionTimeout=${2 * tickMs}`,
    'maxSessionTimeout=60000',
    ...(places.length > 1
      ? places.map((place, i) => `server.${i + 1}=${place.ip}:${place.quorumPort}:${place.electionPort}`)
      : []),
  ];
  const config = join(folder, 'zoo.cfg');
  writeFileSync(config, `${lines.join('\n')}\n`);
  const java = [
    found.java,
    ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
    '-Dzookeeper.admin.enableServer=false',
    '-Dzookeeper.4lw.commands.whitelist=srvr',
    ...['-cp', found.classPath, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config],
  ];
  const [program = found.java, ...args] = [...(prefix?.(index) ?? []), ...java];
  return new Daemon({ name, command: [program, ...args], logFile: join(folder, 'log') });
}

/** The answer of a server to the question for its status. */
function ask({ ip, port }: { ip: string; port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ip, port });
    const chunks: Buffer[] = [];
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write('srvr'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
