// Waits until nothing is left on an agent that drains.
import type { Time } from '@mini-mesos/daemon';
import { pause } from './pause.js';
import type { MasterClient } from './master-client.js';
import { readAgent } from './operator-calls.js';

const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 1000;

export interface DrainOptions {
  readonly interrupted: AbortSignal;
  readonly timers: Pick<Time, 'after'>;
  /** How many tasks are left, whenever that changes. */
  readonly onTasks: (count: number) => void;
}

interface SummaryMessage {
  readonly slaves?: readonly ({ readonly id: string } & { readonly [counter: string]: unknown })[];
}

/** `gone` where it is not registered any more. Rejects when it is interrupted. */
export async function untilDrained(
  client: MasterClient,
  id: string,
  { onTasks, ...waiting }: DrainOptions,
): Promise<'drained' | 'gone' | 'reactivated'> {
  let told: number | undefined;
  for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 1.5)) {
    const agent = await readAgent(client, id);
    if (!agent) return 'gone';
    const state = agent.drain_info?.state;
    if (state === 'DRAINED') return 'drained';
    if (state === undefined) return 'reactivated';
    const left = await tasksOn(client, id);
    if (left !== told && left > 0) onTasks(left);
    told = left;
    await pause(pauseMs, waiting);
  }
}

const LIVE = ['TASK_STAGING', 'TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING'];

async function tasksOn(client: MasterClient, id: string): Promise<number> {
  const { slaves = [] } = await client.read<SummaryMessage>('/state-summary');
  const agent = slaves.find((one) => one.id === id);
  return LIVE.map((state) => Number(agent?.[state] ?? 0)).reduce((sum, count) => sum + count, 0);
}
