// One daemon as a process of its own, which can be killed, frozen and started again: for clusters that have to survive it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface DaemonOptions {
  /** For people: `master-1`. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Takes what it writes; starts of the same daemon append. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface DaemonEnd {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** For SIGTERM to work before SIGKILL. */
const STOP_TIMEOUT_MS = 10_000;
/** What of the log explains an end. */
const LOG_TAIL_CHARACTERS = 4_000;

const running = new Set<ChildProcess>();
let isGuarded = false;

/** Whatever becomes of this process, its daemons do not outlive it. */
function guard(): void {
  if (isGuarded) return;
  isGuarded = true;
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL');
  });
}

export class Daemon {
  readonly name: string;
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<DaemonEnd> = Promise.resolve({ code: undefined, signal: undefined });
  #starts = 0;

  constructor(options: DaemonOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get isAlive(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts;
  }

  /** Resolves when the process of the last start is gone. */
  get ended(): Promise<DaemonEnd> {
    return this.#ended;
  }

  /** Does nothing where it runs. */
  start(): void {
    if (this.#child) return;
    guard();
    const [program, ...args] = this.#options.command;
    const log = openSync(this.#options.logFile, 'a');
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      env: { ...inherited(), ...this.#options.env },
    });
    closeSync(log);
    running.add(child);
    this.#child = child;
    this.#starts += 1;
    this.#ended = new Promise((resolve) => {
      const done = (code: number | null, signal: NodeJS.Signals | null): void => {
        running.delete(child);
        if (this.#child === child) this.#child = undefined;
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      };
      child.once('exit', done);
      // The program could not be started at all.
      child.once('error', () => done(null, null));
    });
  }

  /** SIGSTOP, SIGCONT and their like. Does nothing where it does not run. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** In good order, and by force where that takes too long. */
  async stop(): Promise<void> {
    if (!this.#child) return;
    // What is frozen hears nothing.
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const controller = new AbortController();
    const late = pause(STOP_TIMEOUT_MS, 'late' as const, { signal: controller.signal }).catch(() => undefined);
    if ((await Promise.race([this.#ended, late])) === 'late') await this.kill();
    controller.abort();
  }

  /** The end of its log. */
  logTail(): string {
    if (!existsSync(this.#options.logFile)) return '';
    return readFileSync(this.#options.logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS);
  }
}

/** Nobody's settings change what a daemon of ours does. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => !/^(MESOS_|NODE_OPTIONS$)/.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

/** Free when asked; taken by whoever is quicker, so it is used at once. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
