// Puts a master together and starts it.
import { randomBytes, randomUUID } from 'node:crypto';
import type { ExplainQuestion } from '@mini-mesos/allocator';
import {
  API_VERSION,
  createFront,
  createLog,
  dialable,
  hostnameOf,
  ipAsNumber,
  isLoopback,
  LISTEN_IP,
  logOptions,
  FilesService,
  MetricsRegistry,
  realTime,
  registerFiles,
  registerSystemMetrics,
} from '@mini-mesos/daemon';
import type { Front, LoadedFlags, Log } from '@mini-mesos/daemon';
import { withoutPassword } from '@mini-mesos/election';
import type { MasterInfo } from '@mini-mesos/proto';
import { DEFAULTS } from './core/config.js';
import type { MasterConfig } from './core/config.js';
import { MasterMachine } from './core/machine.js';
import { masterFlags, parseWeights } from './flags.js';
import { startAllocator } from './shell/allocator/start-allocator.js';
import { AgentLinkServer } from './shell/http/agent-link.js';
import { registerKill } from './shell/http/kill.js';
import { registerOperatorApi } from './shell/http/operator/operator-api.js';
import { OperatorStreams } from './shell/http/operator/operator-streams.js';
import { registerReadSide } from './shell/http/read/read-side.js';
import { registerWriteSide } from './shell/http/write/write-side.js';
import { redirectToLeader } from './shell/http/read/redirect.js';
import { SchedulerApi } from './shell/http/scheduler-api.js';
import { Tunnels } from './shell/http/tunnels.js';
import { Leading } from './shell/leadership/leading.js';
import type { End } from './shell/leadership/leading.js';
import { MasterRuntime } from './shell/runtime.js';
import { WhitelistWatcher } from './shell/whitelist-watcher.js';

export type MasterFlags = LoadedFlags<typeof masterFlags>;

export interface StartMasterOptions {
  flags: MasterFlags;
  /** Files of the web UI, where --webui_dir names none. */
  webuiDir?: string | undefined;
  /** Where the master logs; its owner closes it. Default: what the flags say. */
  log?: Log | undefined;
}

export interface RunningMaster {
  readonly id: string;
  readonly ip: string;
  readonly port: number;
  /** `http://host:port`, as browsers and agents reach it. */
  readonly url: string;
  /** Resolves when the master cannot go on by itself: it has lost its leadership, or failed. It acts no more then. */
  readonly ended: Promise<End>;
  close(): Promise<void>;
}

/** Rejects with a text for people where the flags do not go together or the port is taken. */
export async function startMaster({ flags, webuiDir, log: given }: StartMasterOptions): Promise<RunningMaster> {
  const { values } = flags;
  const weights = parseWeights(values.weights ?? []);
  if (!weights.ok) throw new Error(weights.error);
  const log = given ?? createLog(logOptions('mesos-master', values));
  for (const warning of flags.warnings) log.logger.warn(warning);
  const info = await masterInfo(flags);
  const metrics = new MetricsRegistry();
  let end: (end: End) => void = () => undefined;
  const ended = new Promise<End>((resolve) => (end = resolve));
  const leading: Leading = new Leading({
    options: values,
    info,
    logger: log.logger,
    metrics,
    time: realTime,
    onRecovered: (registry) => {
      runtime.submit({ type: 'recover', registry });
      if (weights.value.size > 0) runtime.submit({ type: 'weights', weights: weights.value });
    },
    onEnd: (why) => {
      runtime.close();
      log.logger.fatal(why.reason);
      end(why);
    },
  });
  const front = createFront({
    processId: 'master',
    logger: log.logger,
    before: (head) => redirectToLeader(head, leading),
  });
  const begin = async () => {
    if (!leading.isContested) await leading.leadAlone();
    return front.listen({ ip: values.ip ?? LISTEN_IP, port: values.port });
  };
  const webui = values.webui_dir ?? webuiDir;
  const runtime: MasterRuntime = assemble({ flags, front, info, metrics, log, leading, webuiDir: webui });
  const bound = await begin().catch(async (error: unknown) => {
    runtime.close();
    await leading.close();
    throw error;
  });
  setPort(info, values.advertise_port ?? bound.port);
  const whitelist = watchWhitelist(flags, { runtime, log });
  announce(log, bound);
  leading.stand();
  return {
    id: info.id,
    ip: bound.ip,
    port: bound.port,
    url: `http://${info.address?.ip ?? bound.ip}:${info.port}`,
    ended,
    close: async () => {
      whitelist?.close();
      runtime.close();
      await leading.close();
      await front.close();
      if (!given) log.close();
    },
  };
}

/** Without its port, which may only be known once it is bound. */
async function masterInfo({ values }: MasterFlags): Promise<MasterInfo> {
  const ip = values.advertise_ip ?? dialable(values.ip ?? LISTEN_IP);
  const hostname = values.hostname ?? (values.hostname_lookup ? await hostnameOf(ip) : ip);
  return {
    id: randomUUID(),
    ip: ipAsNumber(ip),
    port: 0,
    hostname,
    version: API_VERSION,
    address: { hostname, ip, port: 0 },
    ...(values.domain && { domain: values.domain }),
    capabilities: (['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'] as const).map((type) => ({ type })),
  };
}

/** Nobody has seen the info before the port is bound, so it is completed in place. */
function setPort(info: MasterInfo, port: number): void {
  const ip = info.address?.ip ?? '';
  Object.assign(info, { port, pid: `master@${ip}:${port}`, address: { ...info.address, port } });
}

function configOf({ values }: MasterFlags, info: MasterInfo): MasterConfig {
  return {
    ...DEFAULTS,
    info,
    agentPingTimeoutMs: values.agent_ping_timeout,
    maxAgentPingTimeouts: values.max_agent_ping_timeouts,
    agentReregisterTimeoutMs: values.agent_reregister_timeout,
    agentRemovalRate: values.agent_removal_rate_limit,
    recoveryAgentRemovalLimit: values.recovery_agent_removal_limit,
    allocatorAgentRecoveryFactor: values.allocator_agent_recovery_factor,
    allocatorRecoveryTimeoutMs: values.allocator_recovery_timeout,
    registryGcIntervalMs: values.registry_gc_interval,
    registryMaxAgentAgeMs: values.registry_max_agent_age,
    registryMaxAgentCount: values.registry_max_agent_count,
    offerTimeoutMs: values.offer_timeout,
    completedFrameworksMax: values.max_completed_frameworks,
    completedTasksPerFrameworkMax: values.max_completed_tasks_per_framework,
    unreachableTasksPerFrameworkMax: values.max_unreachable_tasks_per_framework,
    roleWhitelist: values.roles && values.roles.length > 0 ? new Set(values.roles) : undefined,
    rootSubmissions: values.root_submissions,
  };
}

interface Parts {
  flags: MasterFlags;
  front: Front;
  info: MasterInfo;
  metrics: MetricsRegistry;
  log: Log;
  leading: Leading;
  webuiDir: string | undefined;
}

function assemble({ flags, front, info, metrics, log, leading, webuiDir }: Parts): MasterRuntime {
  const { values } = flags;
  const { logger } = log;
  registerSystemMetrics(metrics);
  const files = new FilesService();
  if (log.file !== undefined) void files.attach(log.file, '/master/log');
  const allocator = startAllocator(values, { time: realTime, metrics });
  const machine = new MasterMachine(configOf(flags, info), randomBytes);
  const tunnels = new Tunnels(realTime);
  const schedulers = new SchedulerApi({ logger, newId: randomUUID });
  const agents = new AgentLinkServer({ logger, newId: randomUUID, tunnels });
  const operators = new OperatorStreams({
    subscribersMax: values.max_operator_event_stream_subscribers,
    timers: realTime,
    logger,
  });
  const runtime = new MasterRuntime({
    machine,
    time: realTime,
    logger,
    connections: schedulers,
    links: agents,
    operators,
    store: leading,
    allocator,
    mayAct: () => leading.mayAct,
    onAbort: (reason) => leading.abort(reason),
  });
  schedulers.register(front, runtime);
  agents.register(front, runtime);
  tunnels.register(front, () => machine.state);
  registerKill(front, runtime);
  const nowMs = realTime.nowMs();
  const reads = {
    machine,
    allocator,
    explain: (question: ExplainQuestion) => allocator.explain(question),
    runtime,
    operators,
    metrics,
    files,
    log,
    clock: realTime,
    startTimeMs: nowMs,
    electedTimeMs: () => leading.electedAtMs,
    leader: () => leading.leader,
    registry: () => leading.registryView,
    flags: () => printable(flags),
  };
  registerReadSide(front, reads);
  registerWriteSide(front, reads);
  registerOperatorApi(front, reads);
  registerFiles(front, files);
  if (webuiDir !== undefined) front.static('/', webuiDir, { fallback: 'index.html' });
  return runtime;
}

/** Without the password that may stand in --zk. */
function printable(flags: MasterFlags): Record<string, string> {
  const { zk, ...others } = flags.printable();
  return zk === undefined ? others : { ...others, zk: withoutPassword(zk) };
}

function watchWhitelist({ values }: MasterFlags, { runtime, log }: { runtime: MasterRuntime; log: Log }) {
  if (values.whitelist === undefined) return undefined;
  return new WhitelistWatcher(values.whitelist, {
    timers: realTime,
    logger: log.logger,
    onChange: (hostnames) => runtime.submit({ type: 'whitelist', hostnames }),
  });
}

function announce({ logger }: Log, bound: { ip: string; port: number }): void {
  if (isLoopback(bound.ip)) {
    logger.info('only this machine can connect; --ip=0.0.0.0 listens on every interface');
  } else {
    logger.warn(`listening on ${bound.ip} without authentication: whoever reaches this port rules the cluster`);
  }
}
