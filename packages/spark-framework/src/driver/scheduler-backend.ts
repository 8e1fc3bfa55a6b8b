// Where executors come from: the interface every cluster manager fulfils, and what it may ask of the driver.

/** Why an executor is gone. */
export interface LossCause {
  readonly reason: string;
  /** It died of what it ran, so the failures of its tasks count. */
  readonly causedByTask: boolean;
}

/** What a backend tells the driver. */
export interface BackendHost {
  /** Address executors connect to, once the driver listens. */
  readonly driverAddress: { readonly host: string; readonly port: number };
  /** Secret executors must know. */
  readonly token: string;
  executorLost(executorId: string, cause: LossCause): void;
  /** The cluster manager gave the application up: every job fails with this. */
  failed(reason: string): void;
  warn(message: string): void;
}

export interface SchedulerBackend {
  /**
   * Registers with the cluster manager and waits for as many executors as jobs are to begin with. Resolves with the
   * application's id. Rejects when it is refused.
   */
  start(host: BackendHost): Promise<string>;
  /** Ends all executors and leaves the cluster manager. */
  stop(): Promise<void>;
  /** An executor connected: false when this backend never started it, or takes it for lost. */
  executorRegistered(executorId: string, cores: number): boolean;
  /** An executor's connection broke. Resolves with the cause as soon as the cluster manager tells. */
  causeOfLoss(executorId: string): Promise<LossCause>;
  /** Cores the application may expect, before executors are there. */
  readonly expectedCores: number;
  /** Why there are no executors, as a sentence without a full stop. */
  explainShortage(): string;
  /** Tasks are waiting for executors, or no longer. */
  demandChanged(hasPendingTasks: boolean): void;
  /** Where the driver must listen for executors in other processes; undefined when there are none. */
  listenOn(): Promise<ListenOptions | undefined>;
}

export interface ListenOptions {
  /** Name or address executors are told. */
  readonly host: string;
  readonly bindAddress: string;
  readonly port: number;
}
