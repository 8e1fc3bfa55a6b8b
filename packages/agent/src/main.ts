// Puts an agent together and starts it.
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import {
  createFront,
  createLog,
  FilesService,
  isLoopback,
  LISTEN_IP,
  logOptions,
  MetricsRegistry,
  realTime,
  registerFiles,
  registerSystemMetrics,
  type Front,
  type Log,
} from '@mini-mesos/daemon';
import { detectorFor, type LeaderDetector } from '@mini-mesos/election';
import type { AgentConfig } from './core/config.js';
import { AgentMachine } from './core/machine.js';
import { forbiddenChanges, incompatibleText } from './core/reconfiguration.js';
import { agentInfo } from './core/initial-state.js';
import type { MeasuredContainer } from './core/views/containers.js';
import { agentConfig, runtimeDirOf, type AgentFlags } from './configure.js';
import { Fetcher } from './shell/fetcher/fetcher.js';
import { ExecutorEndpoint } from './shell/http/executor-endpoint.js';
import { registerOperatorApi } from './shell/http/operator-api.js';
import { registerReadEndpoints, type ReadDeps } from './shell/http/read-endpoints.js';
import { Tunnel } from './shell/http/tunnel.js';
import { VolumeLinks } from './shell/isolators/volume-links.js';
import { leftDirectories, type LeftDirectory } from './shell/left-directories.js';
import { LinkClient } from './shell/link-client.js';
import { MesosContainerizer } from './shell/mesos-containerizer.js';
import { MetaStore, type Remembered } from './shell/meta/meta-store.js';
import { PosixLauncher } from './shell/posix/posix-launcher.js';
import { ResourcesStore } from './shell/resources-store.js';
import { AgentRuntime } from './shell/runtime.js';
import { SandboxFiles } from './shell/sandbox-files.js';
import { Users } from './shell/users.js';
import { WorkDir } from './shell/work-dir.js';

export interface StartAgentOptions {
  flags: AgentFlags;
  /** Where the agent logs; its owner closes it. Default: what the flags say. */
  log?: Log;
  /** For tests: what tells one start of the machine from another. Default: what the kernel says. */
  bootId?: string;
}

export interface RunningAgent {
  readonly ip: string;
  readonly port: number;
  /** `http://host:port`, as others reach it. */
  readonly url: string;
  /** The id that the master gave; undefined before the first registration. */
  readonly id: string | undefined;
  /** Resolves when the agent has nothing left to do: the master or `close` ended it. The text says why. */
  readonly terminated: Promise<string>;
  /** True where all it had to do was to clean up (--recover=cleanup), and it did. */
  readonly hasCleanedUp: boolean;
  /**
   * With `killTasks` the agent leaves the cluster: its tasks are killed and the master is told. With
   * 'unless-checkpointed' it will be back: tasks of frameworks with checkpointing go on running under their supervisors,
   * the others are killed. Without, it only lets go, as if it had crashed. Idempotent.
   */
  close(options?: { killTasks?: boolean | 'unless-checkpointed' }): Promise<void>;
}

/** On top of the grace period of executors, before an agent that is to end stops waiting for their ends. */
const SHUTDOWN_MARGIN_MS = 10_000;
/** What is still to be said to the master gets this long. */
const FAREWELL_MS = 1_000;

/** Rejects with a text for people where the flags do not go together, or the machine does not give what they ask. */
export async function startAgent({ flags, log: given, bootId }: StartAgentOptions): Promise<RunningAgent> {
  if (process.platform !== 'linux') throw new Error(`the agent runs on Linux only, not on ${process.platform}`);
  const { values } = flags;
  const startMs = realTime.nowMs();
  const log = given ?? createLog(logOptions('mesos-agent', values));
  const closers: (() => Promise<void> | void)[] = given ? [] : [() => log.close()];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const workDir = WorkDir.open(resolve(values.work_dir));
    closers.push(() => workDir.close());
    for (const warning of flags.warnings) log.logger.warn(warning);
    const meta = new MetaStore({ workDir: workDir.path, bootId });
    closers.push(() => meta.close());
    const { remembered, warnings } = meta.recover({ strict: values.strict });
    for (const warning of warnings) log.logger.warn(warning);
    const detector = detectorFor(values.master, { sessionTimeoutMs: values.zk_session_timeout });
    closers.push(() => detector.close());
    const front = createFront({ processId: 'slave(1)', logger: log.logger });
    const bound = await listen(front, { flags, remembered });
    closers.push(() => front.close());
    const config = await agentConfig(flags, { workDir, log, port: values.advertise_port ?? bound.port });
    const known = values.recover === 'cleanup' ? undefined : comingBack(remembered, { flags, config, log, meta });
    meta.begin();
    if (known) meta.adopt(agentInfo(config, known.info.id));
    const assembled = assemble({ flags, front, config, log, workDir, startMs, meta, remembered: known });
    closers.push(() => assembled.close());
    assembled.runtime.start();
    await assembled.destroyLeftovers();
    assembled.runtime.submit({ type: 'directories-found', directories: await unused(workDir.path, assembled.runtime) });
    if (values.recover === 'cleanup') {
      meta.forget();
      log.logger.info('ended what an earlier run of this agent left behind (--recover=cleanup)');
      return running(
        { ...assembled, terminated: Promise.resolve('cleaned up') },
        { config, closeAll, graceMs: 0 },
        true,
      );
    }
    void watchLeader(detector, assembled.runtime, log);
    announce(log, bound.ip, config);
    return running(assembled, { config, closeAll, graceMs: values.executor_shutdown_grace_period });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function unused(workDir: string, { machine: { state } }: AgentRuntime): Promise<LeftDirectory[]> {
  const executors = [...state.frameworks.values()].flatMap((framework) => [...framework.executors.values()]);
  const live = executors.map(({ directory }) => directory);
  return leftDirectories(workDir, { agentId: state.info.id?.value, live });
}

/** An agent that comes back takes the port it had, where it may choose: its executors look for it there. */
async function listen(
  front: Front,
  { flags: { values }, remembered }: { flags: AgentFlags; remembered?: Remembered | undefined },
) {
  const ip = values.ip ?? LISTEN_IP;
  const before = remembered?.info.port;
  if (values.port !== 0 || before === undefined) return front.listen({ ip, port: values.port });
  try {
    return await front.listen({ ip, port: before });
  } catch {
    // Another program has it by now.
    return front.listen({ ip, port: 0 });
  }
}

/** What to go on with; undefined for a new agent. Throws where the flags changed in a way that is not allowed. */
function comingBack(
  remembered: Remembered | undefined,
  { flags: { values }, config, log, meta }: { flags: AgentFlags; config: AgentConfig; log: Log; meta: MetaStore },
): Remembered | undefined {
  if (!remembered) return undefined;
  const policy = values.reconfiguration_policy;
  const isFree = values.port === 0 && values.advertise_port === undefined;
  const before = isFree ? { ...remembered.info, port: config.port } : remembered.info;
  const changes = forbiddenChanges(before, agentInfo(config, remembered.info.id), policy);
  if (changes.length === 0) return remembered;
  const message = incompatibleText(changes, { policy, latest: meta.latest });
  if (!remembered.rebooted) throw new Error(message);
  log.logger.warn(`${message}
the machine was started anew, so nothing of it runs any more: starting as a new agent`);
  return undefined;
}

interface Parts {
  meta: MetaStore;
  remembered: Remembered | undefined;
  flags: AgentFlags;
  front: Front;
  config: AgentConfig;
  log: Log;
  workDir: WorkDir;
  startMs: number;
}

interface Assembled {
  readonly runtime: AgentRuntime;
  readonly link: LinkClient;
  readonly terminated: Promise<string>;
  destroyLeftovers(): Promise<void>;
  close(): Promise<void>;
}

function assemble({ flags, front, config, log, workDir, startMs, meta, remembered }: Parts): Assembled {
  const { values } = flags;
  const { logger } = log;
  const random = { bytes: (length: number) => Uint8Array.from(randomBytes(length)), float: () => randomFloat() };
  const files = new FilesService();
  const sandboxFiles = new SandboxFiles(files, logger);
  const fetcher = new Fetcher({
    frameworksHome: values.frameworks_home,
    stallTimeoutMs: values.fetcher_stall_timeout,
  });
  let onTerminated: (message: string) => void = () => undefined;
  const terminated = new Promise<string>((resolve) => (onTerminated = resolve));
  let launcher: PosixLauncher | undefined;
  const runtime = new AgentRuntime({
    machine: new AgentMachine(config, random, remembered),
    time: realTime,
    logger,
    onTerminated,
    ports: (submit) => ({
      link: new LinkClient({
        logger,
        events: {
          event: (generation, event) => submit({ type: 'link-event', generation, event }),
          closed: (generation, reason, redirect) => submit({ type: 'link-closed', generation, reason, redirect }),
        },
      }),
      containerizer: new MesosContainerizer({
        events: {
          launched: (container, status) => submit({ type: 'container-launched', container, status }),
          launchFailed: (container, message) => submit({ type: 'container-launch-failed', container, message }),
          exited: (container, exit) => submit({ type: 'container-exited', container, exit }),
        },
        launcher: (events) => {
          const rebooted = remembered?.rebooted;
          launcher = new PosixLauncher({
            runtimeDir: runtimeDirOf(flags),
            recoveryTimeoutMs: values.recovery_timeout,
            time: realTime,
            logger,
            events,
            rebooted,
          });
          return launcher;
        },
        isolators: [new VolumeLinks()],
        fetcher,
        users: new Users(),
        onSandbox: (directory) => sandboxFiles.made(directory),
        logger,
      }),
      executors: new ExecutorEndpoint({ submit, logger }),
      tunnel: new Tunnel(front, logger),
      workDir,
      meta,
      store: new ResourcesStore(workDir.path, logger),
      sandboxFiles,
    }),
  });
  registerEndpoints({ flags, front, log, runtime, files, fetcher, startMs });
  return {
    runtime,
    link: runtime.ports.link,
    terminated,
    destroyLeftovers: async () => {
      const count = (await launcher?.destroyLeftovers()) ?? 0;
      if (count > 0) logger.warn(`ended ${count} containers that an earlier agent left behind`);
    },
    close: async () => {
      runtime.close();
      runtime.ports.executors.close();
      runtime.ports.link.shutDown();
      await runtime.ports.containerizer.close();
    },
  };
}

/** 48 random bits: only how long to wait depends on them. */
function randomFloat(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}

interface EndpointParts {
  flags: AgentFlags;
  front: Front;
  log: Log;
  runtime: AgentRuntime;
  files: FilesService;
  fetcher: Fetcher;
  startMs: number;
}

function registerEndpoints({ flags, front, log, runtime, files, fetcher, startMs }: EndpointParts): void {
  const { values } = flags;
  const { containerizer, executors } = runtime.ports;
  const metrics = new MetricsRegistry();
  registerSystemMetrics(metrics);
  const readyMs = realTime.nowMs();
  const deps: ReadDeps = {
    machine: runtime.machine,
    metrics,
    log,
    startTimeSecs: startMs / 1000,
    flags: () => ({ ...flags.printable(), runtime_dir: runtimeDirOf(flags) }),
    logDir: values.log_dir,
    counts: () => ({
      uptimeSecs: (realTime.nowMs() - startMs) / 1000,
      recoverySecs: (readyMs - startMs) / 1000,
      fetchesSucceeded: fetcher.succeeded,
      fetchesFailed: fetcher.failed,
      fetcherCacheBytes: values.fetcher_cache_size,
      destroyErrors: containerizer instanceof MesosContainerizer ? containerizer.destroyErrors : 0,
    }),
    containers: async () => {
      const live = containerizer.list();
      const usage = await containerizer.usage(live.map(({ path }) => path));
      const containers = live.map((container): MeasuredContainer => {
        return { ...container, usage: usage.get(container.path) ?? {} };
      });
      const countsProcesses = values.cgroups_cpu_enable_pids_and_tids_count;
      return { machine: runtime.machine, containers, nowMs: realTime.nowMs(), countsProcesses };
    },
  };
  if (log.file !== undefined) void files.attach(log.file, '/slave/log');
  registerReadEndpoints(front, deps);
  registerOperatorApi(front, { ...deps, files });
  registerFiles(front, files);
  executors.register(front);
}

async function watchLeader(detector: LeaderDetector, runtime: AgentRuntime, { logger }: Log): Promise<void> {
  try {
    for await (const leader of detector) {
      const hostname = leader?.info?.hostname ?? leader?.address.replace(/:\d+$/, '') ?? '';
      runtime.submit({ type: 'leader-detected', leader: leader && { address: leader.address, hostname } });
    }
  } catch (error) {
    logger.fatal({ err: error }, 'cannot find out who leads');
    runtime.submit({ type: 'shutdown', message: 'cannot find out who leads' });
  }
}

function announce({ logger }: Log, boundIp: string, config: AgentConfig): void {
  const resources = config.resources.toString();
  logger.info({ work_dir: config.workDir, resources }, `agent listens at http://${config.ip}:${config.port}`);
  if (isLoopback(boundIp)) {
    logger.info('only this machine can connect; --ip=0.0.0.0 listens on every interface');
  } else {
    logger.warn(`listening on ${boundIp} without authentication: whoever reaches this port can read all sandboxes`);
  }
}

function running(
  { runtime, link, terminated }: Assembled,
  { config, closeAll, graceMs }: { config: AgentConfig; closeAll: () => Promise<void>; graceMs: number },
  hasCleanedUp = false,
): RunningAgent {
  let closing: Promise<void> | undefined;
  const close = async (killTasks: boolean | 'unless-checkpointed'): Promise<void> => {
    if (killTasks) {
      const type = killTasks === true ? 'shutdown' : 'stop';
      runtime.submit({ type, message: 'the agent is asked to end' });
      await within(terminated, graceMs + SHUTDOWN_MARGIN_MS);
      await link.drained(FAREWELL_MS);
    }
    await closeAll();
  };
  return {
    ip: config.ip,
    port: config.port,
    url: `http://${config.ip.includes(':') ? `[${config.ip}]` : config.ip}:${config.port}`,
    get id() {
      return runtime.machine.state.info.id?.value;
    },
    terminated,
    hasCleanedUp,
    close: ({ killTasks = false } = {}) => (closing ??= close(killTasks)),
  };
}

async function within(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))]);
  clearTimeout(timer);
}
