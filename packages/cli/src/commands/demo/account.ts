// What happened in the cluster, from what its master tells: which executors ran where, and what became of offers.
import type { StateMessage } from '../../core/cluster/messages.js';
import { shortIds } from '../../core/lookup/find-one.js';
import type { MasterClient } from '../../master-api/master-client.js';

export interface Account {
  /** Executors with their agents. */
  readonly places: readonly { readonly executorId: string; readonly agent: string; readonly address: string }[];
  readonly offersSent: number;
  readonly offersAccepted: number;
  readonly offersDeclined: number;
}

/** While the framework still runs: its numbers go with it. */
export async function readAccount(client: MasterClient, frameworkId: string): Promise<Account> {
  const [state, metrics] = await Promise.all([
    client.read<StateMessage>('/state'),
    client.read<{ [name: string]: number }>('/metrics/snapshot'),
  ]);
  const framework = state.frameworks?.find(({ id }) => id === frameworkId);
  const agents = new Map((state.slaves ?? []).map((agent) => [agent.id, agent]));
  const short = shortIds([...agents.keys()]);
  const places = (framework?.tasks ?? []).map((task) => ({
    executorId: task.id,
    agent: short.get(task.slave_id) ?? task.slave_id,
    address: agents.get(task.slave_id)?.pid?.replace(/^.*@/, '') ?? '',
  }));
  const metric = (name: string): number =>
    Object.entries(metrics).find(([key]) => key.endsWith(`/${frameworkId}/offers/${name}`))?.[1] ?? 0;
  return {
    places: places.sort((a, b) => (`${a.agent} ${a.executorId}` < `${b.agent} ${b.executorId}` ? -1 : 1)),
    offersSent: metric('sent'),
    offersAccepted: metric('accepted'),
    offersDeclined: metric('declined'),
  };
}
