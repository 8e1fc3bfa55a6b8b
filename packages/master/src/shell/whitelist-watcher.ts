// --whitelist: a file of host names, one a line, read again every few seconds (src/watcher/whitelist_watcher.hpp there).
import { readFile } from 'node:fs/promises';
import type { Logger, Timer, Timers } from '@mini-mesos/daemon';

const INTERVAL_MS = 5_000;

export class WhitelistWatcher {
  readonly #timer: Timer;
  #last: string | undefined;

  constructor(
    path: string,
    {
      timers,
      logger,
      onChange,
    }: { timers: Timers; logger: Logger; onChange: (hostnames: ReadonlySet<string>) => void },
  ) {
    const read = async (): Promise<void> => {
      try {
        const text = await readFile(path, 'utf8');
        if (text === this.#last) return;
        this.#last = text;
        onChange(new Set(text.split('\n').flatMap((line) => line.trim() || [])));
      } catch (err) {
        if (this.#last !== '')
          logger.error({ err }, `--whitelist: cannot read ${path}: no agent is offered until it can be`);
        // A missing whitelist allows nobody, as in Mesos: opening the cluster by accident would be worse.
        this.#last = '';
        onChange(new Set());
      }
    };
    this.#timer = timers.every(INTERVAL_MS, () => void read(), { background: true });
    void read();
  }

  close(): void {
    this.#timer.cancel();
  }
}
