// The agent's flags: Mesos' names, meanings and defaults (docs/configuration/agent.md there). What has a default that
// does nothing here is taken for compatibility; what asks for something that is not there is refused with its name.
import { commonFlags, COMPATIBLE, flag, unavailable } from '@mini-mesos/daemon';

/** Only these words make sense so far; the others of Mesos' list are refused by name. */
const onlyWords = (words: readonly string[], what: string) => ({
  check: (given: readonly string[]) => {
    const other = given.find((word) => !words.includes(word));
    return other === undefined ? undefined : `${what} '${other}' is not available yet; expected ${words.join(', ')}`;
  },
});

/** Environments and other maps from text to text. */
function readMap(value: unknown) {
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string');
  return isMap
    ? ({ ok: true, value: value as { [name: string]: string } } as const)
    : ({ ok: false, error: 'expected a JSON object of texts, for example {"PATH": "/bin:/usr/bin"}' } as const);
}

const identity = {
  master: flag.string({
    help: 'Where the leading master is: host:port, zk://host1:port1,.../path, or a file:// that holds one of these.',
    required: true,
    example: '127.0.0.1:5050',
  }),
  ip: flag.string({ help: 'Address to listen on. Without it only this machine can connect.', example: '0.0.0.0' }),
  port: flag.int({ help: 'Port to listen on; 0 takes a free one.', default: 5051, min: 0, max: 65_535 }),
  advertise_ip: flag.string({ help: 'Address that others are told.' }),
  advertise_port: flag.int({ help: 'Port that others are told.', min: 1, max: 65_535 }),
  hostname: flag.string({ help: 'Host name to announce. Default: what the address resolves to.' }),
  hostname_lookup: flag.bool({ help: 'Whether the host name is looked up; if not, it is the address.', default: true }),
  attributes: flag.string({ help: 'What is special about this machine.', example: 'rack:r1;os:debian' }),
  resources: flag.string({
    help: 'What the agent offers, as text or JSON. What is not named is detected: cpus, mem, disk and ports.',
    example: 'cpus:4;mem:4096;ports:[31000-32000]',
  }),
  default_role: flag.string({ help: 'Role of resources that name none.', default: '*' }),
  domain: flag.json({
    help: 'Region and zone of the machine.',
    example: '{"fault_domain": {"region": {"name": "eu"}, "zone": {"name": "a"}}}',
    read: (value) => ({ ok: true, value }) as const,
  }),
};

const directories = {
  work_dir: flag.path({
    help: 'Directory for sandboxes, volumes and what the agent remembers.',
    required: true,
    example: '/var/lib/mesos/agent',
  }),
  runtime_dir: flag.path({
    help: 'Directory for what concerns running containers. Default: run in the work directory, so that agents on one machine never share it.',
    example: '/run/mini-mesos-agent',
  }),
  sandbox_directory: flag.path({
    help: `${COMPATIBLE}where the sandbox is mounted in containers with an image.`,
    default: '/mnt/mesos/sandbox',
  }),
  launcher_dir: flag.path({
    help: `${COMPATIBLE}shown to clients as the home of the command executor; nothing is run from it.`,
    default: '/usr/libexec/mesos',
  }),
  frameworks_home: flag.path({ help: 'Directory for URIs of commands that are relative paths.', default: '' }),
  gc_delay: flag.duration({ help: 'How long sandboxes are kept while the disk is empty.', default: '1weeks' }),
  gc_disk_headroom: flag.float({ help: 'Share of the disk to keep free.', default: 0.1, min: 0, max: 1 }),
  disk_watch_interval: flag.duration({
    help: 'How often the disk is measured and old sandboxes are removed.',
    default: '1mins',
    min: '1ms',
  }),
  gc_non_executor_container_sandboxes: flag.bool({
    help: 'Removal of nested sandboxes before their executor ends.',
    default: false,
    ...unavailable('it'),
  }),
};

const executors = {
  switch_user: flag.bool({
    help: 'Whether tasks run as the user of their framework or command; only an agent that is root can.',
    default: true,
  }),
  executor_environment_variables: flag.json({
    help: 'JSON object of variables for every executor.',
    example: '{"PATH": "/bin:/usr/bin"}',
    read: readMap,
  }),
  executor_registration_timeout: flag.duration({
    help: 'Time that an executor has to subscribe after its start. Fetching does not count.',
    default: '1mins',
  }),
  executor_reregistration_timeout: flag.duration({
    help: 'Pace at which executors that lost the agent try again, and the time they have when it is back.',
    default: '2secs',
    max: '15secs',
  }),
  executor_shutdown_grace_period: flag.duration({
    help: 'Time that an executor has to end; then its container is destroyed.',
    default: '5secs',
  }),
  recovery_timeout: flag.duration({
    help: 'How long executors, and tasks, wait for an agent that is gone; then they end.',
    default: '15mins',
  }),
  recover: flag.oneOf(['reconnect', 'cleanup'], {
    help: 'What becomes of what an earlier run of the agent left: go on with it, or end it all and exit.',
    default: 'reconnect',
  }),
  strict: flag.bool({
    help: 'Whether what an earlier run wrote down and cannot be read keeps the agent from starting; else it is skipped.',
    default: true,
  }),
  reconfiguration_policy: flag.oneOf(['equal', 'additive', 'any'], {
    help: 'Which changes of resources, attributes, domain and port an agent may come back with: none, additions, or any.',
    default: 'equal',
  }),
  registration_backoff_factor: flag.duration({
    help: 'Longest wait before the first attempt to register; doubled from attempt to attempt, up to a minute.',
    default: '1secs',
  }),
  max_completed_executors_per_framework: flag.int({
    help: 'Completed executors that are remembered.',
    default: 150,
    min: 0,
  }),
  http_command_executor: flag.bool({
    help: `${COMPATIBLE}command tasks have no executor process here.`,
    default: false,
  }),
  http_executor_domain_sockets: flag.bool({
    help: 'Executors on a domain socket.',
    default: false,
    ...unavailable('it'),
  }),
  http_heartbeat_interval: flag.duration({
    help: `${COMPATIBLE}pace of heartbeats to attached clients.`,
    default: '30secs',
  }),
  fetcher_stall_timeout: flag.duration({
    help: 'A download that gets nothing for this long is given up.',
    default: '1mins',
    min: '1ms',
  }),
  fetcher_cache_size: flag.bytes({ help: `${COMPATIBLE}everything is fetched anew.`, default: '2GB' }),
  fetcher_cache_dir: flag.path({ help: `${COMPATIBLE}everything is fetched anew.`, default: '/tmp/mesos/fetch' }),
  hadoop_home: flag.path({ help: 'The hadoop client for other URIs.', ...unavailable('hadoop') }),
  container_logger: flag.string({ help: 'Logger of containers.', ...unavailable('a container logger') }),
};

const containers = {
  containerizers: flag.list({
    help: 'What makes containers, in this order.',
    default: 'mesos',
    ...onlyWords(['mesos'], 'the containerizer'),
  }),
  launcher: flag.oneOf(['posix', 'linux'], {
    help: "How processes are started. Mesos' default for root, linux, is not available yet.",
    default: 'posix',
    check: (value) => (value === 'linux' ? 'the linux launcher is not available yet; expected posix' : undefined),
  }),
  isolation: flag.list({
    help: 'What separates containers from one another.',
    default: 'posix/cpu,posix/mem',
    ...onlyWords(['posix/cpu', 'posix/mem', 'filesystem/posix', 'environment_secret'], 'the isolator'),
  }),
  image_providers: flag.list({ help: 'Kinds of container images.', ...onlyWords([], 'the provider') }),
  image_provisioner_backend: flag.string({ help: `${COMPATIBLE}there are no images.`, default: 'copy' }),
  default_container_info: flag.string({ help: 'Default container.', ...unavailable('it') }),
  effective_capabilities: flag.string({
    help: 'Capabilities of processes.',
    aliases: ['allowed_capabilities'],
    ...unavailable('it'),
  }),
  bounding_capabilities: flag.string({ help: 'Capabilities of processes.', ...unavailable('it') }),
  allowed_devices: flag.string({ help: 'Devices of containers.', ...unavailable('it') }),
  nvidia_gpu_devices: flag.string({ help: 'GPUs to offer.', ...unavailable('GPU isolation') }),
  agent_subsystems: flag.string({
    help: 'cgroups of the agent.',
    aliases: ['slave_subsystems'],
    ...unavailable('cgroups'),
  }),
  network_cni_plugins_dir: flag.path({ help: 'CNI plugins.', ...unavailable('CNI') }),
  network_cni_config_dir: flag.path({ help: 'CNI networks.', ...unavailable('CNI') }),
  enforce_container_disk_quota: flag.bool({ help: 'Disk quota.', default: false, ...unavailable('a disk quota') }),
  container_disk_watch_interval: flag.duration({ help: `${COMPATIBLE}there is no disk quota.`, default: '15secs' }),
  cgroups_hierarchy: flag.path({ help: `${COMPATIBLE}there are no cgroups.`, default: '/sys/fs/cgroup' }),
  cgroups_root: flag.string({ help: `${COMPATIBLE}there are no cgroups.`, default: 'mesos' }),
  cgroups_enable_cfs: flag.bool({ help: 'CPU quota.', default: false, ...unavailable('cgroups') }),
  cgroups_limit_swap: flag.bool({ help: 'Swap limit.', default: false, ...unavailable('cgroups') }),
  cgroups_destroy_timeout: flag.duration({ help: `${COMPATIBLE}there are no cgroups.`, default: '1mins' }),
  cgroups_cpu_enable_pids_and_tids_count: flag.bool({
    help: 'Whether the statistics of containers count processes and threads.',
    default: false,
  }),
  revocable_cpu_low_priority: flag.bool({ help: `${COMPATIBLE}no effect without cgroups.`, default: true }),
  systemd_enable_support: flag.bool({
    help: `${COMPATIBLE}supervisors are in a session of their own.`,
    default: false,
  }),
  systemd_runtime_directory: flag.path({ help: `${COMPATIBLE}no effect.`, default: '/run/systemd/system' }),
};

const docker = {
  docker: flag.path({ help: `${COMPATIBLE}there is no Docker containerizer yet.`, default: 'docker' }),
  docker_socket: flag.path({
    help: `${COMPATIBLE}there is no Docker containerizer yet.`,
    default: '/var/run/docker.sock',
  }),
  docker_config: flag.string({ help: 'Registry credentials.', secret: true, ...unavailable('Docker') }),
  docker_remove_delay: flag.duration({ help: `${COMPATIBLE}there is no Docker containerizer yet.`, default: '6hrs' }),
  docker_kill_orphans: flag.bool({ help: `${COMPATIBLE}there is no Docker containerizer yet.`, default: true }),
  docker_registry: flag.string({ help: `${COMPATIBLE}there are no images.`, default: 'https://registry-1.docker.io' }),
  docker_store_dir: flag.path({ help: `${COMPATIBLE}there are no images.`, default: '/tmp/mesos/store/docker' }),
};

const security = {
  authenticate_http_readonly: flag.bool({ help: 'Authentication.', default: false, ...unavailable('authentication') }),
  authenticate_http_readwrite: flag.bool({ help: 'Authentication.', default: false, ...unavailable('authentication') }),
  authenticate_http_executors: flag.bool({ help: 'Authentication.', ...unavailable('authentication') }),
  http_authenticators: flag.string({ help: `${COMPATIBLE}there is nothing to authenticate.` }),
  http_credentials: flag.path({ help: 'Authentication.', secret: true, ...unavailable('authentication') }),
  jwt_secret_key: flag.path({
    help: 'Executor authentication.',
    secret: true,
    aliases: ['executor_secret_key'],
    ...unavailable('authentication'),
  }),
  credential: flag.path({
    help: 'Authentication with the master.',
    secret: true,
    ...unavailable('authentication'),
  }),
  acls: flag.string({ help: 'Authorization.', ...unavailable('authorization') }),
  authorizer: flag.string({ help: `${COMPATIBLE}everything is allowed.`, default: 'local' }),
  authenticatee: flag.string({ help: `${COMPATIBLE}there is nothing to authenticate.`, default: 'crammd5' }),
  firewall_rules: flag.string({ help: 'Closed endpoints.', ...unavailable('it') }),
  modules: flag.string({ help: 'Modules.', ...unavailable('loading Mesos modules') }),
  hooks: flag.string({ help: 'Hooks.', ...unavailable('loading Mesos modules') }),
  zk_session_timeout: flag.duration({ help: 'Timeout of the ZooKeeper session.', default: '10secs' }),
  memory_profiling: flag.bool({ help: `${COMPATIBLE}no effect.`, default: false }),
};

/** Of Mesos' rarer features: their defaults change nothing, and switching them on is refused. */
const rare = {
  appc_simple_discovery_uri_prefix: flag.string({ help: `${COMPATIBLE}there are no images.`, default: 'http://' }),
  appc_store_dir: flag.path({ help: `${COMPATIBLE}there are no images.`, default: '/tmp/mesos/store/appc' }),
  authentication_backoff_factor: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '1secs' }),
  authentication_timeout_max: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '1mins' }),
  authentication_timeout_min: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '5secs' }),
  disallow_sharing_agent_ipc_namespace: flag.bool({ help: 'IPC.', default: false, ...unavailable('IPC isolation') }),
  disallow_sharing_agent_pid_namespace: flag.bool({ help: 'PIDs.', default: false, ...unavailable('PID isolation') }),
  docker_ignore_runtime: flag.bool({ help: `${COMPATIBLE}there are no images.`, default: false }),
  docker_stop_timeout: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '0ns' }),
  docker_volume_checkpoint_dir: flag.path({
    help: `${COMPATIBLE}there are no Docker volumes.`,
    default: '/var/run/mesos/isolators/docker/volume',
  }),
  docker_volume_chown: flag.bool({ help: `${COMPATIBLE}there are no Docker volumes.`, default: false }),
  network_cni_metrics: flag.bool({ help: `${COMPATIBLE}there are no CNI networks.`, default: true }),
  network_cni_root_dir_persist: flag.bool({ help: `${COMPATIBLE}there are no CNI networks.`, default: false }),
  oversubscribed_resources_interval: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '15secs' }),
  perf_duration: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '10secs' }),
  perf_interval: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '1mins' }),
  qos_correction_interval_min: flag.duration({ help: `${COMPATIBLE}no effect.`, default: '0ns' }),
};

export const agentFlags = {
  ...commonFlags,
  ...identity,
  ...directories,
  ...executors,
  ...containers,
  ...docker,
  ...security,
  ...rare,
};
