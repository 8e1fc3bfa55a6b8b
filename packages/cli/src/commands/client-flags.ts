// The flags of every command that talks to a master.
import { flag } from '@mini-mesos/daemon';
import type { FlagValues } from '@mini-mesos/daemon';
import { parseMaster } from '@mini-mesos/election';
import type { Connection } from '../master-api/master-client.js';

export const DEFAULT_MASTER = '127.0.0.1:5050';

export const helpFlag = {
  help: flag.bool({ help: 'Prints this text and exits.', default: false, short: 'h' }),
};

/** What is wrong with an address of a master; undefined where nothing is. */
export function masterProblem(text: string): string | undefined {
  const parsed = parseMaster(text);
  return parsed.ok ? undefined : `${parsed.problem}; expected host:port, zk://… or file:///…`;
}

export const connectionFlags = {
  ...helpFlag,
  master: flag.string({
    help: 'The master: host:port, or zk://… to ask ZooKeeper who leads. Environment: MESOS_MASTER.',
    default: DEFAULT_MASTER,
    example: 'zk://10.0.0.1:2181,10.0.0.2:2181/mesos',
    check: masterProblem,
  }),
  principal: flag.string({ help: 'Name for HTTP authentication. Environment: MESOS_PRINCIPAL.' }),
  secret: flag.string({ help: 'Password of the principal. Environment: MESOS_SECRET.', secret: true }),
};

export const jsonFlag = {
  json: flag.bool({ help: 'Prints JSON instead of a table: all that the master tells.', default: false }),
};

export function connectionOf(
  { master, principal, secret }: FlagValues<typeof connectionFlags>,
  signal: AbortSignal,
): Connection {
  return { master, principal, secret, signal };
}
