// The work directory: whether it can be used, who uses it, and the directories of the agent in it.
import { accessSync, constants, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { makeDirectories } from '@mini-mesos/daemon';
import { agentDirectory } from '../core/paths.js';
import { isAlive, readProcess } from './posix/processes.js';

const LOCK = 'agent.lock';
/** Work directories in use by this process: several agents may run in one. */
const inUse = new Set<string>();

export class WorkDir {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Throws with a text for people where the directory cannot be used, or another agent uses it. */
  static open(path: string): WorkDir {
    try {
      makeDirectories(path);
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new Error(`--work_dir: cannot write to '${path}' (${(error as Error).message})`, { cause: error });
    }
    const holder = holderOf(`${path}/${LOCK}`);
    if (inUse.has(path) || (holder && isAlive(holder))) {
      const who = holder ? ` (process ${holder.pid})` : '';
      throw new Error(`--work_dir: '${path}' is used by another agent${who}; give each agent a directory of its own`);
    }
    inUse.add(path);
    const self = { pid: process.pid, startTicks: readProcess(process.pid)?.startTicks ?? 0 };
    writeFileSync(`${path}/${LOCK}`, JSON.stringify(self));
    return new WorkDir(path);
  }

  adoptAgentId(agentId: string): void {
    mkdirSync(agentDirectory(this.path, agentId), { recursive: true });
    const latest = `${this.path}/slaves/latest`;
    rmSync(latest, { force: true });
    symlinkSync(agentId, latest);
  }

  /** Share of its file system in use, 0 to 1, as df(1) tells it to users without privileges. */
  async usage(): Promise<number> {
    const { blocks, bfree, bavail } = await statfs(this.path);
    const used = blocks - bfree;
    return used + bavail === 0 ? 0 : used / (used + bavail);
  }

  async totalBytes(): Promise<number | undefined> {
    const { blocks, bsize } = await statfs(this.path);
    return blocks * bsize;
  }

  /** One after the other, so that a large cleanup does not keep the disk from the tasks. */
  async remove(paths: readonly string[]): Promise<{ removed: number; failed: number }> {
    let failed = 0;
    for (const path of paths) {
      await rm(path, { recursive: true, force: true }).catch(() => {
        failed += 1;
      });
    }
    return { removed: paths.length - failed, failed };
  }

  close(): void {
    inUse.delete(this.path);
    rmSync(`${this.path}/${LOCK}`, { force: true });
  }
}

function holderOf(lock: string): { pid: number; startTicks: number } | undefined {
  try {
    const { pid, startTicks } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; startTicks: number };
    return pid === process.pid ? undefined : { pid, startTicks };
  } catch {
    // No lock, or one that was cut short when the machine went down: nobody holds it.
    return undefined;
  }
}
