// The directories of what has ended: they wait here until they are old enough to be removed.
import { log, agentIdOf, type Context } from './context.js';
import { maxAgeMs, SandboxGc, type Condemned } from './gc.js';
import type { Executor, Framework } from './model.js';
import { executorDirectory, frameworkDirectory, latestRun, virtualRun } from './paths.js';

const TIMER = 'disk-watch';

export class Sandboxes {
  readonly #context: Context;
  readonly #gc = new SandboxGc();
  #ageMs: number;

  constructor(context: Context) {
    this.#context = context;
    this.#ageMs = maxAgeMs(0, context.config);
  }

  get pendingCount(): number {
    return this.#gc.pendingCount;
  }

  /** The age that sandboxes may reach at present, in milliseconds. */
  get ageMs(): number {
    return this.#ageMs;
  }

  start(): void {
    this.#context.emit({ type: 'measure-disk' });
    this.#context.emit({ type: 'set-timer', key: TIMER, delayMs: this.#context.config.diskWatchIntervalMs });
  }

  onTimer(key: string): boolean {
    if (key !== TIMER) return false;
    this.start();
    return true;
  }

  onDiskUsage(usage: number): void {
    this.#ageMs = maxAgeMs(usage, this.#context.config);
    this.#remove(this.#gc.due(this.#context.nowMs(), this.#ageMs));
  }

  /** They have waited since before the agent was started. What came into use since they were looked for stays. */
  onFound(directories: readonly { path: string; sinceMs: number }[]): void {
    const frameworks = [...this.#context.state.frameworks.values()];
    const live = frameworks.flatMap(({ executors }) => [...executors.values()].map(({ directory }) => directory));
    const left = directories.filter(({ path }) => !live.some((used) => used === path || used.startsWith(`${path}/`)));
    this.#remove(this.#gc.addOlder(left.map((directory) => ({ ...directory, names: [] }))));
  }

  onPathsRemoved(removed: number, failed: number): void {
    this.#context.state.counters.pathRemovalsSucceeded += removed;
    this.#context.state.counters.pathRemovalsFailed += failed;
  }

  executorRemoved(framework: Framework, executor: Executor): void {
    const ids = this.#ids(framework.id, executor.id);
    this.#add({ path: executor.directory, names: [executor.directory] });
    this.#add({ path: executorDirectory(ids), names: [latestRun(ids), virtualRun(ids)] });
  }

  frameworkRemoved(framework: Framework): void {
    this.#add({ path: frameworkDirectory(this.#ids(framework.id, '')), names: [] });
  }

  /** A task of this executor is here: its directories, and its framework's, stay. */
  spare(frameworkId: string, executorId: string): void {
    const ids = this.#ids(frameworkId, executorId);
    this.#gc.spare(frameworkDirectory(ids));
    this.#gc.spare(executorDirectory(ids));
  }

  #ids(frameworkId: string, executorId: string) {
    const agentId = agentIdOf(this.#context).value;
    return { workDir: this.#context.config.workDir, agentId, frameworkId, executorId };
  }

  #add({ path, names }: { path: string; names: string[] }): void {
    const overdue = this.#gc.add({ path, names, sinceMs: this.#context.nowMs() });
    this.#remove(overdue);
  }

  #remove(entries: readonly Condemned[]): void {
    if (entries.length === 0) return;
    log(this.#context, 'debug', `removing ${entries.length} directories of what has ended`);
    this.#context.emit({ type: 'detach-files', names: entries.flatMap((entry) => entry.names) });
    this.#context.emit({ type: 'remove-paths', paths: entries.map((entry) => entry.path) });
  }
}
