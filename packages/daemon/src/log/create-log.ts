// Logs as JSON lines by pino: readable on a terminal, also into a file where one is wanted, at a level that can be
// raised for a while.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DestinationStream, Logger as PinoLogger, StreamEntry } from 'pino';
import { makeDirectories } from '../files/make-directories.js';
import { realTime } from '../time/real-time.js';
import type { Timer, Timers } from '../time/clock.js';
import type { Logger, LogLevel, LogMethod } from './logger.js';

export interface LogOptions {
  /** `mesos-master`: a field of every line, and the name of the file in `logDir`. */
  name: string;
  /** Lines below it are dropped. Default 'info'. */
  level?: LogLevel;
  /** Writes nothing to stderr; the file in `logDir` is still written. */
  quiet?: boolean;
  /** Also writes JSON lines to `<logDir>/<name>.log`; the directory is made where it is missing. */
  logDir?: string | undefined;
  /** Readable lines on stderr instead of JSON. Default: where stderr is a terminal. */
  pretty?: boolean;
  /** Timers that end a toggled level. Default: the machine's. */
  timers?: Timers;
  /** Stands for stderr. For tests. */
  stream?: DestinationStream;
}

/** The verbosity of /logging/toggle and of SET_LOGGING_LEVEL: 0 is the configured level, 1 debug, 2 and above trace. */
export interface LevelToggle {
  readonly verbosity: number;
  /** For `durationMs`, then back to 0. Setting 0 goes back at once. */
  set(verbosity: number, durationMs: number): void;
}

export interface Log {
  readonly logger: Logger;
  readonly toggle: LevelToggle;
  /** The file in `logDir`; undefined without one. */
  readonly file: string | undefined;
  /** Opens the file anew: after it was renamed by logrotate (SIGHUP). */
  reopen(): void;
  /** Writes out what is buffered, and closes the file. */
  close(): void;
}

/** Pino's numbers, which its JSON lines carry. */
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: 100 } as const;
const STDERR = 2;

// Loaded when a log is made: a command that writes none does not pay for it.
const load = createRequire(import.meta.url);

/** Throws where `logDir` cannot be written to. */
export function createLog(options: LogOptions): Log {
  const { pino } = load('pino') as typeof import('pino');
  const file = options.logDir === undefined ? undefined : join(options.logDir, `${options.name}.log`);
  if (options.logDir !== undefined) makeDirectories(options.logDir);
  // Written at once: the last lines before a crash are the ones that are needed.
  const fileStream = file === undefined ? undefined : pino.destination({ dest: file, sync: true });
  const streams: StreamEntry[] = [
    ...(options.quiet === true ? [] : [{ level: 'trace' as const, stream: stderrStream(options) }]),
    ...(fileStream ? [{ level: 'trace' as const, stream: fileStream }] : []),
  ];
  const root = pino({ name: options.name, level: 'trace' }, pino.multistream(streams));
  const threshold = new Threshold(LEVELS[options.level ?? 'info'], options.timers ?? realTime);
  return {
    logger: levelled(root, threshold),
    toggle: threshold,
    file,
    reopen: () => fileStream?.reopen(),
    close: () => {
      threshold.set(0, 0);
      fileStream?.end();
    },
  };
}

/** Written at once, also the readable form: what is said before an exit must be seen. */
function stderrStream({ pretty = process.stderr.isTTY, stream }: LogOptions): DestinationStream {
  const destination = stream ?? (load('pino') as typeof import('pino')).destination({ dest: STDERR, sync: true });
  if (!pretty) return destination;
  const { prettyFactory } = load('pino-pretty') as typeof import('pino-pretty');
  const colorize = process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '';
  const readable = prettyFactory({ colorize, ignore: 'pid,hostname,name' });
  return { write: (line) => destination.write(readable(line)) };
}

/** The level below which lines are dropped, for a logger and all its children. */
class Threshold implements LevelToggle {
  readonly #configured: number;
  readonly #timers: Timers;
  #verbosity = 0;
  #revert: Timer | undefined;

  constructor(configured: number, timers: Timers) {
    this.#configured = configured;
    this.#timers = timers;
  }

  get verbosity(): number {
    return this.#verbosity;
  }

  get level(): number {
    if (this.#verbosity === 0) return this.#configured;
    return Math.min(this.#configured, this.#verbosity === 1 ? LEVELS.debug : LEVELS.trace);
  }

  set(verbosity: number, durationMs: number): void {
    this.#revert?.cancel();
    this.#revert = undefined;
    this.#verbosity = Math.max(0, verbosity);
    if (this.#verbosity === 0) return;
    this.#revert = this.#timers.after(durationMs, () => this.set(0, 0), { background: true });
  }
}

/** Pino's own children keep the level they were made with; these ask the threshold at every line. */
function levelled(pino: PinoLogger, threshold: Threshold): Logger {
  const method =
    (level: Exclude<LogLevel, 'silent'>): LogMethod =>
    (fields: string | Readonly<Record<string, unknown>>, message?: string) => {
      if (LEVELS[level] < threshold.level) return;
      if (typeof fields === 'string') pino[level](fields);
      else pino[level](fields, message);
    };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    child: (fields) => levelled(pino.child(fields), threshold),
    isEnabled: (level) => level !== 'silent' && LEVELS[level] >= threshold.level,
  };
}
