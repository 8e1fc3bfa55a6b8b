// What the master says when it is asked why a framework gets offers, or none. Pure.

/** One reason, for one role, on one agent or on all agents of which it is true. */
export interface VerdictMessage {
  readonly role?: string;
  readonly agentId?: string;
  /** 0 where it does not depend on agents. */
  readonly agents: number;
  readonly reason: { readonly kind: string };
  readonly sentence: string;
}

export interface ExplanationMessage {
  readonly sentence: string;
  readonly verdicts: readonly VerdictMessage[];
}

/** In a word or two; other kinds as they are. */
const LABELS: { readonly [kind: string]: string } = {
  'unknown-framework': 'unknown',
  'inactive-framework': 'not connected',
  'not-subscribed': 'not subscribed',
  suppressed: 'suppressed',
  'unknown-agent': 'unknown agent',
  'agent-inactive': 'agent inactive',
  'not-whitelisted': 'not whitelisted',
  paused: 'paused',
  'no-agents': 'no agents',
  offered: 'offered',
  'nothing-free': 'nothing free',
  reserved: 'reserved',
  constraint: 'constraint',
  'too-small': 'too small',
  capability: 'capability',
  region: 'region',
  limit: 'quota limit',
  headroom: 'held back',
  filter: 'refused before',
  'lower-share': 'a lower share',
  'next-cycle': 'next cycle',
};

/** What ids of agents and frameworks of one master begin with. */
const MASTER_PART = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-(?=S?\d+\b)/g;

/** Ids by their last part, as pages show them: `S0`, `0003`. */
export const shortSentence = (sentence: string): string => sentence.replace(MASTER_PART, '');

export const reasonLabel = (kind: string): string => LABELS[kind] ?? kind;

export function explainPath(of: { framework: string; role?: string; agent?: string }): string {
  return `/allocator/explain?${new URLSearchParams(of).toString()}`;
}
