// The two ways in which a command says no. Their messages are complete: what failed, with which value, what to do.

/** Wrongly asked: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Rightly asked, but it could not be done: exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export const EXIT = { ok: 0, failure: 1, usage: 2, lostLeadership: 3 } as const;
