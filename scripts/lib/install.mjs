// Installs what package-lock.json names, once: nothing but npm is needed for it.
import { join } from 'node:path';
import { unlessFresh } from './fresh.mjs';
import { home, run } from './run.mjs';

export async function ensureInstalled() {
  const inputs = ['package-lock.json', '.npmrc'].map((name) => join(home, name));
  const step = {
    stamp: join(home, 'node_modules', '.mini-mesos-installed'),
    inputs,
    output: join(home, 'node_modules'),
  };
  await unlessFresh(step, async () => {
    console.error('installing dependencies (first run only)');
    // Not `npm ci`: it refuses a lock without the binaries of other platforms, which not every registry has.
    await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  });
}
