// A network of its own for each daemon, so that single pairs of them can be cut: network namespaces on a bridge, which
// stands in a namespace too. Needs root and iproute2.
import { execFileSync } from 'node:child_process';

/** Names of interfaces have 15 characters. */
const idOf = (pid: number): string => `mm${pid.toString(36)}`;

const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Why namespaces cannot be had here; undefined where they can. */
export function whyNoNetwork(): string | undefined {
  const name = `${idOf(process.pid)}-probe`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n').at(-2) : undefined;
    return `no network namespaces here (${said ?? 'ip netns add failed'}): they need root and iproute2`;
  }
}

export class Network {
  readonly #id = idOf(process.pid);
  readonly #names: readonly string[];
  readonly #net: string;
  /** Pairs `a>b` whose packets are dropped, with how many faults drop them. */
  readonly #cuts = new Map<string, number>();
  readonly #onExit = (): void => this.close();
  #isClosed = false;

  constructor(names: readonly string[]) {
    this.#names = names;
    // One run at a time in a process, and processes have different ids.
    this.#net = `10.${200 + (process.pid % 50)}.${Math.floor(process.pid / 50) % 250}`;
    process.on('exit', this.#onExit);
    const hub = this.#hub;
    ip('netns', 'add', hub);
    ip('-n', hub, 'link', 'add', 'bridge0', 'type', 'bridge');
    ip('-n', hub, 'link', 'set', 'bridge0', 'up');
    for (const [index, name] of names.entries()) {
      const space = this.#space(name);
      ip('netns', 'add', space);
      ip('-n', space, 'link', 'set', 'lo', 'up');
      ip('-n', space, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', `p${index}`, 'netns', hub);
      this.#plug(`p${index}`);
      ip('-n', space, 'addr', 'add', `${this.ip(name)}/24`, 'dev', 'eth0');
      ip('-n', space, 'link', 'set', 'eth0', 'up');
    }
    const own = `${this.#id}h`;
    ip('link', 'add', own, 'type', 'veth', 'peer', 'name', 'host', 'netns', hub);
    this.#plug('host');
    ip('addr', 'add', `${this.#net}.1/24`, 'dev', own);
    ip('link', 'set', own, 'up');
  }

  ip(name: string): string {
    return `${this.#net}.${this.#names.indexOf(name) + 10}`;
  }

  /** What comes before a command that is to run there. */
  prefix(name: string): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(name)];
  }

  /** Packets from `a` to `b` are lost from now on; `heal` with the same names undoes one `cut`. */
  cut(a: string, b: string): void {
    const count = (this.#cuts.get(`${a}>${b}`) ?? 0) + 1;
    this.#cuts.set(`${a}>${b}`, count);
    if (count === 1) ip('-n', this.#space(a), 'route', 'add', 'blackhole', `${this.ip(b)}/32`);
  }

  heal(a: string, b: string): void {
    const count = (this.#cuts.get(`${a}>${b}`) ?? 0) - 1;
    if (count < 0) return;
    this.#cuts.set(`${a}>${b}`, count);
    if (count === 0) ip('-n', this.#space(a), 'route', 'del', 'blackhole', `${this.ip(b)}/32`);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off('exit', this.#onExit);
    for (const space of [...this.#names.map((name) => this.#space(name)), this.#hub]) {
      try {
        ip('netns', 'del', space);
      } catch {
        // It was never made.
      }
    }
  }

  get #hub(): string {
    return `${this.#id}-hub`;
  }

  #space(name: string): string {
    return `${this.#id}-${name}`;
  }

  #plug(port: string): void {
    ip('-n', this.#hub, 'link', 'set', port, 'master', 'bridge0');
    ip('-n', this.#hub, 'link', 'set', port, 'up');
  }
}
