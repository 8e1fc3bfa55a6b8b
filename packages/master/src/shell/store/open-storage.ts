// Where the registry is kept: in ZooKeeper where masters share one, else in the work directory, else nowhere.
import type { Leadership, ZookeeperAddress, ZookeeperSession } from '@mini-mesos/election';
import { LmdbStorage } from './lmdb-storage.js';
import type { RegistryStorage } from './storage.js';
import { lockWorkDir } from './work-dir-lock.js';
import { ZookeeperStorage } from './zookeeper-storage.js';

export interface RegistryPlace {
  /** --registry: in_memory keeps nothing, whatever else is given. */
  registry: 'in_memory' | 'replicated_log';
  work_dir?: string | undefined;
}

export interface Election {
  address: ZookeeperAddress;
  session: ZookeeperSession;
  leadership: Leadership;
}

/** Undefined where the registry lives as long as the process. Throws RegistryError, or an error with a text for people. */
export function openStorage(
  { registry, work_dir: workDir }: RegistryPlace,
  election: Election | undefined,
): RegistryStorage | undefined {
  if (registry === 'in_memory') return undefined;
  if (election) {
    const { address, session, leadership } = election;
    return new ZookeeperStorage({ address, session, leaderNode: leadership.node });
  }
  return workDir === undefined ? undefined : openAlone(workDir);
}

/** Throws with a text for people where another master uses the directory. */
function openAlone(workDir: string): RegistryStorage {
  const unlock = lockWorkDir(workDir);
  try {
    const storage = LmdbStorage.open(workDir);
    const close = storage.close.bind(storage);
    storage.close = () => close().finally(unlock);
    return storage;
  } catch (error) {
    unlock();
    throw error;
  }
}
