// Why a framework gets offers, or none: the sentence that matters most, then every reason.
import { useMemo } from 'preact/hooks';
import { plural } from '../core/format.js';
import { reasonLabel, shortSentence } from '../core/explanation.js';
import type { VerdictMessage } from '../core/explanation.js';
import { agentHref, roleHref } from '../core/links.js';
import { createExplainPoll } from '../data/explain-poll.js';
import { usePoll } from '../data/poll.js';
import { agentTitle } from './names.js';

/** With an agent: what is said of that agent only. */
export function ExplanationView({ framework, agent }: { framework: string; agent?: string }) {
  const poll = useMemo(
    () => createExplainPoll({ framework, ...(agent === undefined ? {} : { agent }) }),
    [framework, agent],
  );
  const { value, error } = usePoll(poll);
  const answer = value.value;
  if (!answer) return <p class="explanation-sentence faint">{error.value ?? 'Asking the allocator …'}</p>;
  return (
    <>
      <p class="explanation-sentence">{shortSentence(answer.sentence)}</p>
      {answer.verdicts.length > 1 && (
        <div class="scroll-x">
          <table class="table small">
            <caption class="hidden">reasons, by role and agents</caption>
            <thead>
              <tr>
                <th scope="col">Role</th>
                <th scope="col">Agents</th>
                <th scope="col">Reason</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {answer.verdicts.map((verdict) => (
                <VerdictLine
                  key={`${verdict.role ?? ''} ${verdict.agentId ?? ''} ${verdict.reason.kind}`}
                  verdict={verdict}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function VerdictLine({ verdict: { role, agentId, agents, reason, sentence } }: { verdict: VerdictMessage }) {
  return (
    <tr>
      <td>{role === undefined ? <span class="faint">–</span> : <a href={roleHref(role)}>{role}</a>}</td>
      <td>
        {agents === 0 || agentId === undefined ? (
          <span class="faint">–</span>
        ) : agents === 1 ? (
          <a href={agentHref(agentId)}>{agentTitle(agentId)}</a>
        ) : (
          plural(agents, 'agent')
        )}
      </td>
      <td>{reasonLabel(reason.kind)}</td>
      <td class="explanation-why">{shortSentence(sentence)}</td>
    </tr>
  );
}
