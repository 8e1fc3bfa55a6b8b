// Names that are shown from the start, at 0 until something happens, because dashboards and alarms are built on them
// (Mesos: src/master/metrics.cpp). Names that carry ids, and those of tasks' reasons, come with what they count.

const MESSAGES = [
  'authenticate',
  'deactivate_framework',
  'decline_offers',
  'executor_to_framework',
  'exited_executor',
  'framework_to_executor',
  'kill_task',
  'launch_tasks',
  'operation_status_update',
  'operation_status_update_acknowledgement',
  'reconcile_operations',
  'reconcile_tasks',
  'register_framework',
  'register_slave',
  'reregister_framework',
  'reregister_slave',
  'resource_request',
  'revive_offers',
  'status_update',
  'status_update_acknowledgement',
  'suppress_offers',
  'unregister_framework',
  'unregister_slave',
  'update_slave',
];

/** Counted as valid or invalid. */
const JUDGED = [
  'executor_to_framework_messages',
  'framework_to_executor_messages',
  'operation_status_update_acknowledgements',
  'operation_status_updates',
  'status_update_acknowledgements',
  'status_updates',
];

const TERMINAL_TASKS = ['finished', 'failed', 'killed', 'lost', 'error', 'dropped', 'gone', 'gone_by_operator'];

const AGENT_EVENTS = [
  'slave_registrations',
  'slave_reregistrations',
  'slave_removals',
  'slave_removals/reason_registered',
  'slave_removals/reason_unhealthy',
  'slave_removals/reason_unregistered',
  'recovery_slave_removals',
  'slave_shutdowns_canceled',
  'slave_shutdowns_completed',
  'slave_shutdowns_scheduled',
  'slave_unreachable_canceled',
  'slave_unreachable_completed',
  'slave_unreachable_scheduled',
];

/** This master has no such queues and no such cache. */
const ALWAYS_ZERO = [
  'allocator/event_queue_dispatches',
  'allocator/mesos/event_queue_dispatches',
  'master/event_queue_dispatches',
  'master/event_queue_http_requests',
  'master/event_queue_messages',
  'master/http_cache_hits',
];

/** Operations that agents carry out. */
export const OPERATION_TYPES = [
  'CREATE',
  'CREATE_DISK',
  'DESTROY',
  'DESTROY_DISK',
  'GROW_VOLUME',
  'RESERVE',
  'SHRINK_VOLUME',
  'UNRESERVE',
] as const;

/** States that operations end in, which are counted; the others are those of operations that are under way. */
export const OPERATION_ENDS = ['finished', 'failed', 'error', 'dropped', 'gone_by_operator'];
export const OPERATION_PHASES = ['pending', 'recovering', 'unreachable'];

export const COUNTERS: readonly string[] = [
  ...ALWAYS_ZERO,
  'master/dropped_messages',
  ...MESSAGES.map((name) => `master/messages_${name}`),
  ...JUDGED.flatMap((name) => [`master/valid_${name}`, `master/invalid_${name}`]),
  ...TERMINAL_TASKS.map((state) => `master/tasks_${state}`),
  ...AGENT_EVENTS.map((name) => `master/${name}`),
  ...OPERATION_TYPES.flatMap((type) =>
    ['total', ...OPERATION_ENDS].map((state) => `master/operations/${type.toLowerCase()}/${state}`),
  ),
];
