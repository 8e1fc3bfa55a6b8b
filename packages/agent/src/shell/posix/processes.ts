// What runs on this machine, from /proc, and which of it belongs to a container: the task's process, its descendants,
// everything in its session or group, and whatever still carries the container's sandbox in its environment although it
// left all of these (daemons that forked twice).
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since boot at which it started: with the pid it names a process for good. */
  readonly startTicks: number;
  /** Its own and of the children that it waited for. */
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly threads: number;
  readonly residentPages: number;
  readonly isZombie: boolean;
}

/** Of Linux, towards programs. */
export const TICKS_PER_SECOND = 100;

/** Field numbers of proc_pid_stat(5), counted from the state, which follows the name in parentheses. */
function parseStat(text: string): ProcessStat | undefined {
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  const pid = Number.parseInt(text, 10);
  if (close < 0 || !Number.isInteger(pid) || fields.length < 22) return undefined;
  return {
    pid,
    parent: field(4),
    group: field(5),
    session: field(6),
    startTicks: field(22),
    userTicks: field(14) + field(16),
    systemTicks: field(15) + field(17),
    threads: field(20),
    residentPages: field(24),
    isZombie: fields[0] === 'Z',
  };
}

export function readProcess(pid: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // It has ended.
    return undefined;
  }
}

/** The processes at one moment, indexed for the questions that a launcher asks about many containers. */
export class ProcessTable {
  readonly processes: readonly ProcessStat[];
  readonly #byPid: Map<number, ProcessStat>;
  readonly #children: Map<number, ProcessStat[]>;
  readonly #sessions: Map<number, ProcessStat[]>;
  readonly #groups: Map<number, ProcessStat[]>;
  /** By the sandbox in their environment; made when it is first asked for. */
  #sandboxes: Map<string, ProcessStat[]> | undefined;

  constructor(processes: readonly ProcessStat[]) {
    this.processes = processes;
    this.#byPid = new Map(processes.map((stat) => [stat.pid, stat]));
    this.#children = grouped(processes, (stat) => stat.parent);
    this.#sessions = grouped(processes, (stat) => stat.session);
    this.#groups = grouped(processes, (stat) => stat.group);
  }

  static read(): ProcessTable {
    const pids = readdirSync('/proc').filter((name) => /^\d/.test(name));
    return new ProcessTable(pids.flatMap((pid) => readProcess(Number(pid)) ?? []));
  }

  /**
   * Every process of the container whose first process is `leader`: in its session or group, marked as of its sandbox,
   * and the descendants of all these. Without a sandbox only family ties count.
   */
  members(leader: number, mark?: { sandbox: string; marks: SandboxMarks }): ProcessStat[] {
    const found = new Map<number, ProcessStat>();
    const marked = mark ? this.#marked(mark.marks).get(mark.sandbox) : undefined;
    const own = this.#byPid.get(leader);
    const family = [this.#sessions, this.#groups].flatMap((index) => index.get(leader) ?? []);
    const pending = [...(own ? [own] : []), ...family, ...(marked ?? [])];
    for (let stat = pending.pop(); stat; stat = pending.pop()) {
      if (found.has(stat.pid)) continue;
      found.set(stat.pid, stat);
      pending.push(...(this.#children.get(stat.pid) ?? []));
    }
    return [...found.values()];
  }

  #marked(marks: SandboxMarks): Map<string, ProcessStat[]> {
    this.#sandboxes ??= grouped(this.processes, (stat) => marks.sandboxOf(stat));
    return this.#sandboxes;
  }
}

function grouped<K>(
  processes: readonly ProcessStat[],
  keyOf: (stat: ProcessStat) => K | undefined,
): Map<K, ProcessStat[]> {
  const groups = new Map<K, ProcessStat[]>();
  for (const stat of processes) {
    const key = keyOf(stat);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(stat);
    else groups.set(key, [stat]);
  }
  return groups;
}

/** Remembered processes. At the bound all are forgotten, and read again when they are asked for. */
const MARKS_MAX = 100_000;

/** Finds the sandbox in a process' environment, which all that a task starts inherit. Each process is read once. */
export class SandboxMarks {
  readonly #seen = new Map<number, { startTicks: number; sandbox: string | undefined }>();

  sandboxOf({ pid, startTicks }: ProcessStat): string | undefined {
    const known = this.#seen.get(pid);
    if (known?.startTicks === startTicks) return known.sandbox;
    if (this.#seen.size >= MARKS_MAX) this.#seen.clear();
    const sandbox = readSandbox(pid);
    this.#seen.set(pid, { startTicks, sandbox });
    return sandbox;
  }

  /** Forgets processes that have ended. */
  keepOnly(table: ProcessTable): void {
    const living = new Set(table.processes.map((stat) => stat.pid));
    for (const pid of this.#seen.keys()) if (!living.has(pid)) this.#seen.delete(pid);
  }
}

function readSandbox(pid: number): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((variable) => variable.startsWith('MESOS_SANDBOX='))?.slice('MESOS_SANDBOX='.length);
  } catch {
    // It has ended, or belongs to somebody whose processes this agent may not look into.
    return undefined;
  }
}

/** Whether the process that was seen with these values still runs. */
export function isAlive({ pid, startTicks }: { pid: number; startTicks: number }): boolean {
  const stat = readProcess(pid);
  return stat !== undefined && stat.startTicks === startTicks && !stat.isZombie;
}

/** A quick look that costs one system call; a reused pid passes for alive. */
export function mayBeAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process or, with a negative pid, a group. Nothing happens where it is gone. */
export function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Bytes of a page, as the kernel counts resident memory. */
export function pageSizeBytes(): number {
  try {
    const kib = /KernelPageSize:\s+(\d+) kB/.exec(readFileSync('/proc/self/smaps', 'latin1'))?.[1];
    return kib === undefined ? 4096 : Number(kib) * 1024;
  } catch {
    return 4096;
  }
}
