// A promise that was broken.

/** What the checks look at; each name is a line of docs/simulator.md. */
export type Invariant =
  | 'allocated-within-total'
  | 'books-agree'
  | 'used-once'
  | 'ended-means-ended'
  | 'updates-in-order'
  | 'acknowledged-is-over'
  | 'one-writer'
  | 'registry-survives'
  | 'offers-agree'
  | 'quota-kept'
  | 'tasks-end'
  | 'updates-arrive'
  | 'nothing-leaks'
  | 'no-crash';

export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;

  constructor(invariant: Invariant, text: string) {
    super(`${invariant}: ${text}`);
    this.invariant = invariant;
  }
}
