// What is written down about a container's processes, in a directory of its own under the runtime directory. These files
// are written by the supervisor, so they are right whether or not an agent was there; a later agent can find by them
// which containers still run.
//
//   <runtime>/containers/<id>[/containers/<nested id>]/{launch,keep,started,pid,status}
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

export interface ContainerPids {
  /** The task's first process, the leader of its session. */
  pid: number;
  startTicks: number;
  supervisor: { pid: number; startTicks: number };
}

/** `parent.child` as a relative directory. */
export function directoryName(container: string): string {
  return container.replaceAll('.', '/containers/');
}

export function parsePids(text: string): ContainerPids | undefined {
  const [pid, startTicks, supervisor, supervisorTicks] = text.trim().split(' ').map(Number);
  if (!pid || startTicks === undefined || !supervisor || supervisorTicks === undefined) return undefined;
  return { pid, startTicks, supervisor: { pid: supervisor, startTicks: supervisorTicks } };
}

/** The small files of containers. Synchronous: they are a few hundred bytes, and most often on a memory file system. */
export class RuntimeFiles {
  /** The directory of all containers. */
  readonly root: string;

  constructor(runtimeDir: string) {
    this.root = `${runtimeDir}/containers`;
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
  }

  directory(container: string): string {
    return `${this.root}/${directoryName(container)}`;
  }

  /** Only the agent's user may read it: it holds the task's environment. */
  writeLaunch(container: string, script: string, { outlivesAgent }: { outlivesAgent: boolean }): void {
    const directory = this.directory(container);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (outlivesAgent) writeFileSync(`${directory}/keep`, '');
    writeFileSync(`${directory}/launch`, script, { mode: 0o600 });
  }

  hasStarted(container: string): boolean {
    return this.#read(container, 'started') !== undefined;
  }

  /** Takes the place of the script's own first step: true where it has not run, and so will do nothing any more. */
  claimStart(container: string): boolean {
    try {
      closeSync(openSync(`${this.directory(container)}/started`, 'wx', 0o600));
      return true;
    } catch (error) {
      // Without a directory it was never asked for.
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  }

  pids(container: string): ContainerPids | undefined {
    return parsePids(this.#read(container, 'pid') ?? '');
  }

  /** The shell's status of the task; undefined until it is there whole, which its newline tells. */
  status(container: string): number | undefined {
    const text = this.#read(container, 'status');
    return text?.endsWith('\n') ? Number(text) : undefined;
  }

  remove(container: string): void {
    rmSync(this.directory(container), { recursive: true, force: true });
  }

  /** Every container that has a directory, children before their parents. */
  async containers(): Promise<string[]> {
    return this.#under(this.root, '');
  }

  async #under(directory: string, prefix: string): Promise<string[]> {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    const found: string[] = [];
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      const container = prefix + entry.name;
      found.push(...(await this.#under(`${directory}/${entry.name}/containers`, `${container}.`)), container);
    }
    return found;
  }

  #read(container: string, name: string): string | undefined {
    try {
      return readFileSync(`${this.directory(container)}/${name}`, 'latin1');
    } catch {
      // Not written yet, or removed.
      return undefined;
    }
  }
}
