// The walk that both stages of a cycle make: agents in the order of the cycle, roles in the order of the role sorter,
// frameworks in the order of the role's sorter. The stages differ in who takes part and in what an offer is made of.
import type { Resources } from '@mini-mesos/resources';
import { mix } from '../hash.js';
import type { QuotaBook } from '../quota/quota-book.js';
import type { AgentState } from '../state/agent-state.js';
import type { Cluster, Holder } from '../state/cluster.js';
import { inCycleOrder } from './candidates.js';
import { refusalOfAgent, refusalOfOffer, understoodBy } from './gates.js';
import type { Refusal } from './gates.js';
import type { Offers } from './offers.js';

/** What a stage would offer, and what of it counts against quota by being held. */
export interface Proposal {
  readonly offered: Resources;
  readonly counted: Resources;
}

export interface Stage {
  /** 1 or 2: makes the order of agents another one in each. */
  readonly number: number;
  /** Whether an offer may be smaller than what could be offered, so that several share an agent. */
  readonly isChopped: boolean;
  /** Whether the role gets anything in this stage as things are now. Asked again after each offer. */
  takesPart(role: string): boolean;
  /** What to offer of what the framework could use; undefined: nothing that would serve the purpose of the stage. */
  propose(role: string, usable: Resources): Proposal | undefined;
}

export interface Cycle {
  readonly cluster: Cluster;
  readonly quota: QuotaBook;
  readonly offers: Offers;
  /** Of this cycle alone. */
  readonly salt: number;
}

export function runStage(cycle: Cycle, agents: readonly AgentState[], stage: Stage): void {
  const salt = mix(cycle.salt, stage.number);
  for (const agent of inCycleOrder(agents, ({ hash }) => mix(salt, hash))) {
    let turn = 0;
    let isOver = false;
    while (!isOver) {
      const draw = turn === 0 ? mix(salt, agent.hash) : mix(salt, agent.hash, turn);
      isOver = !runTurn(cycle, stage, { agent, draw }) || !stage.isChopped;
      turn += 1;
    }
  }
}

/** Where offers are chopped the agent's turn ends with the first, and another begins with new orders. */
function runTurn(cycle: Cycle, stage: Stage, { agent, draw }: { agent: AgentState; draw: number }): boolean {
  cycle.offers.beginTurn();
  let isOffered = false;
  for (const role of cycle.cluster.roleSorter.order(draw)) {
    if (agent.available.isEmpty || (isOffered && stage.isChopped)) break;
    if (stage.takesPart(role) && offerInRole(cycle, stage, { agent, role, draw })) isOffered = true;
  }
  return isOffered;
}

/** The orders hold for the turn: who gets something of the agent does not move until the next one. */
function offerInRole(
  { cluster, quota, offers }: Cycle,
  stage: Stage,
  { agent, role, draw }: { agent: AgentState; role: string; draw: number },
): boolean {
  let isOffered = false;
  let available = offers.availableTo(role, agent);
  for (const frameworkId of cluster.frameworkSorter(role)!.order(draw)) {
    if (available.isEmpty || !stage.takesPart(role) || (isOffered && stage.isChopped)) break;
    const holder: Holder = { framework: cluster.frameworks.get(frameworkId)!, role, agent };
    const proposal = proposalFor(cluster, stage, { holder, available });
    if (typeof proposal === 'string') continue;
    offers.make(holder, proposal.offered);
    quota.charge(role, proposal.counted.quantities());
    available = offers.availableTo(role, agent);
    isOffered = true;
  }
  return isOffered;
}

function proposalFor(
  cluster: Cluster,
  stage: Stage,
  { holder, available }: { holder: Holder; available: Resources },
): Proposal | Refusal {
  const refusal = refusalOfAgent(cluster, holder, available);
  if (refusal !== undefined) return refusal;
  const proposal = stage.propose(holder.role, understoodBy(holder.framework, available));
  if (proposal === undefined) return 'no-progress';
  return refusalOfOffer(cluster, holder, proposal.offered) ?? proposal;
}
