// Numbers that Mesos fixes in its sources (src/slave/constants.hpp there unless said otherwise), and the bounds of ours.

/** Container resources on top of a command task's own, for its executor. */
export const COMMAND_EXECUTOR_CPUS = 0.1;
export const COMMAND_EXECUTOR_MEM_MIB = 32;

/** Longest wait between two attempts to register. */
export const REGISTRATION_BACKOFF_MAX_MS = 60_000;
/** A master that took the registration and is silent for this long is given up; Mesos sends again after the back-off. */
export const REGISTRATION_ANSWER_TIMEOUT_MS = 30_000;

/** A status update that was not acknowledged is sent again after this, then after twice that, and so on. */
export const STATUS_UPDATE_RETRY_MIN_MS = 10_000;
export const STATUS_UPDATE_RETRY_MAX_MS = 600_000;
/**
 * Updates of one task that wait to be sent. At the bound a new update that is not terminal replaces the one before it:
 * an executor that reports faster than its framework acknowledges loses steps in between, never the last state.
 */
export const PENDING_UPDATES_PER_TASK_MAX = 1_000;
/** Uuids of a task's updates that are remembered to tell a repeated one. The oldest is forgotten. */
export const UPDATE_UUIDS_PER_TASK_MAX = 2_000;

/** How long a task has between SIGTERM and SIGKILL where nobody said (src/launcher/executor.cpp, kill). */
export const KILL_GRACE_PERIOD_MS = 3_000;
/**
 * Taken off an executor's shutdown grace period, so that its last update is out before the container is destroyed:
 * a second for the update and one for the reaper, as in src/launcher/executor.cpp, shutdown.
 */
export const SHUTDOWN_MARGIN_MS = 2_000;
/** A default executor without containers ends at the latest after this, even if its updates are not acknowledged. */
export const DEFAULT_EXECUTOR_LINGER_MS = 60_000;
/** Pace of HEARTBEAT events to custom executors. */
export const EXECUTOR_HEARTBEAT_MS = 30 * 60_000;

/** Completed things kept for views; beyond them the oldest is dropped. */
export const COMPLETED_FRAMEWORKS_MAX = 50;
export const COMPLETED_TASKS_PER_EXECUTOR_MAX = 200;

/**
 * Sandboxes that wait for their age before removal. At the bound the oldest goes at once: an agent that runs many short
 * tasks would otherwise collect directories without end.
 */
export const SANDBOXES_PENDING_MAX = 20_000;

/** Operation statuses that wait for an acknowledgement. At the bound further operations fail. */
export const OPERATIONS_MAX = 10_000;

/** What our agents can do; Mesos' list, because masters and schedulers decide by it. */
export const AGENT_CAPABILITIES = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
] as const;
