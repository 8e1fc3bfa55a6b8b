// Whether an agent is alive. Every ping timeout one ping goes out; an agent that leaves several in a row unanswered is
// marked unreachable, whether or not its connection broke (src/master/master.cpp, SlaveObserver).
import type { Context } from '../context.js';
import { cancelRemoval, scheduleRemoval } from '../recovery/removals.js';
import type { AgentRecord } from '../state/agent.js';

export function startPinging(ctx: Context, agent: AgentRecord): void {
  agent.missedPings = 0;
  ping(ctx, agent);
}

function ping(ctx: Context, agent: AgentRecord): void {
  agent.isPongAwaited = true;
  ctx.tell(agent, { type: 'PING', ping: { connected: true } });
  ctx.setTimer({ for: 'ping', agent: agent.id }, ctx.config.agentPingTimeoutMs);
}

export function pong(ctx: Context, agent: AgentRecord): void {
  agent.isPongAwaited = false;
  agent.missedPings = 0;
  cancelRemoval(ctx, agent.id);
}

export function pingTimedOut(ctx: Context, agent: AgentRecord): void {
  if (agent.isPongAwaited) agent.missedPings++;
  if (agent.missedPings >= ctx.config.maxAgentPingTimeouts) scheduleRemoval(ctx, agent.id, 'health check timed out');
  // It may have to wait for its turn, and answer meanwhile.
  if (!agent.isLeaving) ping(ctx, agent);
}
