// The containerizer that is built from a launcher and isolators (--containerizers=mesos).
//
//   launch ──▶ user, sandbox, isolators, fetch ──▶ process started ──▶ ends ──▶ cleaned up
//                        └──── fails: launchFailed ────┘   destroy: children first, then the container
import type { ContainerInfo, Resource } from '@mini-mesos/proto';
import type { Logger } from '@mini-mesos/daemon';
import type { ContainerConfig } from '../core/effects.js';
import type { LaunchedStatus } from '../core/events.js';
import { containerPath } from '../core/paths.js';
import type { ContainerExit } from '../core/signals.js';
import type {
  Containerizer,
  ContainerEvents,
  Isolator,
  Launcher,
  LauncherEvents,
  LiveContainer,
  RunAs,
  Usage,
} from './containerizer.js';
import type { Fetcher } from './fetcher/fetcher.js';
import { makeSandbox } from './sandbox.js';
import type { Users } from './users.js';

interface Entry {
  readonly path: string;
  readonly config: ContainerConfig;
  resources: Resource[];
  status: LaunchedStatus | undefined;
  readonly children: Set<Entry>;
  readonly parent: Entry | undefined;
  /** Ends the preparation. */
  readonly abort: AbortController;
  phase: 'preparing' | 'running' | 'ended';
  destroying: boolean;
}

export interface MesosContainerizerOptions {
  events: ContainerEvents;
  /** Made with the events that it has to report. */
  launcher: (events: LauncherEvents) => Launcher;
  isolators: readonly Isolator[];
  fetcher: Fetcher;
  users: Users;
  /** Called when a sandbox has been made, before anything is put into it. */
  onSandbox?: (directory: string) => Promise<void>;
  logger: Logger;
}

const KILLED: ContainerExit = { kind: 'signaled', signal: 9 };

export class MesosContainerizer implements Containerizer {
  readonly #options: MesosContainerizerOptions;
  readonly #launcher: Launcher;
  readonly #entries = new Map<string, Entry>();
  destroyErrors = 0;

  constructor(options: MesosContainerizerOptions) {
    this.#options = options;
    this.#launcher = options.launcher({
      launched: (container, pid) => this.#onLaunched(container, { executor_pid: pid }),
      exited: (container, exit) => this.#onExited(container, exit),
    });
  }

  launch(config: ContainerConfig): void {
    const path = containerPath(config.id);
    const parent = config.id.parent && this.#entries.get(containerPath(config.id.parent));
    const entry = newEntry(config, parent);
    const unsupported = unsupportedReason(config.container);
    if (unsupported !== undefined || (config.id.parent && !parent)) {
      const message = unsupported ?? `Parent container ${config.id.parent?.value} does not exist`;
      queueMicrotask(() => this.#options.events.launchFailed(path, message));
      return;
    }
    this.#entries.set(path, entry);
    parent?.children.add(entry);
    void this.#prepare(entry);
  }

  recover(config: ContainerConfig): void {
    const parent = config.id.parent && this.#entries.get(containerPath(config.id.parent));
    const entry = newEntry(config, parent);
    const { path } = entry;
    entry.phase = 'running';
    this.#entries.set(path, entry);
    parent?.children.add(entry);
    if (!config.process) {
      this.#onLaunched(path, {});
    } else if (!this.#launcher.recover(path, config.sandbox)) {
      void this.#cleanUp(entry);
      const message = 'the agent ended before it was started';
      this.#end(entry, () => this.#options.events.launchFailed(path, message));
    }
  }

  forget(container: string): void {
    this.#launcher.forget(container);
  }

  update(container: string, resources: Resource[]): void {
    const entry = this.#entries.get(container);
    if (entry) entry.resources = resources;
  }

  signal(container: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#launcher.signal(container, signal);
  }

  destroy(container: string): void {
    const entry = this.#entries.get(container);
    if (entry) this.#destroy(entry);
  }

  list(): LiveContainer[] {
    return [...this.#entries.values()].map(({ path, config, resources, status }) => ({
      path,
      id: config.id,
      config,
      resources,
      status,
    }));
  }

  /** A container without a process uses what its children use. */
  async usage(containers: readonly string[]): Promise<Map<string, Usage>> {
    const paths = new Set(containers.flatMap((container) => [container, ...this.#descendants(container)]));
    const measured = this.#launcher.usage([...paths]);
    return new Map(
      containers.map((container) => {
        const all = [container, ...this.#descendants(container)].flatMap((path) => measured.get(path) ?? []);
        return [container, sumUsage(all)];
      }),
    );
  }

  async close(): Promise<void> {
    for (const { abort } of this.#entries.values()) abort.abort();
    await this.#launcher.close();
  }

  async #prepare(entry: Entry): Promise<void> {
    const { config, abort, path } = entry;
    const { users, isolators, fetcher, onSandbox } = this.#options;
    try {
      const runAs = await users.resolve(config.user);
      abort.signal.throwIfAborted();
      await makeSandbox({ sandbox: config.sandbox, link: config.sandboxLink, runAs });
      await onSandbox?.(config.sandbox);
      for (const isolator of isolators) await isolator.prepare(config, runAs);
      const { sandbox, uris } = config;
      await fetcher.fetch({ container: path, sandbox, uris, runAs, signal: abort.signal });
      abort.signal.throwIfAborted();
      this.#start(entry, runAs);
    } catch (error) {
      await this.#cleanUp(entry);
      const message = error instanceof Error ? error.message : String(error);
      if (entry.destroying) this.#end(entry, () => this.#options.events.exited(path, KILLED));
      else this.#end(entry, () => this.#options.events.launchFailed(path, message));
    }
  }

  #start(entry: Entry, runAs: RunAs | undefined): void {
    const { path, config } = entry;
    entry.phase = 'running';
    if (!config.process) {
      this.#onLaunched(path, {});
      return;
    }
    const { environment, sandbox, process, outlivesAgent } = config;
    this.#launcher.launch({ container: path, process, environment, runAs, sandbox, outlivesAgent });
  }

  #onLaunched(path: string, status: LaunchedStatus): void {
    const entry = this.#entries.get(path);
    if (!entry) return;
    entry.status = status;
    this.#options.events.launched(path, status);
  }

  #onExited(path: string, exit: ContainerExit): void {
    const entry = this.#entries.get(path);
    if (!entry) return;
    entry.phase = 'ended';
    // What is nested in it has lost what it belonged to.
    for (const child of entry.children) this.#destroy(child);
    void this.#cleanUp(entry);
    this.#end(entry, () => this.#options.events.exited(path, exit));
  }

  #destroy(entry: Entry): void {
    entry.destroying = true;
    for (const child of [...entry.children]) this.#destroy(child);
    if (entry.children.size > 0) return;
    if (entry.phase === 'preparing') entry.abort.abort();
    else if (entry.phase === 'running' && entry.config.process) this.#launcher.destroy(entry.path);
    else if (entry.phase === 'running') this.#onExited(entry.path, { kind: 'exited', status: 0 });
  }

  #end(entry: Entry, tell: () => void): void {
    entry.phase = 'ended';
    this.#entries.delete(entry.path);
    entry.parent?.children.delete(entry);
    tell();
    if (entry.parent?.destroying) this.#destroy(entry.parent);
  }

  async #cleanUp({ config }: Entry): Promise<void> {
    for (const isolator of [...this.#options.isolators].reverse()) {
      await isolator.cleanup(config).catch((error: unknown) => {
        this.destroyErrors += 1;
        this.#options.logger.error({ err: error, container: config.id.value }, `cannot clean up ${isolator.name}`);
      });
    }
  }

  #descendants(container: string): string[] {
    const children = this.#entries.get(container)?.children ?? [];
    return [...children].flatMap((child) => [child.path, ...this.#descendants(child.path)]);
  }
}

function newEntry(config: ContainerConfig, parent: Entry | undefined): Entry {
  return {
    path: containerPath(config.id),
    config,
    parent,
    resources: config.resources,
    status: undefined,
    children: new Set(),
    abort: new AbortController(),
    phase: 'preparing',
    destroying: false,
  };
}

/** Why no enabled containerizer makes such a container, in Mesos' words where it has some. */
function unsupportedReason(container: ContainerInfo | undefined): string | undefined {
  if (!container) return undefined;
  if (container.type === 'DOCKER') {
    return 'None of the enabled containerizers (mesos) could create a container for the provided TaskInfo/ExecutorInfo message';
  }
  if (container.mesos?.image) return 'No container image provider is enabled (--image_providers)';
  if ((container.volumes ?? []).length > 0) return 'Volumes in ContainerInfo is not supported';
  const network = container.network_infos?.find((info) => info.name !== undefined);
  return network ? `Unknown CNI network '${network.name}'` : undefined;
}

function sumUsage(all: readonly Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of all) {
    for (const [name, value] of Object.entries(usage) as [keyof Usage, unknown][]) {
      if (typeof value === 'number') (sum[name] as number) = ((sum[name] as number | undefined) ?? 0) + value;
    }
  }
  return sum;
}
