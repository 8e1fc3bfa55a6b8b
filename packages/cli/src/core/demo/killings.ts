// Who is killed when during the demo with --chaos: one after the other, each once the job has come far enough and what was
// killed before is back. Pure.

export type Victim = 'leader' | 'agent' | 'server';

/** At which share of a count's tasks each is due. */
const DUE_AT: readonly { readonly victim: Victim; readonly share: number }[] = [
  { victim: 'leader', share: 0.1 },
  { victim: 'agent', share: 0.4 },
  { victim: 'server', share: 0.7 },
];

export class Killings {
  readonly #left: { readonly victim: Victim; readonly share: number }[];
  #isUnderWay = false;

  constructor({ hasEnsemble }: { hasEnsemble: boolean }) {
    this.#left = DUE_AT.filter(({ victim }) => hasEnsemble || victim !== 'server');
  }

  /** Nobody is left to kill, and what was killed is back. */
  get areOver(): boolean {
    return this.#left.length === 0 && !this.#isUnderWay;
  }

  /** Whom to kill now; `recovered` has to follow. */
  next(tasksDone: number, tasks: number): Victim | undefined {
    const [first] = this.#left;
    if (this.#isUnderWay || first === undefined || tasksDone < first.share * tasks) return undefined;
    this.#isUnderWay = true;
    this.#left.shift();
    return first.victim;
  }

  recovered(): void {
    this.#isUnderWay = false;
  }
}
