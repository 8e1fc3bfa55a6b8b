// The containers of an agent: what they use at the moment, and the way to their files.
import { useEffect, useMemo } from 'preact/hooks';
import { formatBytes, formatNumber } from '../core/format.js';
import { filesHref } from '../core/links.js';
import type { AgentExecutor, AgentStateMessage } from '../core/sandbox.js';
import { containerUses } from '../core/statistics.js';
import type { ContainerUse } from '../core/statistics.js';
import { createAgentStatePoll, createStatisticsPoll } from '../data/agent-polls.js';
import { FrameworkLink } from '../parts/names.js';
import { Empty, ErrorNote, Panel } from '../parts/panel.js';

export function ContainersPanel({ agentId }: { agentId: string }) {
  const statisticsPoll = useMemo(() => createStatisticsPoll(agentId), [agentId]);
  const statePoll = useMemo(() => createAgentStatePoll(agentId), [agentId]);
  useEffect(() => statisticsPoll.watch(), [statisticsPoll]);
  useEffect(() => statePoll.watch(), [statePoll]);
  const statistics = statisticsPoll.value.value;
  const error = statisticsPoll.error.value;
  const uses = statistics && containerUses(statistics.now, statistics.before);
  return (
    <Panel title="Containers" isFlush>
      {error !== undefined && <ErrorNote>{error}</ErrorNote>}
      {!uses && error === undefined && <p class="loading">asking the agent…</p>}
      {uses?.length === 0 && <Empty title="No containers at the moment" />}
      {uses && uses.length > 0 && (
        <div class="scroll-x">
          <table class="table small">
            <caption class="hidden">what containers use</caption>
            <thead>
              <tr>
                <th scope="col">Executor</th>
                <th scope="col">Framework</th>
                <th scope="col" class="number">
                  CPUs
                </th>
                <th scope="col" class="number">
                  Memory
                </th>
                <th scope="col" class="number">
                  Disk
                </th>
                <th scope="col">Files</th>
              </tr>
            </thead>
            <tbody>
              {uses.map((use) => (
                <ContainerLine
                  key={use.key}
                  use={use}
                  agentId={agentId}
                  executor={executorOf(statePoll.value.value, use)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function executorOf(state: AgentStateMessage | undefined, use: ContainerUse): AgentExecutor | undefined {
  const framework = state?.frameworks?.find(({ id }) => id === use.frameworkId);
  return framework?.executors?.find(({ id }) => id === use.executorId);
}

function ContainerLine(props: { use: ContainerUse; agentId: string; executor: AgentExecutor | undefined }) {
  const { use, executor } = props;
  return (
    <tr>
      <td title={use.executorName}>
        <span class="mono">{use.executorId}</span>
      </td>
      <td>
        <FrameworkLink id={use.frameworkId} />
      </td>
      <td class="number">
        {use.cpus === undefined ? <span class="faint">…</span> : formatNumber(use.cpus, 2)}
        {use.cpusLimit !== undefined && <span class="faint"> / {formatNumber(use.cpusLimit, 2)}</span>}
      </td>
      <td class="number">
        {use.memBytes === undefined ? <span class="faint">–</span> : formatBytes(use.memBytes)}
        {use.memLimitBytes !== undefined && <span class="faint"> / {formatBytes(use.memLimitBytes)}</span>}
      </td>
      <td class="number">{use.diskBytes === undefined ? <span class="faint">–</span> : formatBytes(use.diskBytes)}</td>
      <td>{executor && <a href={filesHref(props.agentId, { root: executor.directory })}>files</a>}</td>
    </tr>
  );
}
