// Copies a file of an agent to where it is wanted, from an offset: to its end as it is now, or on and on as it grows.
import type { Time } from '@mini-mesos/daemon';
import type { AgentFiles } from './agent-files.js';

/** Between two looks at a file that did not grow: at first, and at most. */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 1000;
/** An agent may be away for a moment: so many looks in a row may fail, which takes some seconds. */
const FAILURES_MAX = 8;

export interface CopyOptions {
  readonly files: Pick<AgentFiles, 'read'>;
  readonly path: string;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** First byte. Default 0. */
  readonly offset?: number | undefined;
  /** How many looks in a row may fail. Default FAILURES_MAX. */
  readonly failuresMax?: number | undefined;
}

/** Resolves with the offset after the last byte; undefined where there is no such file. */
export async function copyToEnd({ files, path, write, offset = 0 }: CopyOptions): Promise<number | undefined> {
  let at = offset;
  for (;;) {
    const piece = await files.read(path, at);
    if (!piece) return at === offset ? undefined : at;
    // A file that was cut short is begun again, as by tail -F.
    if (piece.size < at) at = 0;
    else if (piece.bytes.length === 0) return at;
    else {
      await write(piece.bytes);
      at += piece.bytes.length;
      if (at >= piece.size) return at;
    }
  }
}

/** Follows a file, also one that is not there yet, until `finish` is called: then to its end. */
export class FileFollower {
  readonly #options: CopyOptions;
  readonly #timers: Pick<Time, 'after'>;
  #isFinishing = false;
  #wake: () => void = () => undefined;
  /** Resolves after `finish` and the last byte, or after `stop`; rejects where the agent cannot be read. */
  readonly done: Promise<void>;

  constructor(options: CopyOptions, timers: Pick<Time, 'after'>) {
    this.#options = options;
    this.#timers = timers;
    this.done = this.#follow();
    // Whoever awaits it later gets the error.
    this.done.catch(() => undefined);
  }

  /** What is written from now on is not waited for. */
  finish(): Promise<void> {
    this.#isFinishing = true;
    this.#wake();
    return this.done;
  }

  async #follow(): Promise<void> {
    let at = this.#options.offset ?? 0;
    let pauseMs = PAUSE_MIN_MS;
    let failures = 0;
    for (;;) {
      // Read before the look: what was written before `finish` is seen by a look that begins after it.
      const isLast = this.#isFinishing;
      const end = await copyToEnd({ ...this.#options, offset: at }).catch((error: unknown) => {
        failures += 1;
        if (failures >= (this.#options.failuresMax ?? FAILURES_MAX) || isInterruption(error)) throw error;
        return 'failed' as const;
      });
      if (end !== 'failed') failures = 0;
      const grown = typeof end === 'number' && end !== at;
      if (typeof end === 'number') at = end;
      if (isLast && end !== 'failed') return;
      pauseMs = grown ? PAUSE_MIN_MS : Math.min(PAUSE_MAX_MS, pauseMs * 2);
      if (!this.#isFinishing || end === 'failed') await this.#pause(pauseMs);
    }
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#timers.after(pauseMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

const isInterruption = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
