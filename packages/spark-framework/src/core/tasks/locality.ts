// Locality levels and how long to wait for a better one (delay scheduling; Spark's TaskSetManager and TaskLocality).
// There is no rack level: Mesos does not tell racks.

export const LOCALITY = { processLocal: 0, nodeLocal: 1, noPreference: 2, any: 3 } as const;
export type Locality = (typeof LOCALITY)[keyof typeof LOCALITY];

/** Names as Spark prints them. */
export const LOCALITY_NAMES: Readonly<Record<Locality, string>> = {
  0: 'PROCESS_LOCAL',
  1: 'NODE_LOCAL',
  2: 'NO_PREF',
  3: 'ANY',
};

/** How long to hold out for a level before taking the next (spark.locality.wait, .process, .node). */
export interface LocalityWaits {
  readonly processMs: number;
  readonly nodeMs: number;
  /** spark.locality.wait.legacyResetOnTaskLaunch: any launch restarts the clock. */
  readonly resetOnLaunch: boolean;
}

export function waitMs(level: Locality, waits: LocalityWaits): number {
  if (level === LOCALITY.processLocal) return waits.processMs;
  return level === LOCALITY.nodeLocal ? waits.nodeMs : 0;
}

/** Where a task would like to run: an executor that has its data, or a host. */
export interface Preference {
  readonly host: string;
  readonly executorId?: string;
}
