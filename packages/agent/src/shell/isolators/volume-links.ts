// Persistent volumes in sandboxes as symbolic links: what Mesos' filesystem/posix isolator does.
import { chown, lstat, mkdir, readlink, stat, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, normalize } from 'node:path';
import type { ContainerConfig, VolumeLink } from '../../core/effects.js';
import type { Isolator, RunAs } from '../containerizer.js';

export class VolumeLinks implements Isolator {
  readonly name = 'filesystem/posix';

  async prepare({ sandbox, volumes }: ContainerConfig, runAs: RunAs | undefined): Promise<void> {
    for (const volume of volumes) await linkVolume(sandbox, volume, runAs);
  }

  /** Links go with the sandbox; the volume stays. */
  cleanup(): Promise<void> {
    return Promise.resolve();
  }
}

async function linkVolume(
  sandbox: string,
  { containerPath, source }: VolumeLink,
  runAs: RunAs | undefined,
): Promise<void> {
  const inside = normalize(containerPath);
  if (isAbsolute(inside) || inside === '.' || inside.split('/').includes('..')) {
    throw new Error(`cannot link a volume at '${containerPath}': expected a relative path inside the sandbox`);
  }
  const found = await stat(source).catch(() => undefined);
  if (!found?.isDirectory()) throw new Error(`the persistent volume at '${source}' is missing`);
  // A new volume belongs to the agent until its first task takes it.
  if (runAs && found.uid === process.getuid?.()) await chown(source, runAs.uid, runAs.gid);
  const link = `${sandbox}/${inside}`;
  await mkdir(dirname(link), { recursive: true });
  if (await isLinkTo(link, source)) return;
  await symlink(source, link);
}

async function isLinkTo(path: string, target: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isSymbolicLink() === true && (await readlink(path)) === target;
}
