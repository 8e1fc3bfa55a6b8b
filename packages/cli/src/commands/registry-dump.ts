// mini-mesos registry dump
import { flag } from '@mini-mesos/daemon';
import { parseMaster, withoutPassword } from '@mini-mesos/election';
import type { ZookeeperAddress } from '@mini-mesos/election';
import { readRegistry, RegistryError } from '@mini-mesos/master';
import { CommandError, EXIT, UsageError } from '../errors.js';
import { printJson } from '../output/listing.js';
import { command } from './command.js';

export const registryDump = command({
  name: 'registry dump',
  summary:
    'Prints the registry of masters as JSON: agents, quota, weights, maintenance. It is only read, so masters may run.',
  examples: [
    'mini-mesos registry dump --work_dir=/var/lib/mesos',
    'mini-mesos registry dump --zk=zk://10.0.0.1:2181/mesos',
  ],
  environment: 'connection',
  flags: {
    work_dir: flag.path({ help: 'Work directory of a master without --zk.' }),
    zk: flag.string({ help: 'ZooKeeper URL of masters that share a registry.' }),
    timeout: flag.duration({ help: 'How long ZooKeeper may take.', default: '10secs', min: '1ms' }),
  },
  async run({ values, terminal }) {
    const { work_dir: workDir, zk, timeout } = values;
    if ((workDir === undefined) === (zk === undefined)) {
      throw new UsageError('name one registry: --work_dir=DIRECTORY or --zk=URL');
    }
    try {
      printJson(terminal, await readRegistry({ workDir, zookeeper: addressOf(zk), timeoutMs: timeout }));
    } catch (error) {
      if (error instanceof RegistryError) throw new CommandError(error.message, { cause: error });
      throw error;
    }
    return EXIT.ok;
  },
});

function addressOf(zk: string | undefined): ZookeeperAddress | undefined {
  if (zk === undefined) return undefined;
  const parsed = parseMaster(zk);
  if (!parsed.ok) throw new UsageError(`--zk: ${withoutPassword(zk)}: ${parsed.problem}`);
  if (parsed.value.kind === 'zookeeper') return parsed.value.zookeeper;
  throw new UsageError(`--zk: expected zk://host1:port1,host2:port2/path, not ${withoutPassword(zk)}`);
}
