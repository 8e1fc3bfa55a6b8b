// The first reason why a framework does not get an agent in a role. It asks the gates that a cycle asks, on the state
// as it is now, with what the agent's last cycle gave away and is still held counted as free.
import { isRefined, isReserved, isShared, Quantities, reservationRole, Resources } from '@mini-mesos/resources';
import { isLargeEnough, refusalOfAgent, refusalOfOffer, understoodBy } from '../cycle/gates.js';
import type { Candidate, Refusal, Surroundings } from '../cycle/gates.js';
import { stageOne } from '../cycle/stage-one.js';
import { stageTwo } from '../cycle/stage-two.js';
import { countsWhenHeld, countedQuantities } from '../quota/quota.js';
import { QuotaBook } from '../quota/quota-book.js';
import type { OfferTrace } from '../state/agent-state.js';
import type { FrameworkState } from '../state/framework-state.js';
import type { Reason, Standing } from './explanation.js';
import type { ExplainedAgent, ExplainSource } from './source.js';

/** Whose offer of what is in question. */
export interface Subject {
  readonly framework: FrameworkState;
  readonly role: string;
  readonly agent: ExplainedAgent;
}

/** Most competitors that an answer names. */
const RIVALS_MAX = 3;

export class Judge {
  readonly #source: ExplainSource;
  readonly #nowMs: number;
  readonly #surroundings: Surroundings;
  #quota: QuotaBook | undefined;

  constructor(source: ExplainSource, nowMs: number) {
    this.#source = source;
    this.#nowMs = nowMs;
    this.#surroundings = {
      settings: source.settings,
      filters: {
        refuses: (place, offered) => source.filtersAt(place).some(({ refused }) => refused.contains(offered)),
      },
    };
  }

  /** Why the framework gets no offers in the role from any agent; undefined where that depends on the agent. */
  ofRole(framework: FrameworkState, role: string): Reason | undefined {
    if (!framework.roles.has(role)) return { kind: 'not-subscribed', roles: [...framework.roles].sort() };
    if (!framework.isActive) return { kind: 'inactive-framework' };
    if (framework.suppressedRoles.has(role)) return { kind: 'suppressed' };
    return this.#source.pause;
  }

  /** About one agent. `ofRole` has nothing to say. */
  ofAgent({ framework, role, agent }: Subject, isDetailed: boolean): Reason {
    const { whitelist } = this.#source;
    const { hostname } = agent.description;
    const candidate: Candidate = { framework, role, agent };
    const isOwn = (offer: OfferTrace): boolean => offer.frameworkId === framework.id && offer.role === role;
    const own = agent.lastOffers.filter(isOwn);
    const [first] = own;
    if (first !== undefined && own.some((offer) => stillHeld(agent, offer))) {
      return {
        kind: 'offered',
        resources: String(Resources.sum(own.map(({ resources }) => resources))),
        cycle: agent.lastCycle,
        standing: this.#standingOf(first),
        rivals: isDetailed ? this.#rivalsOf(first, agent) : [],
      };
    }
    if (!agent.isActive) return { kind: 'agent-inactive' };
    if (whitelist?.has(hostname) === false) return { kind: 'not-whitelisted', hostname };

    const taken = agent.lastOffers.filter((offer) => !isOwn(offer) && stillHeld(agent, offer));
    const before = Resources.sum([agent.available, ...taken.map(({ resources }) => resources.nonShared())]);
    const reason = this.#refusalOf(candidate, before);
    if (reason !== undefined) return reason;
    const [winner] = taken;
    if (winner === undefined || this.#refusalOf(candidate, agent.available) === undefined) {
      return { kind: 'next-cycle', free: String(agent.available.allocatableTo(role)) };
    }
    return {
      kind: 'lower-share',
      winner: this.#standingOf(winner),
      resources: String(winner.resources),
      cycle: agent.lastCycle,
      own: this.#source.standingOf(framework.id, role),
    };
  }

  #standingOf({ frameworkId, role, roleShare, frameworkShare }: OfferTrace): Standing {
    const { roleWeight } = this.#source.frameworks.get(frameworkId)?.roles.has(role)
      ? this.#source.standingOf(frameworkId, role)
      : { roleWeight: 1 };
    return { frameworkId, role, roleShare, roleWeight, frameworkShare };
  }

  /** Who else could have taken an offer, the lowest shares first. */
  #rivalsOf(offer: OfferTrace, agent: ExplainedAgent): Standing[] {
    const rivals: Standing[] = [];
    for (const framework of this.#source.frameworks.values()) {
      for (const role of framework.roles) {
        if (framework.id === offer.frameworkId && role === offer.role) continue;
        if (this.ofRole(framework, role) !== undefined) continue;
        if (this.#refusalOf({ framework, role, agent }, offer.resources) !== undefined) continue;
        rivals.push(this.#source.standingOf(framework.id, role));
      }
    }
    return rivals.sort(byShare).slice(0, RIVALS_MAX);
  }

  #refusalOf(candidate: Candidate, free: Resources): Reason | undefined {
    const { framework, role, agent } = candidate;
    if (free.isEmpty) return { kind: 'nothing-free', holders: this.#holdersOf(agent.id) };
    const available = free.allocatableTo(role);
    const whole = refusalOfAgent(this.#surroundings, candidate, available);
    if (whole !== undefined) return this.#reasonOf(whole, candidate, { free, available });
    const usable = understoodBy(framework, available);
    const minima = framework.minAllocatableOf(role, this.#source.settings.minAllocatable);
    if (!isLargeEnough(usable, minima)) return lackOf(available.minus(usable), available);
    const quota = (this.#quota ??= new QuotaBook(this.#source.quota));
    const { chopSize } = this.#source.settings;
    let refusal: Refusal = 'no-progress';
    for (const stage of [stageOne(quota), stageTwo(quota, chopSize)]) {
      if (!stage.takesPart(role)) continue;
      const proposal = stage.propose(role, usable);
      if (proposal === undefined) continue;
      const refused = refusalOfOffer(this.#surroundings, candidate, proposal.offered);
      if (refused === undefined) return undefined;
      refusal = refused;
      if (refused === 'too-small') continue;
      return this.#reasonOf(refused, candidate, { free, available: proposal.offered });
    }
    return this.#cutReason(role, usable) ?? this.#reasonOf(refusal, candidate, { free, available });
  }

  /** What makes an offer too small that would be large enough. */
  #cutReason(role: string, usable: Resources): Reason | undefined {
    const quota = this.#quota!;
    const limiting = quota.limiting(role, usable.filter(countsWhenHeld));
    if (limiting !== undefined) {
      const { limits } = limiting.quota;
      return { kind: 'limit', role: limiting.role, limits: String(limits), consumed: String(limiting.consumed) };
    }
    const { surplus } = quota;
    if (surplus === undefined || surplus.contains(countedQuantities(usable))) return undefined;
    const roles = quota.missing
      .filter((other) => other.role !== role)
      .map((other) => ({ role: other.role, missing: String(other.missing) }));
    return { kind: 'headroom', roles, available: String(Quantities.sum([this.#source.quota.available()])) };
  }

  #reasonOf(
    refusal: Refusal,
    { framework, role, agent }: Candidate,
    { free, available }: { free: Resources; available: Resources },
  ): Reason {
    const { settings } = this.#source;
    const lacks = (whose: 'framework' | 'agent', capability: string): Reason => {
      return { kind: 'capability', capability, whose, free: String(available) };
    };
    switch (refusal) {
      case 'constraint':
        return { kind: 'constraint', failed: framework.constraints.failuresOf(role, agent.description) };
      case 'gpus':
        return lacks('framework', 'GPU_RESOURCES');
      case 'region': {
        const region = agent.description.domain?.fault_domain?.region.name ?? '';
        return { kind: 'region', region, own: settings.region ?? '' };
      }
      case 'multi-role':
        return lacks('agent', 'MULTI_ROLE');
      case 'hierarchical-role':
        return lacks('agent', 'HIERARCHICAL_ROLE');
      case 'filter':
        return this.#filterReason({ frameworkId: framework.id, role, agentId: agent.id }, available);
      case 'no-progress':
      case 'too-small': {
        const minima = framework.minAllocatableOf(role, settings.minAllocatable);
        const isLarge = isLargeEnough(free, minima);
        if (!isLarge) return { kind: 'too-small', free: String(free), minima: minima.map(String) };
        const others = free.filter((item) => isReserved(item)).minus(available);
        const roles = [...new Set(others.items.map((item) => reservationRole(item)!))].sort();
        return { kind: 'reserved', roles, free: String(free) };
      }
    }
  }

  /** The filter that holds longest. */
  #filterReason(place: { frameworkId: string; role: string; agentId: string }, offered: Resources): Reason {
    const [last] = this.#source
      .filtersAt(place)
      .filter(({ refused }) => refused.contains(offered))
      .toSorted((a, b) => b.expiresAtMs - a.expiresAtMs);
    const untilMs = last?.expiresAtMs ?? this.#nowMs;
    return { kind: 'filter', refused: String(last?.refused), untilMs, remainingMs: Math.max(0, untilMs - this.#nowMs) };
  }

  #holdersOf(agentId: string): { frameworkId: string; role: string; resources: string }[] {
    const held = [...this.#source.agent(agentId)!.held()];
    return held
      .flatMap(([frameworkId, resources]) =>
        [...resources.allocatedByRole()].map(([role, part]) => {
          return { frameworkId, role, resources: String(part.unallocate()) };
        }),
      )
      .sort((a, b) => (a.frameworkId + a.role < b.frameworkId + b.role ? -1 : 1));
  }
}

const byShare = (a: Standing, b: Standing): number =>
  a.roleShare - b.roleShare || a.frameworkShare - b.frameworkShare || (a.frameworkId < b.frameworkId ? -1 : 1);

function stillHeld(agent: ExplainedAgent, { frameworkId, role, resources }: OfferTrace): boolean {
  return agent.heldBy(frameworkId).contains(resources.allocate(role));
}

/** The capability without which `lost` is not understood. */
function lackOf(lost: Resources, available: Resources): Reason {
  const of = (capability: string): Reason => {
    return { kind: 'capability', capability, whose: 'framework', free: String(available) };
  };
  if (lost.items.some(({ revocable }) => revocable)) return of('REVOCABLE_RESOURCES');
  if (lost.items.some(isShared)) return of('SHARED_RESOURCES');
  if (lost.items.some(isRefined)) return of('RESERVATION_REFINEMENT');
  return of('SHARED_RESOURCES');
}
