// Finds out who leads: makes the detector for a --master value, and waits for a leader once.
import { readFileSync } from 'node:fs';
import { ElectionError } from './errors.js';
import type { Leader, LeaderDetector } from './leader.js';
import { LatestValue } from './latest-value.js';
import { parseMaster, withoutPassword } from './master-address.js';
import type { MasterAddress } from './master-address.js';
import { ZookeeperDetector } from './zookeeper/detector.js';

/** Mesos' session timeout (src/master/constants.hpp ZOOKEEPER_SESSION_TIMEOUT). */
const SESSION_TIMEOUT_MS = 10_000;
/** A file that names a master is a line; anything longer was named by mistake. */
const FILE_MAX_BYTES = 64 * 1024;

export interface DetectorOptions {
  /** Milliseconds for which ZooKeeper keeps the session without a word; 10,000 unless given. */
  sessionTimeoutMs?: number | undefined;
}

/** A master at a fixed address leads for as long as nobody says otherwise (with a redirect). */
class StandaloneDetector implements LeaderDetector {
  readonly problem = undefined;
  readonly #leader = new LatestValue<Leader | undefined>();

  constructor(address: string) {
    this.#leader.set({ address });
  }

  [Symbol.asyncIterator](): AsyncIterator<Leader | undefined> {
    return this.#leader[Symbol.asyncIterator]();
  }

  close(): Promise<void> {
    this.#leader.end();
    return Promise.resolve();
  }
}

function addressOf(master: string): MasterAddress {
  const parsed = parseMaster(master);
  if (parsed.ok) return parsed.value;
  throw new ElectionError('MM_ELECTION_BAD_MASTER', `master ${withoutPassword(master)}: ${parsed.problem}`);
}

function contentOf(path: string): string {
  try {
    const content = readFileSync(path);
    if (content.length > FILE_MAX_BYTES) throw new Error(`it is longer than ${FILE_MAX_BYTES} bytes`);
    return content.toString().trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ElectionError('MM_ELECTION_FILE_UNREADABLE', `master file ${path} cannot be read (${why})`, {
      cause: error,
    });
  }
}

/**
 * The detector for `host:port` (5050 where no port is given), `file:///path` whose content is one of the other two, or
 * `zk://[user:password@]host1:port1,host2:port2/path`. A file is read once, now. Throws ElectionError for other text.
 */
export function detectorFor(master: string, options: DetectorOptions = {}): LeaderDetector {
  let address = addressOf(master);
  if (address.kind === 'file') {
    const { path } = address;
    address = addressOf(contentOf(path));
    if (address.kind === 'file') {
      throw new ElectionError('MM_ELECTION_BAD_MASTER', `master file ${path} names another file`);
    }
  }
  if (address.kind === 'address') return new StandaloneDetector(address.address);
  return new ZookeeperDetector(address.zookeeper, { sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS });
}

/** Waits until somebody leads. Rejects with ElectionError after `timeoutMs`, or where `master` cannot be read. */
export async function resolveLeader(master: string, options: DetectorOptions & { timeoutMs: number }): Promise<Leader> {
  const detector = detectorFor(master, options);
  const timer = setTimeout(() => void detector.close(), options.timeoutMs);
  try {
    for await (const leader of detector) if (leader) return leader;
  } finally {
    clearTimeout(timer);
    await detector.close();
  }
  const why = detector.problem === undefined ? '' : ` (${detector.problem})`;
  throw new ElectionError(
    'MM_ELECTION_NO_LEADER',
    `no master leads at ${withoutPassword(master)} within ${options.timeoutMs} ms${why}`,
  );
}
