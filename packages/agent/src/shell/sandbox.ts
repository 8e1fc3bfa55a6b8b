// Sandboxes on disk: made before anything runs in them, removed when they are old.
import { chown, mkdir, open, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { RunAs } from './containerizer.js';

/** As Mesos makes them: of the task's user, closed to others. */
const SANDBOX_MODE = 0o750;
const PARENT_MODE = 0o755;
const OUTPUT_MODE = 0o644;

export interface SandboxOptions {
  sandbox: string;
  /** A link to it that is made, or made anew. */
  link: string;
  runAs: RunAs | undefined;
}

export async function makeSandbox({ sandbox, link, runAs }: SandboxOptions): Promise<void> {
  await mkdir(dirname(sandbox), { recursive: true, mode: PARENT_MODE });
  await mkdir(sandbox, { mode: SANDBOX_MODE });
  if (runAs) await chown(sandbox, runAs.uid, runAs.gid);
  await mkdir(dirname(link), { recursive: true, mode: PARENT_MODE });
  await Promise.all([
    replaceLink(link, relative(dirname(link), sandbox)),
    makeOutput(`${sandbox}/stdout`, runAs),
    makeOutput(`${sandbox}/stderr`, runAs),
  ]);
}

async function makeOutput(path: string, runAs: RunAs | undefined): Promise<void> {
  const file = await open(path, 'a', OUTPUT_MODE);
  try {
    if (runAs) await file.chown(runAs.uid, runAs.gid);
  } finally {
    await file.close();
  }
}

/** There is always either the old link or the new one. */
async function replaceLink(link: string, target: string): Promise<void> {
  try {
    await symlink(target, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await readlink(link).catch(() => undefined)) === target) return;
    const fresh = `${link}.new`;
    await rm(fresh, { force: true });
    await symlink(target, fresh);
    await rename(fresh, link);
  }
}
