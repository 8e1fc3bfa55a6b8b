// /state, /state-summary, /slaves and /frameworks: everything, much less, and two parts of it.
import type { MasterInfo } from '@mini-mesos/proto';
import { toJsonValue } from '@mini-mesos/wire';
import type { AgentId } from '@mini-mesos/wire';
import type { MasterConfig } from '../../config.js';
import type { FrameworkRecord } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import { agentCounts } from '../agent-counts.js';
import { listing } from '../listing.js';
import { usageOf } from '../usage.js';
import { agentJson, fullAgentJson, recoveredAgentJson } from './agent.js';
import { frameworkJson, frameworkSummaryJson } from './framework.js';
import { TaskCounts } from './task-counts.js';
import { seconds } from './time.js';

/** Version and build, as /version shows them. */
export interface BuildInfo {
  readonly version: string;
  readonly git_sha: string;
  readonly git_branch: string;
  readonly build_date: string;
  /** Seconds since 1970. */
  readonly build_time: number;
  readonly build_user: string;
}

/** What a master knows of itself besides its state. */
export interface AboutMaster {
  readonly build: BuildInfo;
  readonly startTimeMs: number;
  /** Undefined while it does not lead. */
  readonly electedTimeMs: number | undefined;
  readonly leader: MasterInfo | undefined;
  /** As they may be shown: without passwords. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Source {
  readonly state: MasterState;
  readonly config: MasterConfig;
}

export function stateJson({ state, config }: Source, about: AboutMaster) {
  const { info } = config;
  const counts = agentCounts(state);
  const { build } = about;
  return {
    version: build.version,
    git_sha: build.git_sha,
    git_branch: build.git_branch,
    build_date: build.build_date,
    build_time: build.build_time,
    build_user: build.build_user,
    start_time: seconds(about.startTimeMs),
    ...(about.electedTimeMs !== undefined && { elected_time: seconds(about.electedTimeMs) }),
    id: info.id,
    pid: info.pid ?? '',
    hostname: info.hostname ?? '',
    capabilities: (info.capabilities ?? []).map(({ type = 'UNKNOWN' }) => type),
    activated_slaves: counts.active,
    deactivated_slaves: counts.inactive,
    unreachable_slaves: counts.unreachable,
    ...(info.domain && { domain: toJsonValue('mesos.v1.DomainInfo', info.domain) }),
    ...(about.leader && { leader: about.leader.pid ?? '', leader_info: leaderJson(about.leader) }),
    ...pick(about.flags, ['cluster', 'log_dir', 'external_log_file']),
    flags: about.flags,
    slaves: listing(state.agents.values(), agentJson),
    recovered_slaves: recoveredAgents(state),
    ...frameworks(state),
    // Always empty since Mesos 1.2; clients expect the keys.
    orphan_tasks: [],
    unregistered_frameworks: [],
  };
}

function leaderJson({ id, pid = '', port, hostname = '', domain }: MasterInfo) {
  return { id, pid, port, hostname, ...(domain && { domain: toJsonValue('mesos.v1.DomainInfo', domain) }) };
}

function pick(flags: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}

function recoveredAgents(state: MasterState, only?: string) {
  const chosen = [...state.recoveredAgents].filter(([id]) => isChosen(id, only));
  return listing(chosen, ([id, info]: [AgentId, Parameters<typeof recoveredAgentJson>[1]]) =>
    recoveredAgentJson(id, info),
  );
}

function frameworks(state: MasterState, only?: string) {
  const usage = usageOf(state);
  const view = (framework: FrameworkRecord) => frameworkJson(framework, { state, usage });
  const chosen = ({ id }: FrameworkRecord) => isChosen(id, only);
  return {
    frameworks: listing([...state.frameworks.values()].filter(chosen), view),
    completed_frameworks: listing([...state.completedFrameworks.values()].filter(chosen), view),
  };
}

/** `slave_id=` and `framework_id=` choose one; nothing chooses all. */
function isChosen(id: string, only: string | undefined): boolean {
  return only === undefined || id === only;
}

export function slavesJson({ state }: Source, only?: string) {
  const chosen = [...state.agents.values()].filter(({ id }) => isChosen(id, only));
  return { slaves: listing(chosen, fullAgentJson), recovered_slaves: recoveredAgents(state, only) };
}

export function frameworksJson({ state }: Source, only?: string) {
  return { ...frameworks(state, only), unregistered_frameworks: [] };
}

export function stateSummaryJson({ state, config }: Source, { flags }: Pick<AboutMaster, 'flags'>) {
  const counts = new TaskCounts(state);
  const usage = usageOf(state);
  return {
    hostname: config.info.hostname ?? '',
    ...pick(flags, ['cluster']),
    slaves: listing(state.agents.values(), (agent) => ({ ...agentJson(agent), ...counts.ofAgent(agent.id) })),
    frameworks: listing(state.frameworks.values(), (framework) => ({
      ...frameworkSummaryJson(framework, usage),
      ...counts.ofFramework(framework.id),
    })),
  };
}
