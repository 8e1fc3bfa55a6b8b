// mini-mesos ls TASK [PATH]
import { flag } from '@mini-mesos/daemon';
import type { FileMessage } from '../core/cluster/messages.js';
import { fileTable, nameOf } from '../core/listing/files.js';
import { pathInSandbox } from '../core/sandbox/find-sandbox.js';
import { printable } from '../core/text/printable.js';
import { CommandError, EXIT } from '../errors.js';
import { printJson, printTable } from '../output/listing.js';
import { jsonFlag } from './client-flags.js';
import { command } from './command.js';
import { openTask, sandboxFlags } from './sandbox-flags.js';

export const ls = command({
  name: 'ls',
  summary:
    'Lists the files of the sandbox of a task, also of one that has ended. The task is an id, a name, or the beginning of an id.',
  positionals: 'TASK [PATH]',
  positionalsCount: [1, 2],
  examples: ['mini-mesos ls web-1', 'mini-mesos ls -l web-1 logs'],
  environment: 'connection',
  flags: {
    ...sandboxFlags,
    ...jsonFlag,
    long: flag.bool({ help: 'With modes, owners, sizes and times (UTC).', default: false, short: 'l' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const [task = '', path = ''] = positionals;
    const { files, directory, found } = await openTask(values, task, interrupted);
    const listed = await files.browse(pathInSandbox(directory, path));
    if (!listed) throw new CommandError(`task ${found.task.id} has no ${path === '' ? 'sandbox any more' : path}`);
    if (values.json) printJson(terminal, listed);
    else if (values.long) printTable(terminal, fileTable(listed, timeText));
    else for (const name of listed.map(shown).sort()) terminal.print(name);
    return EXIT.ok;
  },
});

const shown = (file: FileMessage): string => `${printable(nameOf(file))}${file.mode.startsWith('d') ? '/' : ''}`;

/** `2024-05-01 12:30:00` in UTC, so that it is the same wherever it is read. */
const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
