// What spark.master says: where executors come from.

export type MasterUrl =
  /** Worker threads in this process. */
  | { readonly kind: 'local'; readonly threads: number }
  /** Executors as child processes of this one, for tests and for trying things out. */
  | { readonly kind: 'localCluster'; readonly executors: number; readonly cores: number; readonly memoryMiB: number }
  /** `master` is what the scheduler SDK takes: host:port or zk://… */
  | { readonly kind: 'mesos'; readonly master: string };

const FORMS =
  'expected mesos://host:port, mesos://zk://host:port,…/path, local[N], local[*] or local-cluster[executors, cores, MiB]';

/** Reads a master URL; `cores` is how many local[*] means. */
export function parseMasterUrl(text: string, cores: number): MasterUrl | { error: string } {
  const trimmed = text.trim();
  if (trimmed === 'local') return { kind: 'local', threads: 1 };
  const local = /^local\[\s*(\*|\d+)\s*(?:,\s*\d+\s*)?\]$/.exec(trimmed);
  if (local !== null) {
    const threads = local[1] === '*' ? cores : Number(local[1]);
    return threads > 0 ? { kind: 'local', threads } : { error: `master '${text}': needs at least one thread` };
  }
  const cluster = /^local-cluster\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]$/.exec(trimmed);
  if (cluster !== null) {
    const [executors, perExecutor, memoryMiB] = cluster.slice(1).map(Number) as [number, number, number];
    if (executors < 1 || perExecutor < 1)
      return { error: `master '${text}': needs at least one executor with one core` };
    return { kind: 'localCluster', executors, cores: perExecutor, memoryMiB };
  }
  if (trimmed.startsWith('mesos://')) return mesosUrl(trimmed.slice('mesos://'.length), text);
  return { error: `master '${text}' is not understood: ${FORMS}` };
}

function mesosUrl(rest: string, text: string): MasterUrl | { error: string } {
  if (rest.startsWith('zk://')) return { kind: 'mesos', master: rest };
  if (/^[^/\s,]+:\d+$/.test(rest)) return { kind: 'mesos', master: rest };
  if (/^[^/\s,:]+$/.test(rest)) return { kind: 'mesos', master: `${rest}:5050` };
  return { error: `master '${text}' is not understood: ${FORMS}` };
}
