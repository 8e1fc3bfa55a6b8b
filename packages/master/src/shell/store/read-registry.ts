// What a registry holds, for people: read without taking it from the master that uses it.
import { ZookeeperSession } from '@mini-mesos/election';
import type { ZookeeperAddress } from '@mini-mesos/election';
import { registryToJson } from '../../core/registry/format.js';
import { LmdbStorage } from './lmdb-storage.js';
import { FORMAT_VERSION } from './records.js';
import { assemble } from './stored-registry.js';
import { RegistryError } from './storage.js';
import type { RegistryStorage } from './storage.js';
import { ZookeeperStorage } from './zookeeper-storage.js';

export interface ReadRegistryOptions {
  workDir?: string | undefined;
  zookeeper?: ZookeeperAddress | undefined;
  /** For ZooKeeper. */
  timeoutMs: number;
}

/** For JSON.stringify. Rejects with RegistryError. */
export async function readRegistry({ workDir, zookeeper, timeoutMs }: ReadRegistryOptions): Promise<object> {
  if (workDir !== undefined) return dump(LmdbStorage.open(workDir, { readOnly: true }));
  if (!zookeeper) throw new RegistryError('unavailable', 'no place of a registry was given');
  const { servers, credentials } = zookeeper;
  const session = new ZookeeperSession({ servers, credentials, sessionTimeoutMs: timeoutMs });
  const storage = new ZookeeperStorage({ address: zookeeper, session });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `the registry at ${storage.place} was not read within ${timeoutMs} ms`;
    timer = setTimeout(() => reject(new RegistryError('unavailable', text)), timeoutMs);
  });
  try {
    return await Promise.race([dump(storage), late]);
  } finally {
    clearTimeout(timer);
    await session.close();
  }
}

async function dump(storage: RegistryStorage): Promise<object> {
  try {
    const records = await storage.read();
    if (records.size === 0) throw new RegistryError('unavailable', `there is no registry at ${storage.place}`);
    const { registry, sequence } = assemble(records, storage.place);
    return { format: FORMAT_VERSION, place: storage.place, sequence, ...registryToJson(registry) };
  } finally {
    await storage.close();
  }
}
