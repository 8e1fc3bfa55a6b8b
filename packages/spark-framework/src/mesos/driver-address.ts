// The address executors on other machines reach the driver at, when nobody says: the one this machine uses towards the
// master, which is loopback when the master is on this machine.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';

/** Host and port of a master as the SDK takes it; of an ensemble the first server. */
export function firstServer(master: string): { host: string; port: number } {
  const servers = master.startsWith('zk://') ? (master.slice('zk://'.length).split('/')[0] ?? '') : master;
  const first = (servers.split('@').at(-1) ?? '').split(',')[0] ?? '';
  const colon = first.lastIndexOf(':');
  return { host: first.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(first.slice(colon + 1)) || 5050 };
}

/** This machine's address towards another; nothing is sent. Loopback when there is no way to it. */
export async function addressTowards({ host, port }: { host: string; port: number }): Promise<string> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return '127.0.0.1';
  } finally {
    socket.close();
  }
}

/** Where to listen for an address executors are told: that address when it is one, otherwise everywhere. */
export function bindAddressFor(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  return isIP(host) === 0 ? '0.0.0.0' : host;
}
