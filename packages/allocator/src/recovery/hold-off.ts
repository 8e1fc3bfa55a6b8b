// After a failover no offers are made before most agents are back, if anybody has quota: else what is guaranteed to
// somebody whose agents come late would go to others (Mesos: HierarchicalAllocatorProcess::recover).

/** The part of the agents that is awaited (AGENT_RECOVERY_FACTOR in hierarchical.cpp). */
const AGENTS_PART = 0.8;

/** No longer than this (ALLOCATION_HOLD_OFF_RECOVERY_TIMEOUT). */
const HOLD_OFF_MS_MAX = 10 * 60 * 1_000;

export class HoldOff {
  #awaited = 0;
  #untilMs = -Infinity;

  get isOn(): boolean {
    return this.#awaited > 0;
  }

  /** `expected`: the agents of before the failover. */
  begin(expected: number, nowMs: number): void {
    this.#awaited = Math.floor(expected * AGENTS_PART);
    this.#untilMs = nowMs + HOLD_OFF_MS_MAX;
  }

  /** Ends it where its time is over or enough agents are there. */
  check(agents: number, nowMs: number): void {
    if (agents >= this.#awaited || nowMs >= this.#untilMs) this.#awaited = 0;
  }

  describe(agents: number): { kind: 'paused'; untilMs: number; agents: number; awaited: number } | undefined {
    return this.isOn ? { kind: 'paused', untilMs: this.#untilMs, agents, awaited: this.#awaited } : undefined;
  }
}
