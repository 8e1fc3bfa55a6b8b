// The gates an offer has to pass, each with the name of what it refuses for. The first that refuses decides.
import { isRefined, isShared } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import type { AgentDescription } from '../commands.js';
import type { FilterPlace } from '../filters/offer-filters.js';
import type { Settings } from '../options.js';
import type { FrameworkState } from '../state/framework-state.js';

/** What the gates have to know of the cluster. */
export interface Surroundings {
  readonly settings: Settings;
  readonly filters: { refuses(place: FilterPlace, offered: Resources): boolean };
}

/** Who would hold, in which role, where. */
export interface Candidate {
  readonly framework: FrameworkState;
  readonly role: string;
  readonly agent: { readonly id: string; readonly description: AgentDescription; readonly hasGpus: boolean };
}

/** Why there is no offer. */
export type Refusal =
  /** The framework's offer constraints exclude the agent. */
  | 'constraint'
  /** Less than any minimum offer size of the framework. */
  | 'too-small'
  /** The agent has gpus, and the framework does not know of them. */
  | 'gpus'
  /** The agent is in another region, and the framework does not know of regions. */
  | 'region'
  /** The agent has nothing that would satisfy what is still guaranteed to the role. */
  | 'no-progress'
  /** The framework may have several roles, and the agent does not know of that. */
  | 'multi-role'
  /** The role has a role above it, and the agent does not know of that. */
  | 'hierarchical-role'
  /** The framework refused these resources, or more, not long ago. */
  | 'filter';

/** Gates that do not depend on what is free on the agent, but for its size. */
export function refusalOfAgent(
  { settings }: Surroundings,
  { framework, role, agent }: Candidate,
  available: Resources,
): Refusal | undefined {
  if (framework.constraints.excludes(role, agent.description)) return 'constraint';
  if (!isLargeEnough(available, framework.minAllocatableOf(role, settings.minAllocatable))) return 'too-small';
  if (settings.filterGpuResources && agent.hasGpus && !framework.capabilities.has('GPU_RESOURCES')) return 'gpus';
  if (isElsewhere(agent, settings.region) && !framework.capabilities.has('REGION_AWARE')) return 'region';
  return undefined;
}

/** Gates that decide about the offer as it would be made; it has no allocation yet. */
export function refusalOfOffer(
  { settings, filters }: Surroundings,
  { framework, role, agent }: Candidate,
  offered: Resources,
): Refusal | undefined {
  const { capabilities } = agent.description;
  if (!isLargeEnough(offered, framework.minAllocatableOf(role, settings.minAllocatable))) return 'too-small';
  if (framework.capabilities.has('MULTI_ROLE') && !capabilities.includes('MULTI_ROLE')) return 'multi-role';
  if (role.includes('/') && !capabilities.includes('HIERARCHICAL_ROLE')) return 'hierarchical-role';
  return filters.refuses({ frameworkId: framework.id, role, agentId: agent.id }, offered) ? 'filter' : undefined;
}

/** At least one of the minima, each of which may name several resources. No minima: anything but nothing. */
export function isLargeEnough(resources: Resources, minima: ReturnType<FrameworkState['minAllocatableOf']>): boolean {
  if (resources.isEmpty) return false;
  return minima.length === 0 || minima.some((minimum) => resources.containsQuantities(minimum));
}

/** An agent without domain counts as being where the master is. */
function isElsewhere({ description }: Candidate['agent'], region: string | undefined): boolean {
  const own = description.domain?.fault_domain?.region.name;
  return own !== undefined && region !== undefined && own !== region;
}

/** Without the resources that the framework would not understand. */
export function understoodBy({ capabilities }: FrameworkState, resources: Resources): Resources {
  const [shared, revocable, refined] = [
    capabilities.has('SHARED_RESOURCES'),
    capabilities.has('REVOCABLE_RESOURCES'),
    capabilities.has('RESERVATION_REFINEMENT'),
  ];
  if (shared && revocable && refined) return resources;
  return resources.filter(
    (item) => (shared || !isShared(item)) && (revocable || !item.revocable) && (refined || !isRefined(item)),
  );
}
