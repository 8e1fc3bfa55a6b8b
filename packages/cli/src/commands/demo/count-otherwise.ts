// Counts the words of files without any of our code: with coreutils, which are older than all of us; where they are
// missing, with a plain loop.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { countWords, mostFrequent, parseUniqueLines } from '../../core/demo/words.js';
import type { WordCounts } from '../../core/demo/words.js';

/** Line ends between the files, so that no word of one runs into the next. */
const pipeline = (files: string): string =>
  `for file${files}; do cat "$file"; echo; done | tr 'A-Z' 'a-z' | tr -cs 'a-z' '\\n' | sort | uniq -c | sort -k1,1nr -k2,2`;
const TOOLS = ['cat', 'tr', 'sort', 'uniq'];
const SCRIPT = [...TOOLS.map((tool) => `command -v ${tool} >/dev/null || exit 127`), pipeline('')].join('\n');

export interface OtherCount {
  /** The most frequent first. */
  readonly counts: WordCounts;
  readonly how: string;
}

export async function countOtherwise(paths: readonly string[], signal: AbortSignal): Promise<OtherCount> {
  const output = await runScript(paths, signal);
  if (output !== undefined) return { counts: parseUniqueLines(output), how: pipeline(' in FILES') };
  const counts = new Map<string, number>();
  for (const path of paths) countWords(await readFile(path), counts);
  return {
    counts: new Map(mostFrequent(counts, counts.size).map(({ word, count }) => [word, count])),
    how: 'a plain loop, because cat, tr, sort or uniq is missing here',
  };
}

/** Undefined where the tools are missing. */
function runScript(paths: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const shell = spawn('sh', ['-c', SCRIPT, 'sh', ...paths], {
      signal,
      stdio: ['ignore', 'pipe', 'ignore'],
      // Letters are A to Z, and order is that of bytes, whatever the language of whoever looks.
      env: { ...process.env, LC_ALL: 'C' },
    });
    const chunks: Buffer[] = [];
    shell.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    shell.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    shell.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks).toString() : undefined));
  });
}
