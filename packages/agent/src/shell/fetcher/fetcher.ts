// Fetches what a command needs into its sandbox before it runs: all of it or none. Downloads run side by side, but no
// more than a bounded number on the whole agent; unpacking follows when all are there, one after the other, so that no
// archive can put a link where another file is being written.
import { chmod, chown, lchown, lstat, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandInfo } from '@mini-mesos/proto';
import type { RunAs } from '../containerizer.js';
import { download } from './download.js';
import { unpack } from './unpack.js';
import { planFetch, type FetchPlan } from './uri.js';

/** Downloads at once on an agent; further ones wait in order. */
const DOWNLOADS_MAX = 8;

export interface FetcherOptions {
  /** Default place of relative URIs; '' for none. */
  frameworksHome: string;
  stallTimeoutMs: number;
}

export interface FetchRequest {
  container: string;
  sandbox: string;
  uris: readonly CommandInfo.URI[];
  runAs: RunAs | undefined;
  signal: AbortSignal;
}

export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #places = new Places(DOWNLOADS_MAX);
  succeeded = 0;
  failed = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  /** Rejects with Mesos' words and the reason for the first that failed; the rest is then given up. */
  async fetch(request: FetchRequest): Promise<void> {
    if (request.uris.length === 0) return;
    const failed = new AbortController();
    const signal = AbortSignal.any([request.signal, failed.signal]);
    try {
      const plans = request.uris.map((uri) => this.#plan(uri));
      requireDistinct(plans);
      const downloads = plans.map((plan) => this.#download(plan, { ...request, signal }));
      for (const done of downloads) done.catch(() => failed.abort());
      await Promise.all(downloads);
      for (const plan of plans) await finish(plan, { ...request, signal });
      this.succeeded += 1;
    } catch (error) {
      failed.abort();
      this.failed += 1;
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Failed to fetch all URIs for container '${request.container}': ${why}`, { cause: error });
    }
  }

  #plan(uri: CommandInfo.URI): FetchPlan {
    const planned = planFetch(uri, this.#options.frameworksHome);
    if (!planned.ok) throw new Error(planned.error);
    return planned.plan;
  }

  async #download(plan: FetchPlan, { sandbox, runAs, signal }: FetchRequest): Promise<void> {
    const { stallTimeoutMs } = this.#options;
    await this.#places.use(async () => {
      signal.throwIfAborted();
      const destination = await placeFor(sandbox, plan.name, runAs);
      try {
        await download(plan.source, { destination, runAs, stallTimeoutMs, signal });
      } catch (error) {
        throw new Error(`cannot fetch '${plan.uri}': ${(error as Error).message}`, { cause: error });
      }
    });
  }
}

/** Two of the same name would write over each other. */
function requireDistinct(plans: readonly FetchPlan[]): void {
  const byName = new Map<string, FetchPlan>();
  for (const plan of plans) {
    const other = byName.get(plan.name);
    if (other && other.uri !== plan.uri) {
      throw new Error(`'${other.uri}' and '${plan.uri}' would both be '${plan.name}'; give one of them an output_file`);
    }
    byName.set(plan.name, plan);
  }
}

/** The path for a new file in the sandbox, with its directories made; nothing of that name is there afterwards. */
async function placeFor(sandbox: string, name: string, runAs: RunAs | undefined): Promise<string> {
  const destination = `${sandbox}/${name}`;
  const parent = dirname(destination);
  const first = await mkdir(parent, { recursive: true });
  const root = await realpath(sandbox);
  const real = await realpath(parent);
  if (real !== root && !real.startsWith(`${root}/`)) throw new Error(`'${name}' would leave the sandbox`);
  if (first !== undefined && runAs) await chownTree(first, runAs);
  await rm(destination, { force: true });
  return destination;
}

/** After the download: to its owner, and made executable or unpacked. */
async function finish(plan: FetchPlan, { sandbox, runAs, signal }: FetchRequest): Promise<void> {
  const file = `${sandbox}/${plan.name}`;
  if (runAs) await chown(file, runAs.uid, runAs.gid);
  if (plan.executable) await chmod(file, 0o755);
  if (!plan.unpacking) return;
  try {
    const made = await unpack(plan.unpacking, { file, sandbox, runAs, signal });
    if (runAs) for (const path of made) await chownTree(path, runAs);
  } catch (error) {
    throw new Error(`cannot unpack '${plan.uri}': ${(error as Error).message}`, { cause: error });
  }
}

async function chownTree(path: string, runAs: RunAs): Promise<void> {
  await lchown(path, runAs.uid, runAs.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await chownTree(`${path}/${name}`, runAs);
}

/** A bounded number of places; who finds none waits in order. */
class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
