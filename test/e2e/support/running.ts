// One process of the built command line, with what it writes.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEADLINE_MS } from './until.js';

const home = join(import.meta.dirname, '..', '..', '..');
const cli = join(home, 'packages', 'cli');

export interface RunOptions {
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

export interface Finished {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export class Running {
  readonly args: readonly string[];
  readonly #child: ChildProcess;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #exit: Promise<void>;
  #ended: { code: number | undefined; signal: NodeJS.Signals | undefined } | undefined;

  constructor(args: readonly string[], { env = {}, cwd }: RunOptions = {}) {
    if (!existsSync(join(cli, 'dist', 'main.js'))) throw new Error('packages/cli is not built: run npx tsc -b');
    this.args = args;
    // Nothing of whoever runs the tests decides what they see.
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(MESOS_|NO_COLOR$|FORCE_COLOR$|NODE_)/.test(name),
    );
    this.#child = spawn(process.execPath, [join(cli, 'bin', 'mini-mesos.js'), ...args], {
      cwd: cwd ?? home,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#grew(this.#stdout, chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#grew(this.#stderr, chunk));
    this.#exit = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.#ended = { code: code ?? undefined, signal: signal ?? undefined };
        for (const tell of this.#listeners) tell();
        resolve();
      });
    });
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** How it ended. Rejects at the deadline, and kills it then. */
  async finished(deadlineMs = DEADLINE_MS): Promise<Finished> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), deadlineMs)));
    const isLate = (await Promise.race([this.#exit, late])) === 'late';
    clearTimeout(timer);
    if (isLate) {
      this.#child.kill('SIGKILL');
      throw new Error(`has not ended within ${deadlineMs} ms: ${this.describe()}`);
    }
    return { ...this.#end(), stdout: this.stdout, stderr: this.stderr, bytes: Buffer.concat(this.#stdout) };
  }

  /** The match of the pattern in what was written. Rejects where it ends without it, or at the deadline. */
  async writes(stream: 'stderr' | 'stdout', pattern: RegExp, deadlineMs = DEADLINE_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        finish();
      };
      const look = (): void => {
        const match = pattern.exec(this[stream]);
        if (match) settle(() => resolve(match));
        else if (this.#ended) settle(() => reject(new Error(`ended without ${pattern}: ${this.describe()}`)));
      };
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`no ${pattern} within ${deadlineMs} ms: ${this.describe()}`)));
      }, deadlineMs);
      this.#listeners.add(look);
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Nobody reads its stdout any more. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  /** As a supervisor does it: politely, then not. */
  async stop(deadlineMs = DEADLINE_MS): Promise<void> {
    if (this.#ended) return;
    this.signal('SIGTERM');
    await this.finished(deadlineMs);
  }

  describe(): string {
    const { code, signal } = this.#ended ?? {};
    const state = this.#ended ? `ended with ${code ?? signal}` : 'still running';
    return `mini-mesos ${this.args.join(' ')} (${state})\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
  }

  #end() {
    if (!this.#ended) throw new Error('it has not ended');
    return this.#ended;
  }

  #grew(to: Buffer[], chunk: Buffer): void {
    to.push(chunk);
    for (const tell of this.#listeners) tell();
  }
}
