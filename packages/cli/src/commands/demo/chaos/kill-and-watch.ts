// Kills one of the cluster, waits until it is as it was, and tells what happened in between.
import type { Victim } from '../../../core/demo/killings.js';
import { plural, secondsText } from '../../../core/text/units.js';
import type { ChaosCluster, Member } from './chaos-cluster.js';

export interface Watched {
  readonly cluster: ChaosCluster;
  /** Of the job. */
  readonly frameworkName: string;
  readonly tell: (line: string) => void;
}

export async function killAndWatch(victim: Victim, watched: Watched): Promise<void> {
  switch (victim) {
    case 'leader':
      return killLeader(watched);
    case 'agent':
      return killAgent(watched);
    case 'server':
      return killServer(watched);
  }
}

async function killLeader({ cluster, frameworkName, tell }: Watched): Promise<void> {
  const old = await cluster.until('a leading master', () => cluster.leader());
  const { name } = old.daemon;
  const sinceMs = performance.now();
  await old.daemon.kill();
  tell(`kill -9 of ${name}, which led: nobody leads now, tasks run on`);
  const passed = (): string => secondsText(performance.now() - sinceMs);
  if (!cluster.ensemble) old.daemon.start();
  const next = await cluster.until('another leader', () => cluster.leader());
  tell(`${next.daemon.name} leads ${passed()} later`);
  await cluster.until('agents and job with the new leader', async () => {
    const state = await cluster.state();
    const areAgentsBack = state?.slaves?.filter(({ active }) => active === true).length === cluster.agents.length;
    return areAgentsBack && state.frameworks?.some((framework) => framework.name === frameworkName && framework.active);
  });
  tell(`${plural(cluster.agents.length, 'agent')} and the job are back with it after ${passed()}`);
  if (next !== old) await startAgain(cluster, { member: old, tell });
}

async function startAgain(
  cluster: ChaosCluster,
  { member, tell }: { member: Member; tell: (line: string) => void },
): Promise<void> {
  member.daemon.start();
  await cluster.until(member.daemon.name, async () => (await answers(member.address)) && member.daemon.isAlive);
  tell(`${member.daemon.name} is started again and stands by`);
}

const answers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/version`).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );

async function killAgent({ cluster, tell }: Watched): Promise<void> {
  const { id, agent, tasks } = await cluster.until('an agent with an executor', () => busyAgent(cluster));
  const sinceMs = performance.now();
  await agent.daemon.kill();
  tell(`kill -9 of ${agent.daemon.name}, which runs ${plural(tasks.length, 'executor')}: what it started runs on`);
  await cluster.until('the loss of the agent', async () => !(await isActive(cluster, id)));
  agent.daemon.start();
  await cluster.until('the agent', () => isActive(cluster, id));
  const kept = await runningOn(cluster, id);
  const isKept = tasks.every((task) => kept.includes(task));
  const passed = secondsText(performance.now() - sinceMs);
  tell(
    `${agent.daemon.name} is started again, and back under its old id after ${passed}, ` +
      (isKept ? 'with its executor, which never stopped' : 'without its executor: the job gets another one'),
  );
}

async function busyAgent(
  cluster: ChaosCluster,
): Promise<{ id: string; agent: Member; tasks: readonly string[] } | undefined> {
  for (const { id, pid } of await cluster.activeAgents()) {
    const agent = cluster.agents.find(({ address }) => pid?.endsWith(`@${address}`));
    const tasks = await runningOn(cluster, id);
    if (agent && tasks.length > 0) return { id, agent, tasks };
  }
  return undefined;
}

const isActive = async (cluster: ChaosCluster, agentId: string): Promise<boolean> =>
  (await cluster.activeAgents()).some(({ id }) => id === agentId);

async function runningOn(cluster: ChaosCluster, agentId: string): Promise<string[]> {
  const state = await cluster.state();
  const tasks = (state?.frameworks ?? []).flatMap((framework) => framework.tasks ?? []);
  return tasks.filter(({ slave_id, state: now }) => slave_id === agentId && now === 'TASK_RUNNING').map(({ id }) => id);
}

async function killServer({ cluster, tell }: Watched): Promise<void> {
  const { ensemble } = cluster;
  if (!ensemble) return;
  const modes = await Promise.all(ensemble.servers.map((_, index) => ensemble.mode(index)));
  const index = Math.max(0, modes.indexOf('leader'));
  const server = ensemble.servers[index];
  const sinceMs = performance.now();
  await server?.kill();
  tell(`kill -9 of ${server?.name}, ${modes[index] === 'leader' ? 'which led the ensemble' : 'one of the ensemble'}`);
  await cluster.until('the rest of the ensemble', async () => {
    const now = await Promise.all(ensemble.servers.map((_, i) => ensemble.mode(i)));
    return now.includes('leader');
  });
  const leader = await cluster.until('a leading master', () => cluster.leader());
  tell(
    `the other two agree again after ${secondsText(performance.now() - sinceMs)}; ${leader.daemon.name} leads the masters`,
  );
  server?.start();
  await ensemble.ready();
  tell(`${server?.name} is started again`);
}
