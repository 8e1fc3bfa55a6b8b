// Every error of this package: its code, what to do about it, and whether trying again can help.

interface Entry {
  readonly hint: string;
  readonly retryable: boolean;
}

export const ELECTION_ERRORS = {
  MM_ELECTION_BAD_MASTER: {
    hint: 'give host:port, file:///path or zk://host1:port1,host2:port2/path',
    retryable: false,
  },
  MM_ELECTION_FILE_UNREADABLE: {
    hint: 'name a readable file that holds host:port or a zk:// address',
    retryable: false,
  },
  MM_ELECTION_NO_LEADER: {
    hint: 'check that a master runs and, with zk://, that it was started with the same address',
    retryable: true,
  },
  MM_ELECTION_ZOOKEEPER_TIMEOUT: {
    hint: 'check that the ZooKeeper ensemble runs, has a quorum and can be reached from here',
    retryable: true,
  },
  MM_ELECTION_ZOOKEEPER_LOST: {
    hint: 'nothing: the session reconnects by itself',
    retryable: true,
  },
  MM_ELECTION_ZOOKEEPER_DENIED: {
    hint: 'put the user and password that the masters use into the address: zk://user:password@host:port/path',
    retryable: false,
  },
  MM_ELECTION_ZOOKEEPER_FAILED: {
    hint: "see the ensemble's own log",
    retryable: true,
  },
  MM_ELECTION_CLOSED: {
    hint: 'nothing: it was closed on purpose',
    retryable: false,
  },
} as const satisfies { [code: string]: Entry };

export type ElectionErrorCode = keyof typeof ELECTION_ERRORS;

/** Thrown, or rejected with, by everything in this package. The message holds the failing value; `hint` what to do. */
export class ElectionError extends Error {
  override readonly name = 'ElectionError';
  readonly code: ElectionErrorCode;
  readonly hint: string;
  readonly retryable: boolean;

  constructor(code: ElectionErrorCode, text: string, options?: { cause?: unknown }) {
    super(`${text}: ${ELECTION_ERRORS[code].hint}`, options);
    this.code = code;
    this.hint = ELECTION_ERRORS[code].hint;
    this.retryable = ELECTION_ERRORS[code].retryable;
  }
}
