// The readers of loadFlags for the files of this machine.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FlagSources } from './load.js';

/** Links in a configuration directory stand for what they name, as for the shell of Mesos' packages. */
export const fileReaders: Pick<FlagSources, 'listDirectory' | 'readFile'> = {
  readFile: (path) => readFileSync(path, 'utf8'),
  listDirectory: (path) =>
    readdirSync(path).map((name) => {
      const stats = statSync(join(path, name));
      return { name, kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other' };
    }),
};
