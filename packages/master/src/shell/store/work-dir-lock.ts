// One master for each work directory: a second one would take the registry away from the first. The lock names the
// process and when it began, so that one left behind by a crash holds nobody up, also where its number is used again.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '@mini-mesos/daemon';

const LOCK = 'master.lock';
/** Directories in use by this process: several masters may run in one. */
const inUse = new Set<string>();

interface Holder {
  readonly pid: number;
  /** In ticks since the machine started; 0 where the system does not tell. */
  readonly startTicks: number;
}

/** Returns what gives the directory free. Throws with a text for people. */
export function lockWorkDir(workDir: string): () => void {
  try {
    makeDirectories(workDir);
    const holder = readHolder(join(workDir, LOCK));
    if (inUse.has(workDir) || (holder && isAlive(holder))) {
      const who = holder ? ` (process ${holder.pid})` : '';
      throw new Error(`another master uses it${who}; give each master a directory of its own`);
    }
    const self: Holder = { pid: process.pid, startTicks: startTicksOf(process.pid) };
    writeFileSync(join(workDir, LOCK), JSON.stringify(self));
  } catch (error) {
    throw new Error(`--work_dir: cannot use '${workDir}': ${(error as Error).message}`, { cause: error });
  }
  inUse.add(workDir);
  return () => {
    inUse.delete(workDir);
    rmSync(join(workDir, LOCK), { force: true });
  };
}

/** Undefined where nobody holds it, or the file was cut short when the machine went down. */
function readHolder(path: string): Holder | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { pid, startTicks } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return Number.isInteger(pid) && pid !== process.pid ? ({ pid, startTicks } as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, startTicks }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startTicksOf(pid) === startTicks;
}

/** Field 22 of /proc/<pid>/stat; the name before it is in brackets and may hold anything. */
function startTicksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return 0;
  }
}
