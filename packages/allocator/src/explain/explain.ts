// Answers the question why a framework gets, or does not get, offers.
import type { Explanation, ExplainQuestion, Reason, Verdict } from './explanation.js';
import { Judge } from './judge.js';
import { sayReason } from './sentences.js';
import type { ExplainSource } from './source.js';

type Question = ExplainQuestion;

function verdict(role: string | undefined, reason: Reason, on?: { agentId: string; agents: number }): Verdict {
  const { agentId, agents = 0 } = on ?? {};
  const at =
    agentId === undefined ? '' : agents > 1 ? ` on ${agents} agents, such as ${agentId}` : ` on agent ${agentId}`;
  const who = role === undefined ? '' : `in role ${role}${at}: `;
  const where = role === undefined && at !== '' ? `${at.trim()}: ` : '';
  return { role, agentId, agents, reason, sentence: `${who}${where}${sayReason(reason)}` };
}

export function explain(source: ExplainSource, question: Question, nowMs: number): Explanation {
  const verdicts = verdictsOf(source, question, nowMs);
  const told = verdicts.map(({ sentence }) => sentence).join('; ');
  const sentence = `framework ${question.frameworkId} ${told}.`;
  return { question, cycle: source.cycle, nowMs, sentence, verdicts };
}

function verdictsOf(source: ExplainSource, question: Question, nowMs: number): Verdict[] {
  const { frameworkId, role, agentId } = question;
  const framework = source.frameworks.get(frameworkId);
  if (framework === undefined) return [verdict(role, { kind: 'unknown-framework' })];
  if (agentId !== undefined && source.agent(agentId) === undefined) {
    return [verdict(role, { kind: 'unknown-agent' }, { agentId, agents: 1 })];
  }
  const judge = new Judge(source, nowMs);
  const roles = role === undefined ? [...framework.roles].sort() : [role];
  return roles.flatMap((each) => {
    const reason = judge.ofRole(framework, each);
    if (reason !== undefined) return [verdict(each, reason)];
    const ids = agentId === undefined ? [...source.agentIds].sort() : [agentId];
    if (ids.length === 0) return [verdict(each, { kind: 'no-agents' })];
    const groups = new Map<Reason['kind'], { reason: Reason; agentId: string; agents: number }>();
    for (const id of ids) {
      const found = judge.ofAgent({ framework, role: each, agent: source.agent(id)! }, agentId !== undefined);
      const group = groups.get(found.kind);
      if (group === undefined) groups.set(found.kind, { reason: found, agentId: id, agents: 1 });
      else group.agents += 1;
    }
    const isOffer = (kind: Reason['kind']): number => (kind === 'offered' ? 0 : 1);
    return [...groups.values()]
      .sort((a, b) => isOffer(a.reason.kind) - isOffer(b.reason.kind) || b.agents - a.agents)
      .map((group) => verdict(each, group.reason, group));
  });
}
