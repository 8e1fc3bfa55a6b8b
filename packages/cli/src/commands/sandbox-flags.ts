// The flags of the commands that look into sandboxes, and how they find one.
import { flag } from '@mini-mesos/daemon';
import type { FlagValues } from '@mini-mesos/daemon';
import type { TaskInCluster } from '../core/cluster/tasks.js';
import { chooseTask, readState } from '../master-api/cluster-reads.js';
import { MasterClient } from '../master-api/master-client.js';
import { openSandbox } from '../master-api/sandbox.js';
import type { Sandbox } from '../master-api/sandbox.js';
import { connectionFlags, connectionOf } from './client-flags.js';

export const sandboxFlags = {
  ...connectionFlags,
  framework: flag.string({ help: 'The framework of the task, where several have one of that name.' }),
};

export interface OpenTask extends Sandbox {
  readonly client: MasterClient;
  readonly found: TaskInCluster;
}

/** `task` is an id, a name, or the beginning of an id. */
export async function openTask(
  values: FlagValues<typeof sandboxFlags>,
  task: string,
  interrupted: AbortSignal,
): Promise<OpenTask> {
  const client = await MasterClient.connect(connectionOf(values, interrupted));
  const found = chooseTask(await readState(client), { task, framework: values.framework });
  return { client, found, ...(await openSandbox(client, found)) };
}
