// Whether an agent is alive. Every ping timeout one ping goes out; an agent that leaves several in a row unanswered is
// marked unreachable, whether or not its connection broke (src/master/master.cpp, SlaveObserver).
import type { Context } from '../context.js';
import type { AgentRecord } from '../state/agent.js';
import { markUnreachable } from './unreachable.js';

export function startPinging(ctx: Context, agent: AgentRecord): void {
  agent.missedPings = 0;
  ping(ctx, agent);
}

function ping(ctx: Context, agent: AgentRecord): void {
  agent.isPongAwaited = true;
  ctx.tell(agent, { type: 'PING', ping: { connected: true } });
  ctx.setTimer({ for: 'ping', agent: agent.id }, ctx.config.agentPingTimeoutMs);
}

export function pong(agent: AgentRecord): void {
  agent.isPongAwaited = false;
  agent.missedPings = 0;
}

export function pingTimedOut(ctx: Context, agent: AgentRecord): void {
  if (agent.isPongAwaited) agent.missedPings++;
  if (agent.missedPings < ctx.config.maxAgentPingTimeouts) return ping(ctx, agent);
  markUnreachable(ctx, agent, 'health check timed out');
}
