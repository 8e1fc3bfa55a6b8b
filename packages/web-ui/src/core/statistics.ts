// What the containers of an agent use at the moment, from two answers of /monitor/statistics.

/** One entry of the answer. */
export interface ContainerMessage {
  readonly executor_id: string;
  readonly executor_name: string;
  readonly framework_id: string;
  readonly statistics?: {
    readonly timestamp?: number;
    readonly cpus_user_time_secs?: number;
    readonly cpus_system_time_secs?: number;
    readonly cpus_limit?: number;
    readonly cpus_soft_limit?: number;
    readonly mem_rss_bytes?: number;
    readonly mem_total_bytes?: number;
    readonly mem_limit_bytes?: number;
    readonly disk_used_bytes?: number;
    readonly disk_limit_bytes?: number;
    readonly processes?: number;
  };
}

export interface ContainerUse {
  readonly key: string;
  readonly executorId: string;
  readonly executorName: string;
  readonly frameworkId: string;
  /** Cores in use; undefined until there are two answers. */
  readonly cpus: number | undefined;
  readonly cpusLimit: number | undefined;
  readonly memBytes: number | undefined;
  readonly memLimitBytes: number | undefined;
  readonly diskBytes: number | undefined;
  readonly processes: number | undefined;
}

const keyOf = ({ framework_id: framework, executor_id: executor }: ContainerMessage): string =>
  `${framework}/${executor}`;

/** Sorted by what uses most of the processors. */
export function containerUses(
  now: readonly ContainerMessage[],
  before: readonly ContainerMessage[] | undefined,
): ContainerUse[] {
  const earlier = new Map((before ?? []).map((message) => [keyOf(message), message]));
  const uses = now.map((message): ContainerUse => {
    const { statistics = {} } = message;
    return {
      key: keyOf(message),
      executorId: message.executor_id,
      executorName: message.executor_name,
      frameworkId: message.framework_id,
      cpus: cpusBetween(earlier.get(keyOf(message)), message),
      cpusLimit: statistics.cpus_limit ?? statistics.cpus_soft_limit,
      memBytes: statistics.mem_total_bytes ?? statistics.mem_rss_bytes,
      memLimitBytes: statistics.mem_limit_bytes,
      diskBytes: statistics.disk_used_bytes,
      processes: statistics.processes,
    };
  });
  return uses.sort((a, b) => (b.cpus ?? 0) - (a.cpus ?? 0) || (a.key < b.key ? -1 : 1));
}

function cpusBetween(before: ContainerMessage | undefined, now: ContainerMessage): number | undefined {
  const seconds = (now.statistics?.timestamp ?? 0) - (before?.statistics?.timestamp ?? NaN);
  if (!(seconds > 0)) return undefined;
  return Math.max(0, cpuTime(now) - cpuTime(before)) / seconds;
}

const cpuTime = (message: ContainerMessage | undefined): number =>
  (message?.statistics?.cpus_user_time_secs ?? 0) + (message?.statistics?.cpus_system_time_secs ?? 0);
