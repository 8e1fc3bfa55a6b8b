import type { FakeCluster } from './fake-cluster.mjs';

export interface FakeMaster {
  readonly url: string;
  readonly cluster: FakeCluster;
  readonly sandboxes: {
    append(agentId: string, path: string, data: string | Uint8Array): void;
    state(agentId: string): {
      frameworks: { executors: { id: string; directory: string; type?: string }[] }[];
    };
  };
  readonly faults: {
    refusesStreams: boolean;
    isNotLeading: boolean;
    /** The text of the refusal. */
    refusesKills: string | undefined;
    failsPolls: boolean;
    /** Sends no heartbeats. */
    isSilent: boolean;
  };
  readonly requests: { method: string; path: string; body: string }[];
  dropStreams(): void;
  close(): Promise<void>;
}

export declare function startFakeMaster(options?: {
  port?: number;
  stepMs?: number;
  heartbeatMs?: number;
  name?: string;
  cluster?: { seed?: number; agents?: number; frameworks?: number; tasks?: number };
}): Promise<FakeMaster>;
