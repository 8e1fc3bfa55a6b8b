// The master's flags: Mesos' names, meanings and defaults (docs/configuration/master.md there).
import { commonFlags, COMPATIBLE, flag, unavailable } from '@mini-mesos/daemon';
import type { DomainInfo } from '@mini-mesos/proto';
import { Limits, Quantities, validateRole } from '@mini-mesos/resources';
import { DecodeError, fromJson } from '@mini-mesos/wire';

export const masterFlags = {
  ...commonFlags,
  ip: flag.string({
    help: 'Address to listen on. Without it only this machine can connect.',
    example: '0.0.0.0',
  }),
  port: flag.int({ help: 'Port to listen on.', default: 5050, min: 0, max: 65_535 }),
  advertise_ip: flag.string({ help: 'Address that agents, frameworks and browsers are told.' }),
  advertise_port: flag.int({ help: 'Port that agents, frameworks and browsers are told.', min: 1, max: 65_535 }),
  hostname: flag.string({ help: 'Host name to announce. Default: what the address resolves to.' }),
  hostname_lookup: flag.bool({ help: 'Whether the host name is looked up; if not, it is the address.', default: true }),
  cluster: flag.string({ help: 'Name of the cluster, shown in the web UI.' }),
  work_dir: flag.path({
    help: 'Directory for what the master keeps: without --zk, the registry.',
    example: '/var/lib/mesos',
  }),
  webui_dir: flag.path({ help: 'Directory with the files of the web UI. Default: the one that came along.' }),
  zk: flag.string({
    help: 'ZooKeeper URL for the election of a leader among several masters, who keep their registry there.',
    example: 'zk://host1:2181,host2:2181/mesos',
  }),
  zk_session_timeout: flag.duration({
    help: 'Timeout of the ZooKeeper session: a leader that is cut off for so long has ended before.',
    default: '10secs',
    min: '500ms',
  }),
  quorum: flag.int({ help: `${COMPATIBLE}ZooKeeper has its own quorum.`, min: 1 }),
  registry: flag.oneOf(['in_memory', 'replicated_log'], {
    help:
      'Where the registry is kept. replicated_log: in ZooKeeper with --zk, else in --work_dir, else in memory. ' +
      'in_memory: what the master knows is gone with it.',
    default: 'replicated_log',
  }),

  allocation_interval: flag.duration({
    help: 'Time between two allocations over all agents.',
    default: '100ms',
    min: '1ms',
  }),
  allocator: flag.oneOf(['hierarchical', 'HierarchicalDRF'], { help: 'The allocator.', default: 'hierarchical' }),
  allocator_thread: flag.bool({
    help: 'Not in Mesos: the allocator has a thread of its own, so that no call waits for it. For thousands of agents.',
    default: false,
  }),
  role_sorter: flag.oneOf(['drf', 'random', 'hdrf'], {
    help: 'Order of roles for offers. hdrf (not in Mesos): hierarchical DRF that does not starve roles with idle siblings.',
    default: 'drf',
    aliases: ['user_sorter'],
  }),
  framework_sorter: flag.oneOf(['drf', 'random'], {
    help: 'Order of the frameworks of a role for offers.',
    default: 'drf',
  }),
  fair_sharing_excluded_resource_names: flag.list({
    help: 'Resources that do not count for fairness.',
    example: 'gpus',
  }),
  filter_gpu_resources: flag.bool({
    help: 'Whether agents with GPUs are offered only to frameworks with the GPU_RESOURCES capability.',
    default: true,
  }),
  min_allocatable_resources: flag.string({
    help: 'An offer holds at least one of these sets.',
    default: 'cpus:0.01|mem:32',
    check: (text) => (parseMinAllocatable(text) ? undefined : 'expected sets such as cpus:0.01|mem:32'),
  }),
  nested_quota_limits: flag.bool({
    help: 'Not in Mesos: quota limits may be set for any role, and hold for all roles below it.',
    default: false,
  }),
  offer_freed_at_once: flag.bool({
    help: 'Not in Mesos: resources that come back are offered at once instead of at the next allocation over all agents.',
    default: false,
  }),
  offer_chop_size: flag.string({
    help: 'Not in Mesos: most of an agent that goes to one framework in one allocation. Default: all that is free.',
    example: 'cpus:4;mem:8192',
    check: (text) => (parseChopSize(text) ? undefined : 'expected amounts such as cpus:4;mem:8192'),
  }),
  offer_timeout: flag.duration({ help: 'Offers are rescinded after this time. Default: never.', min: '1ms' }),
  roles: flag.list({
    help: 'Roles that frameworks may use. Default: all.',
    example: 'prod,dev',
    check: (roles) => roles.map(validateRole).find((invalid) => invalid !== undefined),
  }),
  weights: flag.list({
    help: 'Weights of roles.',
    example: 'prod=2,dev=1',
    check: (pairs) => {
      const parsed = parseWeights(pairs);
      return parsed.ok ? undefined : parsed.error;
    },
  }),
  domain: flag.json({
    help: 'Region and zone of the master. Agents of other regions are offered to REGION_AWARE frameworks only.',
    example: '{"fault_domain": {"region": {"name": "eu"}, "zone": {"name": "a"}}}',
    read: readDomain,
  }),
  whitelist: flag.path({ help: 'File with the host names of the agents that may be offered, one a line.' }),
  root_submissions: flag.bool({ help: 'Whether frameworks of the user root are taken.', default: true }),

  agent_ping_timeout: flag.duration({
    help: 'Time between two pings of an agent.',
    default: '15secs',
    min: '1secs',
    max: '15mins',
    aliases: ['slave_ping_timeout'],
  }),
  max_agent_ping_timeouts: flag.int({
    help: 'Pings in a row that an agent may leave unanswered before it is unreachable.',
    default: 5,
    min: 1,
    aliases: ['max_slave_ping_timeouts'],
  }),
  agent_reregister_timeout: flag.duration({
    help: 'Time that a disconnected agent has to come back.',
    default: '10mins',
    min: '10mins',
    aliases: ['slave_reregister_timeout'],
  }),
  max_completed_frameworks: flag.int({ help: 'Completed frameworks that are remembered.', default: 50, min: 0 }),
  max_completed_tasks_per_framework: flag.int({ help: 'Completed tasks that are remembered.', default: 1000, min: 0 }),
  max_unreachable_tasks_per_framework: flag.int({
    help: 'Unreachable tasks that are remembered.',
    default: 1000,
    min: 0,
  }),
  max_operator_event_stream_subscribers: flag.int({
    help: 'Operators that follow the events at once; the oldest is dropped for a further one.',
    default: 1000,
    min: 1,
  }),
  publish_per_framework_metrics: flag.bool({ help: 'Whether metrics of each framework are shown.', default: true }),

  authenticate_frameworks: flag.bool({
    help: 'Authentication.',
    default: false,
    aliases: ['authenticate'],
    ...unavailable('authentication'),
  }),
  authenticate_agents: flag.bool({
    help: 'Authentication.',
    default: false,
    aliases: ['authenticate_slaves'],
    ...unavailable('authentication'),
  }),
  authenticate_http_frameworks: flag.bool({
    help: 'Authentication.',
    default: false,
    ...unavailable('authentication'),
  }),
  authenticate_http_readonly: flag.bool({ help: 'Authentication.', default: false, ...unavailable('authentication') }),
  authenticate_http_readwrite: flag.bool({
    help: 'Authentication.',
    default: false,
    aliases: ['authenticate_http'],
    ...unavailable('authentication'),
  }),
  credentials: flag.path({ help: 'Authentication.', secret: true, ...unavailable('authentication') }),
  acls: flag.string({ help: 'Authorization.', ...unavailable('authorization') }),
  http_authenticators: flag.string({ help: `${COMPATIBLE}there is nothing to authenticate.`, default: 'basic' }),
  authenticators: flag.string({ help: `${COMPATIBLE}there is nothing to authenticate.`, default: 'crammd5' }),
  authorizers: flag.string({ help: `${COMPATIBLE}everything is allowed.`, default: 'local' }),
  authentication_v0_timeout: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '15secs' }),

  allocator_agent_recovery_factor: flag.float({
    help: 'With quota: share of the agents that must be back after a failover before anything is offered.',
    default: 0.8,
    min: 0,
    max: 1,
  }),
  allocator_recovery_timeout: flag.duration({
    help: 'With quota: how long to wait for them.',
    default: '10mins',
  }),
  log_auto_initialize: flag.bool({ help: `${COMPATIBLE}no effect.`, default: true }),
  memory_profiling: flag.bool({ help: `${COMPATIBLE}no effect.`, default: false }),
  offer_constraints_re2_max_mem: flag.bytes({ help: `${COMPATIBLE}no effect.`, default: '4KB' }),
  offer_constraints_re2_max_program_size: flag.int({ help: `${COMPATIBLE}no effect.`, default: 100 }),
  recovery_agent_removal_limit: flag.percent({
    help: 'Share of the agents that may be missing after a failover; where more are, the master ends.',
    default: '100%',
    aliases: ['recovery_slave_removal_limit'],
  }),
  agent_removal_rate_limit: flag.rate({
    help: 'How many agents may be declared unreachable in which time. Default: any number.',
    example: '1/10mins',
    aliases: ['slave_removal_rate_limit'],
  }),
  registry_fetch_timeout: flag.duration({
    help: 'Time to read the registry; then the master ends.',
    default: '1mins',
    min: '1ms',
  }),
  registry_gc_interval: flag.duration({
    help: 'Time between two looks for entries of the registry that can be forgotten.',
    default: '15mins',
    min: '1ms',
  }),
  registry_max_agent_age: flag.duration({
    help: 'How long unreachable and gone agents, and removed frameworks, are remembered.',
    default: '2weeks',
  }),
  registry_max_agent_count: flag.int({
    help: 'How many of each are remembered.',
    default: 102_400,
    min: 0,
  }),
  registry_store_timeout: flag.duration({
    help: 'Time for one write to the registry; then the master ends.',
    default: '20secs',
    min: '1ms',
  }),
  registry_strict: flag.bool({ help: `${COMPATIBLE}no effect.`, default: false }),
  require_agent_domain: flag.bool({ help: `${COMPATIBLE}no effect.`, default: false }),
};

/** Sets joined by `|`, resources in a set by `;`. Undefined where it cannot be read. */
export function parseMinAllocatable(text: string): Quantities[] | undefined {
  if (text.trim() === '') return [];
  const sets = text.split('|').map((set) => Quantities.parse(set));
  return sets.every((set) => set.ok) ? sets.map((set) => set.value) : undefined;
}

function readDomain(json: unknown): { ok: true; value: DomainInfo } | { ok: false; error: string } {
  try {
    return { ok: true, value: fromJson('mesos.v1.DomainInfo', json) };
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, error: error.message };
    throw error;
  }
}

/** `cpus:4;mem:8192`. */
export function parseChopSize(text: string): Limits | undefined {
  const limits = Limits.parse(text);
  return limits.ok ? limits.value : undefined;
}

/** `role=weight` pairs; an error names the first that cannot be read. */
export function parseWeights(
  pairs: readonly string[],
): { ok: true; value: Map<string, number> } | { ok: false; error: string } {
  const weights = new Map<string, number>();
  for (const pair of pairs) {
    const [role, text, ...rest] = pair.split('=');
    const weight = Number(text);
    if (!role || rest.length > 0 || !(weight > 0) || !Number.isFinite(weight)) {
      return {
        ok: false,
        error: `'${pair}' is none: expected role=weight with a weight above 0, for example dev=2`,
      };
    }
    const invalid = validateRole(role);
    if (invalid !== undefined) return { ok: false, error: invalid };
    weights.set(role, weight);
  }
  return { ok: true, value: weights };
}
