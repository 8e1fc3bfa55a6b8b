// One allocation cycle: who of the candidates' resources gets what. Everything is decided from the state of the cluster
// and a salt; the cluster's books know of each offer as soon as it is made.
import type { Allocation } from '../commands.js';
import { mix } from '../hash.js';
import { QuotaBook } from '../quota/quota-book.js';
import type { AgentState } from '../state/agent-state.js';
import type { Cluster } from '../state/cluster.js';
import { Offers } from './offers.js';
import { stageOne } from './stage-one.js';
import { stageTwo } from './stage-two.js';
import { runStage } from './stages.js';
import type { Cycle } from './stages.js';

/** `number` counts cycles; another cycle looks at the agents in another order. */
export function runCycle(cluster: Cluster, candidates: readonly AgentState[], number: number): Allocation[] {
  const quota = new QuotaBook(cluster.quotaSource);
  const offers = new Offers(cluster);
  const cycle: Cycle = { cluster, quota, offers, salt: mix(cluster.settings.seed, number) };
  for (const agent of candidates) agent.beginCycle(number);
  runStage(cycle, candidates, stageOne(quota));
  runStage(cycle, candidates, stageTwo(quota, cluster.settings.chopSize));
  return offers.all;
}
