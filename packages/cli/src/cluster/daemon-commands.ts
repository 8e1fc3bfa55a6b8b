// How the daemons of a cluster are started as processes of their own.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Daemon } from './daemon.js';

const CLI = fileURLToPath(new URL('../../bin/mini-mesos.js', import.meta.url));

export interface DaemonPlace {
  readonly name: string;
  /** For its work directory and its log. */
  readonly directory: string;
  /** `host:port` or `zk://…`; of a master that stands alone undefined. */
  readonly masters: string | undefined;
  readonly ip?: string;
  readonly port: number;
  /** Instead of a folder in `directory`. */
  readonly workDir?: string;
  readonly flags?: readonly string[];
  /** What comes before the command, such as `ip netns exec`. */
  readonly prefix?: readonly string[];
}

function daemonOf(place: DaemonPlace, own: readonly string[]): Daemon {
  const { name, directory, port, ip, prefix = [], flags = [] } = place;
  const [program = process.execPath, ...args] = [...prefix, process.execPath, CLI, ...own];
  const listen = [`--port=${port}`, ...(ip === undefined ? [] : [`--ip=${ip}`, `--hostname=${ip}`])];
  return new Daemon({
    name,
    command: [program, ...args, ...listen, ...flags],
    logFile: join(directory, `${name}.log`),
  });
}

const workDirOf = ({ workDir, directory, name }: DaemonPlace): string => workDir ?? join(directory, name);

/** Not started yet. `quorum` counts where there is an ensemble. */
export function masterDaemon(place: DaemonPlace & { readonly quorum?: number }): Daemon {
  const { masters, quorum = 2 } = place;
  const election = masters === undefined ? [] : [`--zk=${masters}`, `--quorum=${quorum}`];
  return daemonOf(place, ['master', `--work_dir=${workDirOf(place)}`, ...election]);
}

/** Not started yet. */
export function agentDaemon(place: DaemonPlace): Daemon {
  return daemonOf(place, ['agent', `--work_dir=${workDirOf(place)}`, `--master=${place.masters ?? ''}`]);
}

/** The leading master's `host:port` as one of `addresses` tells it; undefined where none knows one. */
export async function leaderAmong(addresses: readonly string[], timeoutMs: number): Promise<string | undefined> {
  for (const address of addresses) {
    const leader = await leaderToldBy(address, timeoutMs).catch(() => undefined);
    if (leader !== undefined) return leader;
  }
  return undefined;
}

/** Only a leader answers /state itself; the others redirect to it. */
async function leaderToldBy(address: string, timeoutMs: number): Promise<string | undefined> {
  const response = await fetch(`http://${address}/state`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.ok ? address : undefined;
}
