// What is in an offer, and taking parts out of it. Scalars are thousandths, as in Mesos.
import type { Offer, Resource } from '@mini-mesos/proto';
import { fromMilli, toMilli } from '@mini-mesos/resources';

/** The offers of one agent and role that arrived together: what one executor may use at once. */
export interface OfferGroup {
  readonly offers: readonly Offer[];
  readonly agentId: string;
  readonly hostname: string;
}

/** Groups offers in the order of their agents' first appearance. Offers to different roles cannot be joined. */
export function groupOffers(offers: readonly Offer[]): OfferGroup[] {
  const groups = new Map<string, { offers: Offer[]; agentId: string; hostname: string }>();
  for (const offer of offers) {
    const key = `${offer.agent_id.value}\n${offer.allocation_info?.role ?? '*'}`;
    const group = groups.get(key);
    if (group === undefined)
      groups.set(key, { offers: [offer], agentId: offer.agent_id.value, hostname: offer.hostname });
    else group.offers.push(offer);
  }
  return [...groups.values()];
}

/** Sum of a scalar over all roles, in thousandths. */
export function totalMilli(resources: readonly Resource[], name: string): number {
  let total = 0;
  for (const resource of resources) if (resource.name === name) total += toMilli(resource.scalar?.value ?? 0);
  return total;
}

export interface Split {
  readonly taken: Resource[];
  readonly rest: Resource[];
}

/** Takes an amount of a scalar, resource by resource in the offer's order; each part keeps its role and reservation. */
export function takeScalar(resources: readonly Resource[], name: string, milli: number): Split {
  let wanted = milli;
  const taken: Resource[] = [];
  const rest: Resource[] = [];
  for (const resource of resources) {
    const available = resource.name === name ? toMilli(resource.scalar?.value ?? 0) : 0;
    const part = Math.min(wanted, available);
    if (part <= 0) {
      rest.push(resource);
      continue;
    }
    wanted -= part;
    taken.push({ ...resource, scalar: { value: fromMilli(part) } });
    if (available > part) rest.push({ ...resource, scalar: { value: fromMilli(available - part) } });
  }
  return { taken, rest };
}

/** Every wanted port is offered, and there are at least as many ports as are wanted. */
export function hasPorts(resources: readonly Resource[], wanted: readonly number[]): boolean {
  const ranges = resources.filter(({ name }) => name === 'ports').flatMap(({ ranges }) => ranges?.range ?? []);
  const count = ranges.reduce((sum, { begin, end }) => sum + end - begin + 1, 0);
  return (
    count >= wanted.length && wanted.every((port) => ranges.some(({ begin, end }) => begin <= port && port <= end))
  );
}

/**
 * Takes ports one by one, each as a range of its own with role and reservation of where it came from. All other ports
 * of the offer are given up, so that a second executor with the same fixed port does not land on the agent.
 */
export function takePorts(resources: readonly Resource[], wanted: readonly number[]): Split {
  if (wanted.length === 0) return { taken: [], rest: [...resources] };
  const taken = wanted.flatMap((port): Resource[] => {
    const source = resources.find(
      ({ name, ranges }) => name === 'ports' && ranges?.range?.some(({ begin, end }) => begin <= port && port <= end),
    );
    return source === undefined ? [] : [{ ...source, ranges: { range: [{ begin: port, end: port }] } }];
  });
  return { taken, rest: resources.filter(({ name }) => name !== 'ports') };
}
