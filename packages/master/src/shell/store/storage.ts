// What a registrar needs of the place where the registry is kept, and what can go wrong there.

/** Named records. Each write happens whole or not at all, and they happen in the order in which they are asked for. */
export interface RegistryStorage {
  /** For people: '/var/lib/mesos/registry'. */
  readonly place: string;
  /** Copies that it is kept in. */
  readonly copies: number;
  /** How large a record may be. */
  readonly recordMaxBytes: number;
  /** Makes us the only one who can write: what earlier owners write from now on fails. Before any write. */
  claim(owner: string): Promise<void>;
  /** All records, by name. Needs no claim. */
  read(): Promise<ReadonlyMap<string, Buffer>>;
  /** Durable when it resolves. Rejects with RegistryError 'fenced' where another has claimed the registry since. */
  write(change: RegistryWrite): Promise<void>;
  close(): Promise<void>;
}

export interface RegistryWrite {
  /** Records that are not there yet. */
  readonly create?: ReadonlyMap<string, Buffer>;
  /** Records that may be there already. */
  readonly put?: ReadonlyMap<string, Buffer>;
  /** Records that may be gone already. */
  readonly remove?: readonly string[];
}

const HINTS = {
  /** Written by a version of the program that we do not understand. */
  newer: 'run a version of mini-mesos at least as new as the one that wrote it, or restore a backup',
  /** Something is missing from it, or not as it was written. */
  corrupt:
    'restore a backup, or move it away to start with an empty registry: agents and frameworks come back by themselves, quota, weights and maintenance do not',
  /** Another master owns it now. */
  fenced: 'nothing: another master leads',
  /** It cannot be reached, or is full. */
  unavailable: 'see that it can be reached and written, and start the master again',
} as const;

export type RegistryProblem = keyof typeof HINTS;

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly problem: RegistryProblem;

  constructor(problem: RegistryProblem, text: string, options?: { cause?: unknown }) {
    super(`${text}: ${HINTS[problem]}`, options);
    this.problem = problem;
  }
}
