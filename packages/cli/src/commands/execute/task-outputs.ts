// Shows what the tasks of `execute` write to stdout and stderr, while they run and what is left at their ends.
import { realTime } from '@mini-mesos/daemon';
import type { Timer } from '@mini-mesos/daemon';
import type { ExecutorInfo, TaskInfo } from '@mini-mesos/proto';
import { printable } from '../../core/text/printable.js';
import { CommandError } from '../../errors.js';
import { AgentFiles } from '../../master-api/agent-files.js';
import { FileFollower } from '../../master-api/copy-file.js';
import { MasterClient } from '../../master-api/master-client.js';
import type { Connection } from '../../master-api/master-client.js';
import type { Terminal } from '../../output/terminal.js';

/** When the task has ended and its agent gives nothing for this long, what is left of the output is given up. */
const SILENCE_MAX_MS = 5000;

export interface TaskOutputsOptions {
  readonly connection: Omit<Connection, 'signal'>;
  readonly terminal: Terminal;
}

export interface Launched {
  readonly tasks: readonly TaskInfo[];
  readonly executor: ExecutorInfo | undefined;
  readonly agentId: string;
}

/** Looks in a row that may fail, a second apart: the time of a failover of the master. */
const FAILURES_MAX = 60;

export class TaskOutputs {
  readonly #options: TaskOutputsOptions;
  readonly #abort = new AbortController();
  readonly #followers = new Map<string, FileFollower[]>();
  readonly #directories = new Map<string, string>();
  #files: Promise<AgentFiles> | undefined;
  #agentId = '';
  #bytesShown = 0;
  #hasComplained = false;

  constructor(options: TaskOutputsOptions) {
    this.#options = options;
  }

  /** Where the sandboxes will be: the names that an agent gives them, whatever its work directory. */
  launched(frameworkId: string, { tasks, executor, agentId }: Launched): void {
    this.#agentId = agentId;
    for (const { task_id: id, executor: own } of tasks) {
      const executorId = executor?.executor_id.value ?? own?.executor_id.value ?? id.value;
      const root = `/frameworks/${frameworkId}/executors/${executorId}/runs/latest`;
      this.#directories.set(id.value, executor ? `${root}/tasks/${id.value}` : root);
    }
  }

  follow(taskId: string): void {
    const directory = this.#directories.get(taskId);
    if (directory === undefined || this.#followers.has(taskId)) return;
    const { terminal } = this.#options;
    this.#followers.set(taskId, [
      this.#follower(`${directory}/stdout`, (bytes) => terminal.write(bytes)),
      this.#follower(`${directory}/stderr`, (bytes) => terminal.writeTalk(bytes)),
    ]);
  }

  /** Shows the rest. A task that never ran has written nothing, perhaps not even a sandbox. */
  async ended(taskId: string, { hasRun }: { hasRun: boolean }): Promise<void> {
    if (hasRun) this.follow(taskId);
    const followers = this.#followers.get(taskId) ?? [];
    await Promise.all(followers.map((follower) => this.#unlessSilent(follower)));
  }

  async finish(): Promise<void> {
    await Promise.all([...this.#followers.keys()].map((id) => this.ended(id, { hasRun: true })));
  }

  close(): void {
    this.#abort.abort();
  }

  #follower(path: string, write: (bytes: Uint8Array) => Promise<void>): FileFollower {
    const read = async (wanted: string, offset: number) => {
      try {
        return await (await this.#agentFiles()).read(wanted, offset);
      } catch (error) {
        // Another master may lead by now.
        this.#files = undefined;
        throw error;
      }
    };
    const counted = (bytes: Uint8Array): Promise<void> => {
      this.#bytesShown += bytes.length;
      return write(bytes);
    };
    return new FileFollower({ files: { read }, path, write: counted, failuresMax: FAILURES_MAX }, realTime);
  }

  #agentFiles(): Promise<AgentFiles> {
    this.#files ??= this.#connect();
    // One that failed is tried again.
    this.#files.catch(() => (this.#files = undefined));
    return this.#files;
  }

  async #connect(): Promise<AgentFiles> {
    const client = await MasterClient.connect({ ...this.#options.connection, signal: this.#abort.signal });
    return new AgentFiles(client, this.#agentId);
  }

  /** As long as something comes, it is waited for. */
  async #unlessSilent(follower: FileFollower): Promise<void> {
    const finished = follower.finish().then(
      () => true,
      (error: unknown) => {
        this.#complain(error);
        return true;
      },
    );
    for (;;) {
      const before = this.#bytesShown;
      let timer: Timer | undefined;
      const silence = new Promise<false>((resolve) => (timer = realTime.after(SILENCE_MAX_MS, () => resolve(false))));
      const isDone = await Promise.race([finished, silence]);
      timer?.cancel();
      if (isDone) return;
      if (this.#bytesShown === before) break;
    }
    this.#complain(new CommandError('the agent does not answer any more'));
  }

  /** Once: both streams fail for the same reason. */
  #complain(error: unknown): void {
    if (this.#hasComplained || this.#abort.signal.aborted) return;
    this.#hasComplained = true;
    const why = error instanceof Error ? error.message : String(error);
    this.#options.terminal.say(`could not read the output: ${printable(why)}`);
  }
}
