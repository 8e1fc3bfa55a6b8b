// Goal: real processes under the real launcher. Method: a runtime directory in a temporary place, events kept and awaited.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { realTime, silentLogger } from '@mini-mesos/daemon';
import type { ContainerConfig } from '../../src/core/effects.js';
import type { ContainerExit } from '../../src/core/signals.js';
import { PosixLauncher } from '../../src/shell/posix/posix-launcher.js';
import { readProcess } from '../../src/shell/posix/processes.js';

/** Longer than anything takes on a machine that does a lot else. */
export const PATIENCE_MS = 30_000;

export async function until<T>(probe: () => T | undefined | false, what = 'it'): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`${what} did not happen within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => void setTimeout(resolve, 10));
  }
}

export function temporaryDirectory(): string {
  return mkdtempSync(`${tmpdir()}/mini-mesos-agent-test-`);
}

/** Running, and not only waiting to be reaped. */
export function runs(pid: number): boolean {
  const stat = readProcess(pid);
  return stat !== undefined && !stat.isZombie;
}

export class LauncherWorld {
  readonly directory = temporaryDirectory();
  readonly launcher: PosixLauncher;
  readonly launched = new Map<string, number>();
  readonly exits = new Map<string, ContainerExit>();
  /** Names of containers whose exit was told twice, or before their launch. */
  readonly violations: string[] = [];
  #serial = 0;

  constructor(runtimeDir?: string, recoveryTimeoutMs = 900_000) {
    this.launcher = new PosixLauncher({
      runtimeDir: runtimeDir ?? `${this.directory}/run`,
      recoveryTimeoutMs,
      time: realTime,
      logger: silentLogger,
      events: {
        launched: (container, pid) => void this.launched.set(container, pid),
        exited: (container, exit) => {
          if (this.exits.has(container)) this.violations.push(container);
          this.exits.set(container, exit);
        },
      },
    });
  }

  /** Starts a shell command; returns the container. */
  start(
    value: string,
    overrides: Partial<{
      shell: boolean;
      arguments: string[];
      environment: ContainerConfig['environment'];
      outlivesAgent: boolean;
    }> = {},
  ) {
    this.#serial += 1;
    const container = `c${this.#serial}`;
    const sandbox = this.sandbox(container);
    mkdirSync(sandbox, { recursive: true });
    this.launcher.launch({
      container,
      process: { shell: overrides.shell ?? true, value, arguments: overrides.arguments ?? [] },
      environment: [['PATH', '/usr/bin:/bin'], ['MESOS_SANDBOX', sandbox], ...(overrides.environment ?? [])],
      runAs: undefined,
      sandbox,
      outlivesAgent: overrides.outlivesAgent ?? true,
    });
    return container;
  }

  sandbox(container: string): string {
    return `${this.directory}/sandboxes/${container}`;
  }

  output(container: string, name: 'stdout' | 'stderr' = 'stdout'): string {
    return readFileSync(`${this.sandbox(container)}/${name}`, 'utf8');
  }

  exit(container: string): Promise<ContainerExit> {
    return until(() => this.exits.get(container), `the end of ${container}`);
  }

  pid(container: string): Promise<number> {
    return until(() => this.launched.get(container), `the start of ${container}`);
  }

  async run(value: string, overrides: Parameters<LauncherWorld['start']>[1] = {}) {
    const container = this.start(value, overrides);
    const exit = await this.exit(container);
    return { exit, stdout: this.output(container), stderr: this.output(container, 'stderr') };
  }

  async close(): Promise<void> {
    for (const container of [...this.launched.keys()]) if (!this.exits.has(container)) this.launcher.destroy(container);
    await until(() => [...this.launched.keys()].every((container) => this.exits.has(container)), 'the end of all');
    await this.launcher.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
