// The one process that forks supervisors: a small shell that the agent starts once, early, in a session of its own.
// Forking from Node would copy the page tables of a large process each time and block the event loop meanwhile.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { OncePerCause, type Logger, type Timer, type Timers } from '@mini-mesos/daemon';

/** A launcher that dies is started again after this, then after twice that, and so on. */
const RESTART_DELAY_MIN_MS = 100;
const RESTART_DELAY_MAX_MS = 5_000;
/** What the system's tools are found in, for the supervisors. Tasks have the environment that was written down for them. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** A report is one line of some 120 bytes. Longer ones without an end cannot be reports, and are dropped. */
const REPORT_MAX_LENGTH = 4096;

export interface LauncherProcessOptions {
  /** The script, already written. */
  script: string;
  /** Under which the containers' directories are. */
  root: string;
  /** Tells this agent from those before and after it. */
  agentName: string;
  /** How long containers wait for another agent when this one is gone. */
  recoveryTimeoutMs: number;
  /** Where its complaints go, and those of supervisors that cannot start. */
  logFile: string;
  timers: Timers;
  logger: Logger;
  /** A supervisor's line, without its end. */
  onReport: (line: string) => void;
  /** It was started anew: what was asked of the one before may not have happened. */
  onRestarted: () => void;
}

export class LauncherProcess {
  readonly #options: LauncherProcessOptions;
  #child: ChildProcess | undefined;
  #restart: Timer | undefined;
  #delayMs = RESTART_DELAY_MIN_MS;
  #closed = false;
  /** A launcher that dies again and again of the same is told once. */
  readonly #once = new OncePerCause();
  /** Report pipes of this and of earlier launchers, whose supervisors may still write. */
  readonly #reports = new Set<Readable>();

  constructor(options: LauncherProcessOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Names a container to start. Where the launcher is down, `onRestarted` will ask for it again. */
  request(name: string): void {
    this.#child?.stdin?.write(`${name}\n`);
  }

  /** It reads nothing more and ends; supervisors that run go on. */
  close(): void {
    this.#closed = true;
    this.#restart?.cancel();
    this.#child?.stdin?.end();
    this.#child?.unref();
    for (const reports of this.#reports) reports.destroy();
  }

  #start(): void {
    const { script, root, agentName, recoveryTimeoutMs, logFile, logger } = this.#options;
    const log = openSync(logFile, 'a');
    const seconds = String(Math.ceil(recoveryTimeoutMs / 1000));
    const child = spawn('/bin/sh', [script, root, agentName, seconds], {
      detached: true,
      stdio: ['pipe', 'ignore', log, 'pipe'],
      env: { PATH },
      cwd: '/',
    });
    closeSync(log);
    this.#child = child;
    const ended = (why: string) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (!this.#closed) this.#startLater(why);
    };
    child.on('error', (error) => ended(error.message));
    child.on('exit', (code, signal) => ended(signal ? `signal ${signal}` : `status ${code}`));
    // A write to a launcher that has just died: its exit is told separately.
    child.stdin?.on('error', (error) => logger.debug({ err: error }, 'cannot write to the launcher'));
    child.unref();
    this.#read(child.stdio[3] as Readable);
  }

  #startLater(why: string): void {
    const { logger, timers, onRestarted } = this.#options;
    const message = `the launcher of containers ended (${why}): starting another`;
    if (this.#once.first(message)) logger.error(message);
    else logger.debug(message);
    this.#restart = timers.after(this.#delayMs, () => {
      this.#start();
      onRestarted();
    });
    this.#delayMs = Math.min(this.#delayMs * 2, RESTART_DELAY_MAX_MS);
  }

  #read(reports: Readable): void {
    this.#reports.add(reports);
    let rest = '';
    reports.setEncoding('latin1');
    reports.on('data', (chunk: string) => {
      this.#delayMs = RESTART_DELAY_MIN_MS;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > REPORT_MAX_LENGTH) rest = '';
      for (const line of lines) this.#options.onReport(line);
    });
    reports.on('error', (error) => this.#options.logger.debug({ err: error }, 'cannot read reports'));
    reports.on('close', () => this.#reports.delete(reports));
  }
}
