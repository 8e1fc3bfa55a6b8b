// What an allocator answers when it is asked why. Answers are plain data, as JSON carries it: amounts of resources are
// printed as Mesos prints them, shares are numbers from 0 up.

/** Without role: every role of the framework. Without agent: all agents, those of one reason together. */
export interface ExplainQuestion {
  readonly frameworkId: string;
  readonly role?: string | undefined;
  readonly agentId?: string | undefined;
}

/** A client of the allocator and where it stands: lower shares are served first, level by level. */
export interface Standing {
  readonly frameworkId: string;
  readonly role: string;
  /** Of the role among roles, for its weight. */
  readonly roleShare: number;
  readonly roleWeight: number;
  /** Of the framework among the frameworks of the role. */
  readonly frameworkShare: number;
}

/** Why there is, or is not, an offer of an agent to a framework in a role. The first that holds is given. */
export type Reason =
  | { readonly kind: 'unknown-framework' }
  /** Disconnected, or deactivated. */
  | { readonly kind: 'inactive-framework' }
  | { readonly kind: 'not-subscribed'; readonly roles: readonly string[] }
  | { readonly kind: 'suppressed' }
  | { readonly kind: 'unknown-agent' }
  /** Deactivated, disconnected or draining. */
  | { readonly kind: 'agent-inactive' }
  | { readonly kind: 'not-whitelisted'; readonly hostname: string }
  /** No offers are made: agents are awaited after a failover. */
  | { readonly kind: 'paused'; readonly untilMs: number; readonly agents: number; readonly awaited: number }
  | { readonly kind: 'no-agents' }
  /** In the last cycle that looked at the agent. `rivals`: who was next, and would have got it otherwise. */
  | {
      readonly kind: 'offered';
      readonly resources: string;
      readonly cycle: number;
      readonly standing: Standing;
      readonly rivals: readonly Standing[];
    }
  | {
      readonly kind: 'nothing-free';
      readonly holders: readonly { readonly frameworkId: string; readonly role: string; readonly resources: string }[];
    }
  /** What is free is reserved for others. */
  | { readonly kind: 'reserved'; readonly roles: readonly string[]; readonly free: string }
  /** Each text is a constraint that the agent fails, of one group each. */
  | { readonly kind: 'constraint'; readonly failed: readonly string[] }
  | { readonly kind: 'too-small'; readonly free: string; readonly minima: readonly string[] }
  /** `whose`: who lacks it, the framework or the agent. */
  | {
      readonly kind: 'capability';
      readonly capability: string;
      readonly whose: 'framework' | 'agent';
      readonly free: string;
    }
  | { readonly kind: 'region'; readonly region: string; readonly own: string }
  | { readonly kind: 'limit'; readonly role: string; readonly limits: string; readonly consumed: string }
  /** Held back for what is guaranteed to `roles` and not consumed yet. */
  | {
      readonly kind: 'headroom';
      readonly roles: readonly { readonly role: string; readonly missing: string }[];
      readonly available: string;
    }
  /** `untilMs` on the clock of the allocator's owner. */
  | { readonly kind: 'filter'; readonly refused: string; readonly untilMs: number; readonly remainingMs: number }
  /** Somebody who came before took it, in the last cycle that looked at the agent. */
  | {
      readonly kind: 'lower-share';
      readonly winner: Standing;
      readonly resources: string;
      readonly cycle: number;
      readonly own: Standing;
    }
  /** Nothing is in the way: the next cycle that looks at the agent can offer it. */
  | { readonly kind: 'next-cycle'; readonly free: string };

/** The answer for one role, and one agent or all agents of the same kind of reason. */
export interface Verdict {
  readonly role?: string | undefined;
  /** The agent; where there are several, the first in order of ids. */
  readonly agentId?: string | undefined;
  /** How many agents it is true of; 0 where it does not depend on agents. */
  readonly agents: number;
  /** Of the agent above. */
  readonly reason: Reason;
  readonly sentence: string;
}

export interface Explanation {
  readonly question: ExplainQuestion;
  /** Cycles so far. */
  readonly cycle: number;
  readonly nowMs: number;
  /** What matters most, in one sentence. */
  readonly sentence: string;
  /** Roles in order of names; in a role offers first, then by number of agents. */
  readonly verdicts: readonly Verdict[];
}
