// Reads the leading master over HTTP: finds it, follows it where another one leads, and says in words what went wrong.
import { resolveLeader, withoutPassword } from '@mini-mesos/election';
import { CommandError } from '../errors.js';
import { ask } from './http.js';
import type { Answer } from './http.js';

/** Time for ZooKeeper to name a leader. */
const RESOLVE_TIMEOUT_MS = 10_000;
/** Two masters that point at each other in the middle of an election must not keep us for ever. */
const REDIRECTS_MAX = 5;
const BODY_SHOWN_MAX = 500;

export interface Connection {
  /** `host:port`, `zk://…` or `file:///…`. */
  readonly master: string;
  readonly principal?: string | undefined;
  readonly secret?: string | undefined;
  readonly signal: AbortSignal;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

export class MasterClient {
  #address: string;
  readonly #authorization: { readonly authorization?: string };
  readonly #signal: AbortSignal;

  private constructor(address: string, { principal, secret, signal }: Connection) {
    this.#address = address;
    this.#signal = signal;
    this.#authorization =
      principal === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${principal}:${secret ?? ''}`).toString('base64')}` };
  }

  /** Rejects with ElectionError where nobody leads, or `master` cannot be read. */
  static async connect(connection: Connection): Promise<MasterClient> {
    const leader = await resolveLeader(connection.master, { timeoutMs: RESOLVE_TIMEOUT_MS });
    return new MasterClient(leader.address, connection);
  }

  /** `host:port` of the master that answered last. */
  get address(): string {
    return this.#address;
  }

  /** The JSON of a 200. */
  async read<T>(path: string): Promise<T> {
    const answer = await this.call({ method: 'GET', path });
    if (answer.status !== 200) throw refused({ method: 'GET', path }, answer);
    try {
      return JSON.parse(answer.body.toString()) as T;
    } catch (error) {
      throw new CommandError(`${this.#address} answered GET ${path} with something that is no JSON: is it a master?`, {
        cause: error,
      });
    }
  }

  /** Any answer but a redirect, which is followed. */
  async call(call: Call): Promise<Answer> {
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#once(call);
      if (answer.status !== 307) return answer;
      const { location } = answer.headers;
      if (location === undefined || redirects === REDIRECTS_MAX) {
        throw new CommandError(`${this.#address} does not lead and names no other master that does: try again`);
      }
      // Scheme-relative, as Mesos writes it. Only who leads is taken from it: the path stays ours.
      this.#address = new URL(location, `http://${this.#address}`).host;
    }
  }

  async #once({ method, path, headers, body }: Call): Promise<Answer> {
    try {
      return await ask({
        address: this.#address,
        method,
        path,
        headers: { accept: 'application/json', ...this.#authorization, ...headers },
        signal: this.#signal,
        ...(body !== undefined && { body }),
      });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      throw new CommandError(
        `cannot reach the master at ${this.#address} (${whatFailed(error)}): ` +
          'start one with mini-mesos local, or name another with --master=host:port or zk://…',
        { cause: error },
      );
    }
  }
}

/** What a master, or an agent behind it, said no to. */
export function refused({ method, path }: Pick<Call, 'method' | 'path'>, { status, body }: Answer): CommandError {
  const said = body.toString().trim().slice(0, BODY_SHOWN_MAX);
  return new CommandError(
    `${method} ${path.split('?')[0]} was answered with ${status}${said === '' ? '' : `: ${said}`}`,
  );
}

/** A name that resolves to several addresses fails with an error for each. */
function whatFailed(error: unknown): string {
  if (error instanceof AggregateError) return whatFailed(error.errors[0]);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND') return 'no such host';
  return withoutPassword(message);
}
