// Whether a step's result is newer than what it was made from: so that a second start builds nothing.
// A step's stamp holds a digest of path, size and modification time of every input.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git']);

function* filesOf(path) {
  if (!existsSync(path)) return;
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    yield `${path} ${stat.size} ${stat.mtimeMs}`;
    return;
  }
  for (const entry of readdirSync(path).sort()) if (!SKIPPED.has(entry)) yield* filesOf(join(path, entry));
}

function digest(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) for (const line of filesOf(input)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** Runs `make` unless `stamp` says that it ran for the very same inputs and `output` is still there. */
export async function unlessFresh({ stamp, inputs, output }, make) {
  const wanted = digest(inputs);
  const isFresh = existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isFresh) return false;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest(inputs));
  return true;
}
