// Users of this machine, by name: tasks run as them where the agent may decide that, which takes root.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { RunAs } from './containerizer.js';

const run = promisify(execFile);

/** Users remembered. At the bound all are forgotten. */
const USERS_MAX = 1_000;
/** A user that was added or changed is noticed after this. */
const REMEMBERED_MS = 60_000;

export class Users {
  readonly #known = new Map<string, { user: RunAs; untilMs: number }>();
  #hasSetpriv: boolean | undefined;

  /**
   * Undefined where the task runs as the agent does: without root nobody can become another, so the name is then not
   * looked at. Rejects with a text for people where the user does not exist.
   */
  async resolve(name: string | undefined): Promise<RunAs | undefined> {
    if (name === undefined || process.getuid?.() !== 0 || name === userInfo().username) return undefined;
    const known = this.#known.get(name);
    if (known && known.untilMs > performance.now()) return known.user;
    const line = (await passwdLine(name)) ?? (await directoryLine(name));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid === undefined || gid === undefined) throw new Error(`user '${name}' does not exist on this agent`);
    await this.#requireSetpriv(name);
    const user = { name, uid: Number(uid), gid: Number(gid) };
    if (this.#known.size >= USERS_MAX) this.#known.clear();
    this.#known.set(name, { user, untilMs: performance.now() + REMEMBERED_MS });
    return user;
  }

  async #requireSetpriv(name: string): Promise<void> {
    this.#hasSetpriv ??= await run('setpriv', ['--version']).then(
      () => true,
      () => false,
    );
    if (this.#hasSetpriv) return;
    throw new Error(
      `cannot run as user '${name}': setpriv (of util-linux) is not installed; start the agent with --no-switch_user`,
    );
  }
}

async function passwdLine(name: string): Promise<string | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd.split('\n').find((line) => line.startsWith(`${name}:`));
}

/** Users that only a directory service knows. */
async function directoryLine(name: string): Promise<string | undefined> {
  if (name.startsWith('-')) return undefined;
  return run('getent', ['passwd', name]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}
