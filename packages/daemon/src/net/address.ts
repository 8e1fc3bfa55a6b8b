// The addresses of a daemon: where it listens, and what it tells others.
import { lookupService } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

/** A resolver that does not answer in this time does not know the name. */
const LOOKUP_TIMEOUT_MS = 2_000;

const EVERY_INTERFACE = new Set(['0.0.0.0', '::']);

/** Without --ip nobody but this machine can connect: a deliberate difference from Mesos, which opens every interface. */
export const LISTEN_IP = '127.0.0.1';

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip === 'localhost';
}

/** An address that others can dial: that of the first outside interface where all of them are listened on. */
export function dialable(ip: string): string {
  if (!EVERY_INTERFACE.has(ip)) return ip;
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

/** The name of an address; the address itself where it has none. */
export async function hostnameOf(ip: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(ip), LOOKUP_TIMEOUT_MS);
  });
  const lookup = lookupService(ip, 0).then(
    ({ hostname }) => hostname,
    () => ip,
  );
  const name = await Promise.race([lookup, timeout]);
  clearTimeout(timer);
  return name;
}

/** The form in which MasterInfo carries an IPv4 address: its bytes in network order, read as a little-endian number. */
export function ipAsNumber(ip: string): number {
  const parts = ip.split('.').map(Number);
  return parts.length === 4 ? Buffer.from(parts).readUInt32LE() : 0;
}
