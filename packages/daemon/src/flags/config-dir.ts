// Reads flags from a directory with one file per flag, as Mesos' packages do (support/packaging, mesos-init-wrapper):
// the file `quorum` holds the value of --quorum, the file `?quiet` stands for --quiet, `?no-quiet` for --no-quiet; the
// directories `attributes` and `resources` hold one file per key.
import type { Assignment } from './command-line.js';
import type { Layer } from './environment.js';
import type { FlagSources } from './load.js';
import type { FlagNames } from './names.js';

/** Directories whose files are joined to `key:value;key:value`. */
const JOINED = ['attributes', 'resources'];

type Readers = Pick<FlagSources, 'listDirectory' | 'readFile'>;

/** Throws where the directory or one of its files cannot be read. */
export function readConfigDir(directory: string, readers: Readers, names: FlagNames): Layer {
  const assignments: Assignment[] = [];
  const errors: string[] = [];
  for (const { name, kind } of visible(directory, readers)) {
    const place = `${directory}/${name}`;
    const isSwitch = name.startsWith('?');
    const found = names.find(isSwitch ? name.slice(1) : name);
    if (!found) errors.push(`${place}: ${names.unknown(isSwitch ? name.slice(1) : name)}`);
    else if (kind === 'directory' && JOINED.includes(found.name)) {
      assignments.push({ ...found, text: joined(place, readers), place });
    } else if (kind !== 'file') errors.push(`${place}: expected a file that holds the value of --${found.name}`);
    else if (isSwitch) assignments.push({ ...found, text: undefined, place });
    else assignments.push({ ...found, text: readers.readFile(place).trim(), place });
  }
  return { assignments, errors };
}

/** A shell's `*` passes over names with a dot; so does Mesos' wrapper. */
function visible(directory: string, { listDirectory }: Readers) {
  return listDirectory(directory)
    .filter(({ name }) => !name.startsWith('.'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function joined(directory: string, readers: Readers): string {
  return visible(directory, readers)
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => `${name}:${readers.readFile(`${directory}/${name}`).trim()}`)
    .join(';');
}
