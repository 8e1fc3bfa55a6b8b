// What earlier runs left on disk that nobody uses any more: whole agents, and frameworks, executors and runs of this one.
import { readdir, stat } from 'node:fs/promises';

export interface LeftDirectory {
  path: string;
  /** When something was last put into it. */
  sinceMs: number;
}

/** `live` are sandboxes in use. Oldest first; a directory is named once, not also what is in it. */
export async function leftDirectories(
  workDir: string,
  { agentId, live }: { agentId: string | undefined; live: readonly string[] },
): Promise<LeftDirectory[]> {
  const root = `${workDir}/slaves`;
  const used = new Set(live.flatMap((sandbox) => ancestors(sandbox, root)));
  if (agentId !== undefined) used.add(`${root}/${agentId}`);
  const out: LeftDirectory[] = [];
  // agents, their frameworks, their executors, their runs
  let parents = [root];
  for (const below of ['', 'frameworks', 'executors', 'runs']) {
    const found = await Promise.all(
      parents.map((parent) => directoriesIn(below === '' ? parent : `${parent}/${below}`)),
    );
    const left = found.flat().filter((path) => !used.has(path));
    for (const path of left) out.push({ path, sinceMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 });
    parents = found.flat().filter((path) => used.has(path));
  }
  return out.sort((a, b) => a.sinceMs - b.sinceMs || (a.path < b.path ? -1 : 1));
}

/** Without links such as `latest`. */
async function directoriesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
}

/** Itself and the directories above it, up to `root`. */
function ancestors(path: string, root: string): string[] {
  const out: string[] = [];
  for (let at = path; at.length > root.length; at = at.slice(0, at.lastIndexOf('/'))) out.push(at);
  return out;
}
