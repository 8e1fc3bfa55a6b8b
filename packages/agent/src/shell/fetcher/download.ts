// Gets one file into a sandbox: from this machine, with the rights of the task's user, or over HTTP.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { pipeline } from 'node:stream/promises';
import type { RunAs } from '../containerizer.js';
import type { Source } from './uri.js';

const run = promisify(execFile);

export interface DownloadOptions {
  destination: string;
  runAs: RunAs | undefined;
  /** A download that gets nothing for this long is given up. */
  stallTimeoutMs: number;
  signal: AbortSignal;
}

export async function download(source: Source, options: DownloadOptions): Promise<void> {
  if (source.kind === 'local') await copyLocal(source.path, options);
  else await get(source.url, options);
}

/** With cp(1) as the user of the task: an agent that is root must not read for others what they may not read. */
async function copyLocal(path: string, { destination, runAs, signal }: DownloadOptions): Promise<void> {
  await asUser('cp', ['--', path, destination], { runAs, signal });
}

/** Runs a tool of the system; rejects with what it says where it fails. */
export async function asUser(
  tool: string,
  args: readonly string[],
  { runAs, signal, cwd }: { runAs: RunAs | undefined; signal: AbortSignal; cwd?: string },
): Promise<string> {
  const identity = runAs ? { uid: runAs.uid, gid: runAs.gid } : {};
  try {
    const { stdout } = await run(tool, args, {
      ...identity,
      ...(cwd === undefined ? {} : { cwd }),
      signal,
      maxBuffer: 256 * 1024 * 1024,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const said = stderr?.trim().split('\n').at(-1);
    throw new Error(said === undefined || said === '' ? message : said, { cause: error });
  }
}

/** As many as browsers follow. */
const REDIRECTS_MAX = 20;

/** Not fetch(): that refuses a list of ports which browsers must not reach, and hides why a connection failed. */
async function get(url: string, options: DownloadOptions, redirects = 0): Promise<void> {
  const response = await open(url, options);
  const { statusCode: status = 0, statusMessage: text = '' } = response;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    response.destroy();
    if (redirects >= REDIRECTS_MAX) throw new Error(`it was redirected more than ${REDIRECTS_MAX} times`);
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol)) throw new Error(`it was redirected to '${location}', which is not http`);
    await get(next.href, options, redirects + 1);
    return;
  }
  if (status !== 200) {
    response.destroy();
    throw new Error(`the server answered ${status} ${text}`.trimEnd());
  }
  await pipeline(response, createWriteStream(options.destination, { flags: 'wx' }), { signal: options.signal });
}

function open(url: string, { stallTimeoutMs, signal }: DownloadOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const request = (url.startsWith('https:') ? https : http).get(url, { signal }, (response) => {
      answer = response;
      resolve(response);
    });
    // The whole exchange: a connection that is not made, an answer that does not come, a body that stops.
    request.setTimeout(stallTimeoutMs, () => {
      const error = new Error(`nothing came for ${stallTimeoutMs / 1000} seconds`);
      answer?.destroy(error);
      request.destroy(error);
    });
    request.on('error', reject);
  });
}
