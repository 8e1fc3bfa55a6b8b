// Finds the processes of containers, with as few readings of /proc as will do: one reading serves all questions that
// come within a short time, and one later reading cleans up after all containers that ended meanwhile.
import type { Time, Timer } from '@mini-mesos/daemon';
import type { Usage } from '../containerizer.js';
import {
  pageSizeBytes,
  ProcessTable,
  SandboxMarks,
  sendSignal,
  TICKS_PER_SECOND,
  type ProcessStat,
} from './processes.js';

/** A reading is used again for this long. */
const TABLE_AGE_MAX_MS = 100;
/** Ended containers wait at least this long for the reading that looks for what they left behind. */
const CLEANUP_DELAY_MS = 500;
/** And that reading may not take more than this share of the time. */
const CLEANUP_SHARE = 20;

interface Ended {
  sandbox: string;
  leader: number;
}

export class ProcessFinder {
  readonly #time: Time;
  readonly #marks = new SandboxMarks();
  readonly #pageSizeBytes = pageSizeBytes();
  #table: ProcessTable | undefined;
  #readMs = 0;
  #ended: Ended[] = [];
  #cleanup: Timer | undefined;
  #cleanupDelayMs = CLEANUP_DELAY_MS;

  constructor(time: Time) {
    this.#time = time;
  }

  /** Of the container whose first process is `leader`, as `ProcessTable.members`. */
  members(leader: number, sandbox: string | undefined): ProcessStat[] {
    const mark = sandbox === undefined ? undefined : { sandbox, marks: this.#marks };
    return this.#recentTable().members(leader, mark);
  }

  usage(containers: readonly { container: string; sandbox: string; pid: number }[]): Map<string, Usage> {
    return new Map(containers.map(({ container, sandbox, pid }) => [container, this.#sum(this.members(pid, sandbox))]));
  }

  /** What the container left behind is killed soon. */
  killLater(ended: Ended): void {
    this.#ended.push(ended);
    this.#cleanup ??= this.#time.after(this.#cleanupDelayMs, () => this.#cleanUp(), { background: true });
  }

  close(): void {
    this.#cleanup?.cancel();
    this.#cleanup = undefined;
    if (this.#ended.length > 0) this.#killEnded();
  }

  #cleanUp(): void {
    const startMs = this.#time.monotonicMs();
    this.#cleanup = undefined;
    this.#table = undefined;
    this.#killEnded();
    const tookMs = this.#time.monotonicMs() - startMs;
    this.#cleanupDelayMs = Math.max(CLEANUP_DELAY_MS, tookMs * CLEANUP_SHARE);
  }

  #killEnded(): void {
    const ended = this.#ended;
    this.#ended = [];
    const table = this.#recentTable();
    this.#marks.keepOnly(table);
    const sandboxes = new Set(ended.map(({ sandbox }) => sandbox));
    const leaders = new Set(ended.map(({ leader }) => leader));
    for (const stat of table.processes) {
      if (stat.isZombie) continue;
      // A session whose leader has ended keeps its number, which no new process can take meanwhile.
      const isOrphan = leaders.has(stat.session) && stat.pid !== stat.session;
      const sandbox = this.#marks.sandboxOf(stat);
      if (isOrphan || (sandbox !== undefined && sandboxes.has(sandbox))) sendSignal(stat.pid, 'SIGKILL');
    }
  }

  #sum(members: readonly ProcessStat[]): Usage {
    const total = (of: (stat: ProcessStat) => number) => members.reduce((sum, stat) => sum + of(stat), 0);
    return {
      cpus_user_time_secs: total((stat) => stat.userTicks) / TICKS_PER_SECOND,
      cpus_system_time_secs: total((stat) => stat.systemTicks) / TICKS_PER_SECOND,
      mem_rss_bytes: total((stat) => stat.residentPages) * this.#pageSizeBytes,
      processes: members.length,
      threads: total((stat) => stat.threads),
    };
  }

  #recentTable(): ProcessTable {
    const nowMs = this.#time.monotonicMs();
    if (!this.#table || nowMs - this.#readMs > TABLE_AGE_MAX_MS) {
      this.#table = ProcessTable.read();
      this.#readMs = nowMs;
    }
    return this.#table;
  }
}
