// After a failover no offers are made before most agents are back, if anybody has quota: else what is guaranteed to
// somebody whose agents come late would go to others (Mesos: HierarchicalAllocatorProcess::recover).

/** The part of the agents that is awaited (AGENT_RECOVERY_FACTOR in hierarchical.cpp). */
const AGENTS_PART_DEFAULT = 0.8;

/** No longer than this (ALLOCATION_HOLD_OFF_RECOVERY_TIMEOUT). */
const TIMEOUT_MS_DEFAULT = 10 * 60 * 1_000;

export interface Awaited {
  /** The agents of before the failover. */
  readonly expected: number;
  /** From 0 to 1. */
  readonly part?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export class HoldOff {
  #awaited = 0;
  #untilMs = -Infinity;

  get isOn(): boolean {
    return this.#awaited > 0;
  }

  begin({ expected, part = AGENTS_PART_DEFAULT, timeoutMs = TIMEOUT_MS_DEFAULT }: Awaited, nowMs: number): void {
    this.#awaited = Math.floor(expected * part);
    this.#untilMs = nowMs + timeoutMs;
  }

  /** Ends it where its time is over or enough agents are there. */
  check(agents: number, nowMs: number): void {
    if (agents >= this.#awaited || nowMs >= this.#untilMs) this.#awaited = 0;
  }

  describe(agents: number): { kind: 'paused'; untilMs: number; agents: number; awaited: number } | undefined {
    return this.isOn ? { kind: 'paused', untilMs: this.#untilMs, agents, awaited: this.#awaited } : undefined;
  }
}
