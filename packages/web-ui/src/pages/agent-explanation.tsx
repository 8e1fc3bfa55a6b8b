// Why a framework of your choice is offered this agent, or is not.
import { useState } from 'preact/hooks';
import { cluster, revision } from '../data/live.js';
import { ExplanationView } from '../parts/explanation.js';
import { Empty, Panel } from '../parts/panel.js';
export function AgentExplanationPanel({ agentId }: { agentId: string }) {
  void revision.value;
  const [chosen, choose] = useState<string>();
  const frameworks = [...cluster.frameworks.values()].filter(({ state }) => state !== 'completed');
  const framework = frameworks.find(({ id }) => id === chosen) ?? frameworks[0];
  return (
    <Panel
      title="Why is it offered, or not?"
      aside={
        frameworks.length > 1 && (
          <label>
            <span class="hidden">framework</span>
            <select value={framework?.id ?? ''} onChange={(event) => choose((event.target as HTMLSelectElement).value)}>
              {frameworks.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name === '' ? id : name}
                </option>
              ))}
            </select>
          </label>
        )
      }
    >
      {framework ? (
        <ExplanationView key={framework.id} framework={framework.id} agent={agentId} />
      ) : (
        <Empty title="No framework is registered" />
      )}
    </Panel>
  );
}
