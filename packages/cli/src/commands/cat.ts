// mini-mesos cat TASK FILE
import { pathInSandbox } from '../core/sandbox/find-sandbox.js';
import { CommandError, EXIT } from '../errors.js';
import { copyToEnd } from '../master-api/copy-file.js';
import { command } from './command.js';
import { openTask, sandboxFlags } from './sandbox-flags.js';

export const cat = command({
  name: 'cat',
  summary: 'Prints a file of the sandbox of a task, byte for byte: stdout unless another is named.',
  positionals: 'TASK [FILE]',
  positionalsCount: [1, 2],
  examples: ['mini-mesos cat web-1 stderr', 'mini-mesos cat web-1 result.tar.gz > result.tar.gz'],
  environment: 'connection',
  flags: sandboxFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const [task = '', file = 'stdout'] = positionals;
    const { files, directory, found } = await openTask(values, task, interrupted);
    const write = (bytes: Uint8Array): Promise<void> => terminal.write(bytes);
    const end = await copyToEnd({ files, path: pathInSandbox(directory, file), write });
    if (end === undefined)
      throw new CommandError(`task ${found.task.id} has no file ${file}: mini-mesos ls lists them`);
    return EXIT.ok;
  },
});
