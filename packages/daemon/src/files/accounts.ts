// Names of users and groups by their number, from /etc/passwd and /etc/group: what `ls -l` shows. A number without a
// name is shown as it is.
import { readFile } from 'node:fs/promises';

/** How long names are kept before the files are read again: accounts change seldom, listings come every second. */
const KEPT_MS = 60_000;

interface Names {
  readonly readAtMs: number;
  readonly byId: Promise<ReadonlyMap<number, string>>;
}

export class Accounts {
  readonly #nowMs: () => number;
  #users: Names | undefined;
  #groups: Names | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async user(uid: number): Promise<string> {
    this.#users = this.#fresh(this.#users, '/etc/passwd');
    return (await this.#users.byId).get(uid) ?? String(uid);
  }

  async group(gid: number): Promise<string> {
    this.#groups = this.#fresh(this.#groups, '/etc/group');
    return (await this.#groups.byId).get(gid) ?? String(gid);
  }

  #fresh(names: Names | undefined, path: string): Names {
    const nowMs = this.#nowMs();
    return names && nowMs - names.readAtMs < KEPT_MS ? names : { readAtMs: nowMs, byId: readNames(path) };
  }
}

/** Lines of `name:password:id:…`; the first name of an id counts. */
async function readNames(path: string): Promise<ReadonlyMap<number, string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const byId = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined && !byId.has(Number(id))) byId.set(Number(id), name);
  }
  return byId;
}
