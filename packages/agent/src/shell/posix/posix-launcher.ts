// The launcher of plain processes (--launcher=posix): writes a container's script, has it started, and knows by the
// supervisors' reports, and by looking after them, what became of it.
//
//   agent ──line──▶ launcher (one shell) ──fork──▶ supervisor (one small shell each) ──▶ task, in a session of its own
//     ▲                                                 │
//     └──────────────── reports (one pipe) ─────────────┘
//
// L1: a container that was launched ends in exactly one `exited`, whoever dies on the way: the task, its supervisor, the
// launcher. L2: nothing of a task outlives its end, however it tried to get away.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { OncePerCause, type Logger, type Time, type Timer } from '@mini-mesos/daemon';
import { exitOfShellStatus, type ContainerExit } from '../../core/signals.js';
import type { Launcher, LauncherEvents, LaunchRequest, Usage } from '../containerizer.js';
import { LAUNCHER_SCRIPT, launchScript } from './launch-script.js';
import { LauncherProcess } from './launcher-process.js';
import { ProcessFinder } from './process-finder.js';
import { isAlive, mayBeAlive, sendSignal } from './processes.js';
import { directoryName, parsePids, RuntimeFiles, type ContainerPids } from './runtime-files.js';

/** How often supervisors are looked after. */
const SWEEP_INTERVAL_MS = 1_000;
/** A container that was asked for and has neither pid nor supervisor after this long will not start any more. */
const START_TIMEOUT_MS = 30_000;
/** Between two rounds of SIGKILL at a container that does not end, doubled from one to the other. */
const DESTROY_RETRY_MIN_MS = 100;
const DESTROY_RETRY_MAX_MS = 5_000;

/** No process has this number. */
const NO_LEADER = -1;

interface Supervised {
  readonly container: string;
  readonly sandbox: string;
  readonly requestedMs: number;
  pids: ContainerPids | undefined;
  /** Set from the first call of `destroy` on. */
  destroy: { delayMs: number; timer: Timer | undefined } | undefined;
  /** Its first process had ended before this agent came: its number may be another's by now. */
  isLeaderGone: boolean;
}

export interface PosixLauncherOptions {
  runtimeDir: string;
  time: Time;
  logger: Logger;
  events: LauncherEvents;
  /** How long containers that outlive the agent wait for the next one. */
  recoveryTimeoutMs: number;
  /** The machine was started anew since the earlier run of the agent: no process of then is left. */
  rebooted?: boolean | undefined;
}

/** What the system's tools can do, found out once. */
function probe(): { resetsSignals: boolean; hasBash: boolean } {
  const works = (command: string, args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  return {
    resetsSignals: works('env', ['--default-signal=INT', 'true']),
    hasBash: works('bash', ['-c', 'true']),
  };
}

export class PosixLauncher implements Launcher {
  readonly #options: PosixLauncherOptions;
  readonly #tools = probe();
  readonly #files: RuntimeFiles;
  readonly #launcher: LauncherProcess;
  readonly #supervised = new Map<string, Supervised>();
  /** Their end was told, and is not taken in for good yet: what is written down about them stays. */
  readonly #told = new Set<string>();
  readonly #finder: ProcessFinder;
  readonly #sweep: Timer;
  readonly #once = new OncePerCause();
  /** Something has ended since the launcher last reaped. */
  #toReap = false;

  constructor(options: PosixLauncherOptions) {
    this.#options = options;
    this.#files = new RuntimeFiles(options.runtimeDir);
    const script = `${options.runtimeDir}/launcher.sh`;
    writeFileSync(script, LAUNCHER_SCRIPT);
    const agentName = randomUUID();
    writeFileSync(`${options.runtimeDir}/agent`, `${agentName}\n`);
    this.#launcher = new LauncherProcess({
      script,
      root: this.#files.root,
      agentName,
      recoveryTimeoutMs: options.recoveryTimeoutMs,
      logFile: `${options.runtimeDir}/launcher.log`,
      timers: options.time,
      logger: options.logger,
      onReport: (line) => this.#onReport(line),
      onRestarted: () => this.#requestAgain(),
    });
    this.#finder = new ProcessFinder(options.time);
    this.#sweep = options.time.every(SWEEP_INTERVAL_MS, () => this.#look(), { background: true });
  }

  /** For tests: the process that forks supervisors. */
  get launcherPid(): number | undefined {
    return this.#launcher.pid;
  }

  pids(container: string): ContainerPids | undefined {
    return this.#supervised.get(container)?.pids;
  }

  /**
   * Ends what an earlier agent left behind in the runtime directory and nobody has taken up, and forgets it. Returns how
   * many ran.
   */
  async destroyLeftovers(): Promise<number> {
    let running = 0;
    const wanted = [...this.#supervised.keys(), ...this.#told];
    for (const container of await this.#files.containers()) {
      // A container without a process has a directory only for those inside it.
      if (wanted.some((one) => one === container || one.startsWith(`${container}.`))) continue;
      const neverStarts = this.#files.claimStart(container);
      const pids = neverStarts ? undefined : this.#files.pids(container);
      if (pids && !this.#options.rebooted && isAlive(pids.supervisor)) {
        running += 1;
        for (const { pid } of this.#finder.members(pids.pid, undefined)) sendSignal(pid, 'SIGKILL');
        sendSignal(pids.supervisor.pid, 'SIGKILL');
      }
      this.#files.remove(container);
    }
    return running;
  }

  launch(request: LaunchRequest): void {
    const { container, sandbox, outlivesAgent } = request;
    const script = launchScript(request, { ...this.#tools, directory: this.#files.directory(container) });
    this.#files.writeLaunch(container, script, { outlivesAgent });
    const requestedMs = this.#options.time.monotonicMs();
    this.#supervised.set(container, {
      container,
      sandbox,
      requestedMs,
      pids: undefined,
      destroy: undefined,
      isLeaderGone: false,
    });
    this.#launcher.request(directoryName(container));
  }

  recover(container: string, sandbox: string): boolean {
    // The launcher of then may still have the request before it: from here on its script does nothing.
    if (this.#files.claimStart(container) && !this.#options.rebooted) {
      this.#files.remove(container);
      return false;
    }
    const requestedMs = this.#options.time.monotonicMs();
    const pids = this.#files.pids(container);
    const isLeaderGone = this.#options.rebooted === true || (pids !== undefined && !isAlive(pids));
    const supervised: Supervised = {
      container,
      sandbox,
      requestedMs,
      pids: undefined,
      destroy: undefined,
      isLeaderGone,
    };
    this.#supervised.set(container, supervised);
    if (this.#options.rebooted) this.#endedBeforeReboot(supervised);
    else if (pids) {
      this.#onStarted(supervised, pids);
      if (!isAlive(pids.supervisor)) this.#lookAfter(supervised, pids);
    }
    return true;
  }

  forget(container: string): void {
    this.#told.delete(container);
    this.#files.remove(container);
  }

  signal(container: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const supervised = this.#supervised.get(container);
    if (supervised?.pids && isAlive(supervised.pids)) this.#signalAll(supervised.pids, supervised.sandbox, signal);
  }

  destroy(container: string): void {
    const supervised = this.#supervised.get(container);
    if (!supervised || supervised.destroy) return;
    supervised.destroy = { delayMs: DESTROY_RETRY_MIN_MS, timer: undefined };
    this.#kill(supervised);
  }

  usage(containers: readonly string[]): Map<string, Usage> {
    const wanted = containers.flatMap((container) => this.#supervised.get(container) ?? []);
    return this.#finder.usage(
      wanted.flatMap(({ container, sandbox, pids }) => (pids ? { container, sandbox, pid: pids.pid } : [])),
    );
  }

  async close(): Promise<void> {
    this.#sweep.cancel();
    this.#finder.close();
    this.#launcher.close();
    for (const { destroy } of this.#supervised.values()) destroy?.timer?.cancel();
    this.#supervised.clear();
  }

  /** The whole group in one call, so that nobody in it can fork away between two; then those who left it. */
  #signalAll({ pid: leader }: ContainerPids, sandbox: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const members = this.#finder.members(leader, sandbox);
    // While it has not made its session yet, there is no group of its number.
    sendSignal(mayBeAlive(-leader) ? -leader : leader, signal);
    for (const { pid, group } of members) if (pid !== leader && group !== leader) sendSignal(pid, signal);
  }

  #onReport(line: string): void {
    const [kind, container = '', ...rest] = line.split(' ');
    const supervised = this.#supervised.get(container);
    if (!supervised) return;
    if (kind === 'pid') this.#onStarted(supervised, parsePids(rest.join(' ')));
    else if (kind === 'exit') this.#ended(supervised, exitOfShellStatus(Number(rest[0])));
  }

  #onStarted(supervised: Supervised, pids: ContainerPids | undefined): void {
    if (!pids || supervised.pids) return;
    supervised.pids = pids;
    this.#options.events.launched(supervised.container, pids.pid);
    if (supervised.destroy) this.#kill(supervised);
  }

  #ended(supervised: Supervised, exit: ContainerExit): void {
    const { container, sandbox, pids, destroy } = supervised;
    this.#supervised.delete(container);
    this.#told.add(container);
    destroy?.timer?.cancel();
    this.#toReap = true;
    if (pids) this.#finder.killLater({ sandbox, leader: supervised.isLeaderGone ? NO_LEADER : pids.pid });
    this.#options.events.exited(container, exit);
  }

  /** One round; the supervisor reports the end, or the next round finds more to kill. */
  #kill(supervised: Supervised): void {
    const { destroy, pids, sandbox, container } = supervised;
    if (!destroy) return;
    destroy.timer?.cancel();
    if (pids && isAlive(pids)) this.#signalAll(pids, sandbox, 'SIGKILL');
    destroy.timer = this.#options.time.after(
      destroy.delayMs,
      () => {
        if (this.#supervised.get(container) === supervised) this.#kill(supervised);
      },
      { background: true },
    );
    destroy.delayMs = Math.min(destroy.delayMs * 2, DESTROY_RETRY_MAX_MS);
  }

  /** A new launcher has heard of nothing: what has not started is asked for again. A script runs only once. */
  #requestAgain(): void {
    for (const { container, pids } of this.#supervised.values()) {
      if (!pids && !this.#files.hasStarted(container)) this.#launcher.request(directoryName(container));
    }
  }

  /** Notices supervisors that died without a report, and reports that were lost. */
  #look(): void {
    if (this.#toReap) this.#launcher.request('');
    this.#toReap = false;
    for (const supervised of [...this.#supervised.values()]) {
      if (supervised.pids) this.#lookAfter(supervised, supervised.pids);
      else this.#lookAtStart(supervised);
    }
  }

  #lookAfter(supervised: Supervised, pids: ContainerPids): void {
    if (mayBeAlive(pids.supervisor.pid) && !this.#isReused(pids.supervisor)) return;
    const status = this.#files.status(supervised.container);
    if (status !== undefined) {
      this.#ended(supervised, exitOfShellStatus(status));
      return;
    }
    this.#warnLost(supervised);
    const leader = supervised.isLeaderGone ? NO_LEADER : pids.pid;
    for (const { pid } of this.#finder.members(leader, supervised.sandbox)) sendSignal(pid, 'SIGKILL');
    const message =
      'the process that supervised the command is gone: the command was killed, its exit status is unknown';
    this.#ended(supervised, { kind: 'unknown', message });
  }

  #endedBeforeReboot(supervised: Supervised): void {
    const status = this.#files.status(supervised.container);
    if (status === undefined) {
      this.#ended(supervised, { kind: 'unknown', message: 'the machine was started anew: the command is gone' });
      return;
    }
    this.#options.events.launched(supervised.container, this.#files.pids(supervised.container)?.pid ?? 0);
    this.#ended(supervised, exitOfShellStatus(status));
  }

  /** Reading /proc costs more than a signal, so it is done for a share of the supervisors each time. */
  #isReused(supervisor: ContainerPids['supervisor']): boolean {
    const turn = Math.floor(this.#options.time.monotonicMs() / SWEEP_INTERVAL_MS) % 10;
    return supervisor.pid % 10 === turn && !isAlive(supervisor);
  }

  #lookAtStart(supervised: Supervised): void {
    const { container, requestedMs, destroy } = supervised;
    const waitedMs = this.#options.time.monotonicMs() - requestedMs;
    const pids = this.#files.pids(container);
    if (pids) {
      // Its report was lost with the pipe of a launcher that died.
      this.#onStarted(supervised, pids);
    } else if (
      waitedMs > START_TIMEOUT_MS ||
      (destroy && waitedMs > SWEEP_INTERVAL_MS && !this.#files.hasStarted(container))
    ) {
      this.#files.remove(container);
      const message = `the command did not start within ${START_TIMEOUT_MS / 1000} seconds`;
      this.#ended(supervised, destroy ? { kind: 'signaled', signal: 9 } : { kind: 'unknown', message });
    }
  }

  #warnLost({ container }: Supervised): void {
    const message = 'a supervisor was killed: its container is destroyed';
    if (this.#once.first(message)) this.#options.logger.warn({ container }, message);
    else this.#options.logger.debug({ container }, message);
  }
}
