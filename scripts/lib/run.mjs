// Runs a program with its output on ours; a failure ends this process with the same exit code.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const home = join(import.meta.dirname, '..', '..');

/** Resolves with the exit code. Signals of ours are passed on, so that they end both; a terminal sends Ctrl-C to both. */
export function spawnQuietly(command, args, { env = {}, cwd = home, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio, env: { ...process.env, ...env } });
    const forward = (signal) => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

export async function run(command, args, options) {
  const code = await spawnQuietly(command, args, options);
  if (code !== 0) process.exit(code);
}

/** A program that npm installed for this workspace. */
export const bin = (name) => join(home, 'node_modules', '.bin', name);
