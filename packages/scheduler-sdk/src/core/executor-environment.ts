// What an agent tells an executor in its environment (Mesos, src/slave/slave.cpp, executorEnvironment).
import { failure, success } from '../errors.js';
import type { Result } from '../errors.js';

/** src/slave/flags.cpp and constants.hpp: what an agent uses unless told otherwise. */
const DEFAULTS = { recovery: '15mins', backoff: '2secs', grace: '5secs' };

const UNITS_MS: { readonly [unit: string]: number } = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  secs: 1_000,
  mins: 60_000,
  hrs: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

export interface ExecutorEnvironment {
  frameworkId: string;
  executorId: string;
  agentId: string | undefined;
  /** `host:port` of the agent. */
  agentEndpoint: string;
  /** Where the executor's files are, as it sees them. */
  sandbox: string | undefined;
  /** Whether the executor outlives a restart of its agent. */
  isCheckpointing: boolean;
  /** With checkpointing: how long to wait for a lost agent, in milliseconds. */
  recoveryTimeoutMs: number;
  /** The longest wait between two tries to subscribe, in milliseconds. */
  subscriptionBackoffMaxMs: number;
  /** From a shutdown to the kill, in milliseconds. */
  shutdownGracePeriodMs: number;
  authenticationToken: string | undefined;
}

/** Milliseconds of a duration as Mesos prints it, such as `15mins` or `1.5secs`; undefined where it is none. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text.trim()) ?? [];
  const unitMs = UNITS_MS[unit];
  return amount === undefined || unitMs === undefined ? undefined : Number(amount) * unitMs;
}

export function readExecutorEnvironment(variables: {
  readonly [name: string]: string | undefined;
}): Result<ExecutorEnvironment> {
  const missing: string[] = [];
  const needed = (name: string): string => {
    const value = variables[name];
    if (!value) missing.push(name);
    return value ?? '';
  };
  const unreadable: string[] = [];
  const duration = (name: string, standard: string): number => {
    const text = variables[name] ?? standard;
    const ms = durationMs(text);
    if (ms === undefined) unreadable.push(`${name}=${text} is no duration such as ${standard}`);
    return ms ?? 0;
  };
  const environment: ExecutorEnvironment = {
    frameworkId: needed('MESOS_FRAMEWORK_ID'),
    executorId: needed('MESOS_EXECUTOR_ID'),
    agentEndpoint: needed('MESOS_AGENT_ENDPOINT'),
    agentId: variables['MESOS_SLAVE_ID'],
    sandbox: variables['MESOS_SANDBOX'],
    isCheckpointing: variables['MESOS_CHECKPOINT'] === '1',
    recoveryTimeoutMs: duration('MESOS_RECOVERY_TIMEOUT', DEFAULTS.recovery),
    subscriptionBackoffMaxMs: duration('MESOS_SUBSCRIPTION_BACKOFF_MAX', DEFAULTS.backoff),
    shutdownGracePeriodMs: duration('MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', DEFAULTS.grace),
    authenticationToken: variables['MESOS_EXECUTOR_AUTHENTICATION_TOKEN'],
  };
  if (missing.length > 0) return failure('MM_SDK_BAD_ENVIRONMENT', `the environment lacks ${missing.join(', ')}`);
  if (unreadable.length > 0) return failure('MM_SDK_BAD_ENVIRONMENT', unreadable.join('; '));
  return success(environment);
}
