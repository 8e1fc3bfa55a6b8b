// What the command line decides about a master's behaviour. Defaults are Mesos' (src/master/constants.hpp there).
import type { MasterInfo } from '@mini-mesos/proto';

export interface MasterConfig {
  /** Announced to frameworks and detectors. `info.id` is the prefix of all ids that this master hands out. */
  info: MasterInfo;
  heartbeatIntervalMs: number;
  agentPingTimeoutMs: number;
  maxAgentPingTimeouts: number;
  agentReregisterTimeoutMs: number;
  /** How many agents may be declared unreachable in which time; undefined: any number. */
  agentRemovalRate: { readonly permits: number; readonly intervalMs: number } | undefined;
  /** The share of agents (0 to 1) that may be missing after a failover; where more are, the master ends. */
  recoveryAgentRemovalLimit: number;
  /** With quota: offers begin after a failover once this share of the agents (0 to 1) is back, or after this time. */
  allocatorAgentRecoveryFactor: number;
  allocatorRecoveryTimeoutMs: number;
  registryGcIntervalMs: number;
  /** How long, and how many, unreachable and gone agents and removed frameworks are remembered. */
  registryMaxAgentAgeMs: number;
  registryMaxAgentCount: number;
  /** Undefined: offers stay until they are answered or rescinded. */
  offerTimeoutMs: number | undefined;
  completedFrameworksMax: number;
  completedTasksPerFrameworkMax: number;
  unreachableTasksPerFrameworkMax: number;
  /** Roles that frameworks may use; undefined allows all. */
  roleWhitelist: ReadonlySet<string> | undefined;
  /** Whether frameworks of the user root are taken. */
  rootSubmissions: boolean;
}

export const DEFAULTS: Omit<MasterConfig, 'info'> = {
  heartbeatIntervalMs: 15_000,
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentReregisterTimeoutMs: 600_000,
  agentRemovalRate: undefined,
  recoveryAgentRemovalLimit: 1,
  allocatorAgentRecoveryFactor: 0.8,
  allocatorRecoveryTimeoutMs: 600_000,
  registryGcIntervalMs: 900_000,
  registryMaxAgentAgeMs: 14 * 24 * 3_600_000,
  registryMaxAgentCount: 102_400,
  offerTimeoutMs: undefined,
  completedFrameworksMax: 50,
  completedTasksPerFrameworkMax: 1000,
  unreachableTasksPerFrameworkMax: 1000,
  roleWhitelist: undefined,
  rootSubmissions: true,
};
