// The files of a task's sandbox, wherever its agent is.
import type { TaskInCluster } from '../core/cluster/tasks.js';
import { findSandbox } from '../core/sandbox/find-sandbox.js';
import { CommandError } from '../errors.js';
import { AgentFiles } from './agent-files.js';
import type { MasterClient } from './master-client.js';

export interface Sandbox {
  readonly files: AgentFiles;
  /** As the agent's files know it. */
  readonly directory: string;
}

export async function openSandbox(client: MasterClient, { task, agent }: TaskInCluster): Promise<Sandbox> {
  if (!agent) {
    throw new CommandError(
      `agent ${task.slave_id} of task ${task.id} is not registered: its files can be read when it is back`,
    );
  }
  const files = new AgentFiles(client, agent.id);
  const directory = findSandbox(await files.state(), task);
  if (directory === undefined) {
    throw new CommandError(
      `agent ${agent.id} knows no sandbox of task ${task.id}: it was never started there, or was removed since`,
    );
  }
  return { files, directory };
}
