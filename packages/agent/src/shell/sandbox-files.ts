// Sandboxes in the files service. The core names them when it decides to make them; they can be read once they are there.
import type { FilesService, Logger } from '@mini-mesos/daemon';

export class SandboxFiles {
  readonly #files: FilesService;
  readonly #logger: Logger;
  /** Names of sandboxes that are not made yet. */
  readonly #expected = new Map<string, readonly string[]>();

  constructor(files: FilesService, logger: Logger) {
    this.#files = files;
    this.#logger = logger;
  }

  expect(directory: string, names: readonly string[]): void {
    this.#expected.set(directory, names);
  }

  /** The sandbox is there now. */
  async made(directory: string): Promise<void> {
    const names = this.#expected.get(directory) ?? [];
    this.#expected.delete(directory);
    for (const name of names) {
      const attached = await this.#files.attach(directory, name);
      if (!attached.ok) this.#logger.warn(attached.error);
    }
  }

  detach(names: readonly string[]): void {
    for (const name of names) this.#files.detach(name);
  }
}
