// Calls of the operator API that change something.
import { CommandError } from '../errors.js';
import type { AgentMessage } from '../core/cluster/messages.js';
import { chooseAgent } from './cluster-reads.js';
import type { MasterClient } from './master-client.js';

/** A call in JSON: its type, and a body of the same name. */
export interface OperatorCall {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Purpose {
  /** What fails where the master refuses: 'set the quota of role dev'. */
  readonly purpose: string;
  /** What to do about a refusal: where it says this, or, with an empty text, whatever it says. */
  readonly hints?: readonly (readonly [said: string, todo: string])[];
}

export async function callOperator(
  client: MasterClient,
  call: OperatorCall,
  { purpose, hints = [] }: Purpose,
): Promise<void> {
  const { status, body } = await client.call({
    method: 'POST',
    path: '/api/v1',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
  if (status < 300) return;
  const said = body.toString().trim();
  const hint = hints.find(([part]) => said.includes(part))?.[1];
  throw new CommandError(
    `cannot ${purpose}: ${said === '' ? `the master answered ${status}` : said}${hint === undefined ? '' : `\n${hint}`}`,
  );
}

/** Of the agent as it is now; undefined where it is not registered. */
export async function readAgent(client: MasterClient, id: string): Promise<AgentMessage | undefined> {
  const { slaves = [] } = await client.read<{ slaves?: AgentMessage[] }>(`/slaves?slave_id=${encodeURIComponent(id)}`);
  return slaves.find((agent) => agent.id === id);
}

export async function readAgents(client: MasterClient): Promise<readonly AgentMessage[]> {
  const { slaves = [] } = await client.read<{ slaves?: AgentMessage[] }>('/slaves');
  return slaves;
}

/** The id of a registered agent that `wanted` names; a whole id counts as it is, because the agent may be away. */
export async function agentIdOf(client: MasterClient, wanted: string): Promise<string> {
  const slaves = await readAgents(client);
  const isWhole = /^.+-S\d+$/.test(wanted);
  if (isWhole && !slaves.some(({ id }) => id === wanted)) return wanted;
  return chooseAgent({ id: '', version: '', slaves }, wanted).id;
}
