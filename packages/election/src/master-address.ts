// Reads what a user writes for --master: host:port, file:///path or zk://[user:password@]servers/path.

/** Mesos' port of a master. */
const MASTER_PORT = 5050;
/** ZooKeeper's client port. */
const ZOOKEEPER_PORT = 2181;

export interface ZookeeperServer {
  host: string;
  port: number;
}

export interface ZookeeperAddress {
  servers: ZookeeperServer[];
  /** `user:password` for digest authentication. */
  credentials?: string;
  /** The node below which masters stand for election; never `/`. */
  path: string;
}

export type MasterAddress =
  | { kind: 'address'; address: string }
  | { kind: 'file'; path: string }
  | { kind: 'zookeeper'; zookeeper: ZookeeperAddress };

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

const bad = (problem: string): { ok: false; problem: string } => ({ ok: false, problem });

/** An address that may be printed: a password in it becomes `***`. */
export function withoutPassword(master: string): string {
  return master.replace(/^(zk:\/\/[^:@/]*):.*@/, '$1:***@');
}

/** Takes `host:port` apart. An IPv6 host stands in brackets and comes back without them. */
export function parseHostPort(text: string, defaultPort: number): Parsed<ZookeeperServer> {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:[\]/@]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) {
    const isBareIpv6 = /^[0-9a-fA-F:.]+$/.test(text) && text.split(':').length > 2;
    return bad(isBareIpv6 ? `cannot read '${text}': put an IPv6 address in brackets` : `cannot read '${text}'`);
  }
  const [, ipv6, name, portText] = match;
  const port = portText === undefined ? defaultPort : Number(portText);
  if (port < 1 || port > 65_535) return bad(`the port of '${text}' is not between 1 and 65535`);
  return { ok: true, value: { host: ipv6 ?? name ?? '', port } };
}

/** Writes host and port as they stand in a URL. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** As in Mesos (src/zookeeper/url.hpp) the servers begin after the last `@` and the path at the first `/` after it. */
function parseZookeeper(text: string): Parsed<ZookeeperAddress> {
  const slash = text.indexOf('/', text.lastIndexOf('@') + 1);
  const path = slash < 0 ? '' : text.slice(slash).replace(/\/+$/, '');
  if (path === '') return bad('a zk:// address needs a path other than /');
  if (/\/\/|\/\.{1,2}(\/|$)/.test(path)) return bad(`the path '${path}' has an empty or relative part`);
  const authority = text.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const credentials = at < 0 ? undefined : authority.slice(0, at);
  if (credentials !== undefined && !/^[^:]+:/.test(credentials)) return bad('the part before @ is not user:password');
  const servers: ZookeeperServer[] = [];
  for (const entry of authority.slice(at + 1).split(',')) {
    const server = parseHostPort(entry.trim(), ZOOKEEPER_PORT);
    if (!server.ok) return server;
    servers.push(server.value);
  }
  return { ok: true, value: { servers, path, ...(credentials === undefined ? {} : { credentials }) } };
}

/** The meaning of a `--master` value, or why it has none. */
export function parseMaster(master: string): Parsed<MasterAddress> {
  const text = master.trim();
  if (text === '') return bad('the master is empty');
  if (text.startsWith('zk://')) {
    const parsed = parseZookeeper(text.slice('zk://'.length));
    return parsed.ok ? { ok: true, value: { kind: 'zookeeper', zookeeper: parsed.value } } : parsed;
  }
  if (text.startsWith('file://')) {
    const path = text.slice('file://'.length);
    return path.startsWith('/')
      ? { ok: true, value: { kind: 'file', path } }
      : bad(`'${text}' does not name an absolute path`);
  }
  const rest = text.replace(/^http:\/\//, '').replace(/\/+$/, '');
  if (rest.includes('://')) return bad(`cannot read '${text}': unknown scheme`);
  const parsed = parseHostPort(rest, MASTER_PORT);
  if (!parsed.ok) return parsed;
  return { ok: true, value: { kind: 'address', address: hostPort(parsed.value.host, parsed.value.port) } };
}
