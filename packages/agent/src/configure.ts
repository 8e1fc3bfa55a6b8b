// What the flags and the machine come to: the configuration of an agent's machine.
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { API_VERSION, dialable, hostnameOf, LISTEN_IP, type LoadedFlags, type Log } from '@mini-mesos/daemon';
import { detectResources, parseAttributes, parseResourcesFlag, Resources, type Result } from '@mini-mesos/resources';
import { DecodeError, fromJson } from '@mini-mesos/wire';
import type { AgentConfig } from './core/config.js';
import type { agentFlags } from './flags.js';
import { ResourcesStore } from './shell/resources-store.js';
import type { WorkDir } from './shell/work-dir.js';

export type AgentFlags = LoadedFlags<typeof agentFlags>;

/** Beneath the work directory where none is given, so that two agents never end each other's containers. */
export function runtimeDirOf({ values }: AgentFlags): string {
  return resolve(values.runtime_dir ?? `${values.work_dir}/run`);
}

/** The value, or an error that names the flag. */
function required<T>(flag: string, result: Result<T>): T {
  if (!result.ok) throw new Error(`--${flag}: ${result.error}`);
  return result.value;
}

export async function agentConfig(
  { values }: AgentFlags,
  { workDir, log, port }: { workDir: WorkDir; log: Log; port: number },
): Promise<AgentConfig> {
  const given = required('resources', parseResourcesFlag(values.resources ?? '', values.default_role));
  const facts = { cpuCount: cpus().length, memTotalBytes: totalmem(), diskTotalBytes: await workDir.totalBytes() };
  const ip = values.advertise_ip ?? dialable(values.ip ?? LISTEN_IP);
  const domain = values.domain === undefined ? undefined : domainOf(values.domain);
  return {
    version: API_VERSION,
    hostname: values.hostname ?? (values.hostname_lookup ? await hostnameOf(ip) : ip),
    ip,
    port,
    resources: required('resources', detectResources(given, facts)),
    checkpointedResources: remembered(new ResourcesStore(workDir.path, log.logger), { strict: values.strict, log }),
    attributes: required('attributes', parseAttributes(values.attributes ?? '')),
    ...(domain ? { domain } : {}),
    workDir: workDir.path,
    launcherDir: values.launcher_dir,
    switchUser: values.switch_user,
    executorEnvironment: values.executor_environment_variables,
    registrationBackoffFactorMs: values.registration_backoff_factor,
    executorRegistrationTimeoutMs: values.executor_registration_timeout,
    executorReregistrationTimeoutMs: values.executor_reregistration_timeout,
    executorShutdownGracePeriodMs: values.executor_shutdown_grace_period,
    recoveryTimeoutMs: values.recovery_timeout,
    gcDelayMs: values.gc_delay,
    gcDiskHeadroom: values.gc_disk_headroom,
    diskWatchIntervalMs: values.disk_watch_interval,
    maxCompletedExecutorsPerFramework: values.max_completed_executors_per_framework,
  };
}

function remembered(store: ResourcesStore, { strict, log }: { strict: boolean; log: Log }): Resources {
  try {
    return store.load();
  } catch (error) {
    const message = `cannot read the remembered reservations: ${(error as Error).message}`;
    if (strict) throw new Error(message, { cause: error });
    log.logger.error({ err: error }, `${message}; starting without them (--no-strict)`);
    return Resources.EMPTY;
  }
}

function domainOf(given: unknown) {
  try {
    return fromJson('mesos.v1.DomainInfo', given);
  } catch (error) {
    if (error instanceof DecodeError) throw new Error(`--domain: ${error.message}`, { cause: error });
    throw error;
  }
}
