// mini-mesos resolve [MASTER]
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { flag } from '@mini-mesos/daemon';
import { hostPort, parseMaster, resolveLeader, withoutPassword } from '@mini-mesos/election';
import { CommandError, EXIT, UsageError } from '../errors.js';
import { ask } from '../master-api/http.js';
import { connectionFlags } from './client-flags.js';
import { command } from './command.js';

export const resolve = command({
  name: 'resolve',
  summary: 'Prints the address of the leading master as host:port. A master that does not lead is asked who does.',
  positionals: '[MASTER]',
  positionalsCount: [0, 1],
  examples: [
    'mini-mesos resolve zk://10.0.0.1:2181/mesos',
    'mini-mesos resolve --master=10.0.0.1:5050 --timeout=1secs',
  ],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    timeout: flag.duration({ help: 'How long to wait for a leader.', default: '5secs', min: '1ms' }),
    verbose: flag.bool({ help: 'Says what is done.', default: false, short: 'v' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const master = positionals[0] ?? values.master;
    const parsed = parseMaster(master);
    if (!parsed.ok) throw new UsageError(`master ${withoutPassword(master)}: ${parsed.problem}`);
    const say = (text: string): void => (values.verbose ? terminal.say(text) : undefined);
    say(`looking for the leader of ${withoutPassword(master)}`);
    const started = performance.now();
    const { address, info } = await resolveLeader(master, { timeoutMs: values.timeout });
    // ZooKeeper knows who leads; at a fixed address there may be a master that does not.
    if (info) {
      say(`ZooKeeper names master ${info.id}`);
      terminal.print(address);
      return EXIT.ok;
    }
    say(`asking ${address} who leads`);
    const timeoutMs = Math.max(1, Math.ceil(values.timeout - (performance.now() - started)));
    terminal.print(await leaderAccordingTo(address, { timeoutMs, interrupted }));
    return EXIT.ok;
  },
});

async function leaderAccordingTo(
  address: string,
  { timeoutMs, interrupted }: { timeoutMs: number; interrupted: AbortSignal },
): Promise<string> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]);
  const answer = await ask({ address, method: 'GET', path: '/redirect', signal }).catch((error: unknown) => {
    const why = signal.aborted ? `no answer within ${timeoutMs} ms` : (error as Error).message;
    throw new CommandError(`cannot ask ${address} who leads (${why}): check that a master runs there`, {
      cause: error,
    });
  });
  const { location } = answer.headers;
  if (answer.status === 503) throw new CommandError(`${address} knows no leader yet: try again`);
  if (answer.status !== 307 || location === undefined) {
    throw new CommandError(`${address} answered /redirect with ${answer.status}: it is no master`);
  }
  const leader = new URL(location, `http://${address}`);
  return (await isSame(leader, address)) ? address : numeric(leader);
}

/** A master names itself by its host name, which may be another word for the address it was asked at. */
async function isSame(leader: URL, address: string): Promise<boolean> {
  const asked = new URL(`http://${address}`);
  if (leader.port !== asked.port) return false;
  const [one, other] = await Promise.all([ipOf(leader.hostname), ipOf(asked.hostname)]);
  return one !== undefined && (one === other || (isLoopback(one) && other !== undefined && isLoopback(other)));
}

const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

async function numeric(leader: URL): Promise<string> {
  return hostPort((await ipOf(leader.hostname)) ?? leader.hostname, Number(leader.port || '80'));
}

async function ipOf(hostname: string): Promise<string | undefined> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return bare;
  return lookup(bare).then(
    ({ address }) => address,
    () => undefined,
  );
}
