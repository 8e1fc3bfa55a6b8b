// Why a plan is not running yet: what is there of agents and offers, and what it lacks. Pure.
import type { Attribute } from '@mini-mesos/proto';
import { parseAttributes, Resources } from '@mini-mesos/resources';
import type { Quantities } from '@mini-mesos/resources';
import type { AgentMessage } from '../cluster/messages.js';
import { printable } from '../text/printable.js';
import { numberText, plural } from '../text/units.js';
import { constraintText, unmetConstraint } from './constraints.js';
import type { Constraint } from './constraints.js';

/** An agent, or an offer of one. */
export interface Supply {
  readonly agentId: string;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly resources: Resources;
}

export interface Situation {
  readonly needs: Resources;
  readonly constraints: readonly Constraint[];
  /** Undefined where there is no subscription: in a sentence, why. */
  readonly trouble: string | undefined;
  readonly isSubscribed: boolean;
  /** The newest offer of each agent. */
  readonly offers: readonly Supply[];
  /** All agents with all they have; undefined where the master could not be asked. */
  readonly agents: readonly Supply[] | undefined;
}

/** A sentence without its end. The most basic thing that is missing, and no more. */
export function whyWaiting(situation: Situation): string {
  const { constraints, agents, offers } = situation;
  if (!situation.isSubscribed) return `no subscription with a master: ${situation.trouble ?? 'looking for one'}`;
  if (agents?.length === 0) return 'no agent is registered: start one with mini-mesos agent --master=…';
  const known = agents ?? offers;
  const matches = (supply: Supply): boolean => unmetConstraint(supply, constraints) === undefined;
  const matching = known.filter(matches);
  if (known.length > 0 && matching.length === 0) return noMatch(known, constraints);
  const needs = situation.needs.quantities();
  const isEnough = ({ resources }: Supply): boolean => resources.containsQuantities(needs);
  if (agents && !matching.some(isEnough)) {
    return `no agent ${constraints.length > 0 ? 'that matches ' : ''}is large enough: ${shortfall(needs, matching)}`;
  }
  const offered = offers.filter(matches);
  if (offered.length === 0) {
    const which = constraints.length > 0 ? ' from agents that match' : '';
    return `no offers come${which}: other frameworks use, or are offered, what there is`;
  }
  if (!offered.some(isEnough)) return `no offer is large enough now: ${shortfall(needs, offered)}`;
  return `no offer holds exactly ${situation.needs.unallocate().toString()}: ports, sets or disks of it are taken`;
}

function noMatch(known: readonly Supply[], constraints: readonly Constraint[]): string {
  const asked = constraints.map(constraintText).join(';');
  const seen = known.map(({ attributes }) => attributes.map(attributeText).join(';')).filter((text) => text !== '');
  const shown = [...new Set(seen)].sort().slice(0, SHOWN_MAX);
  const has = shown.length === 0 ? 'none has attributes' : `their attributes: ${shown.join(' | ')}`;
  return `none of ${plural(known.length, 'agent')} matches --constraints=${printable(asked)} (${has})`;
}

/** Attributes of so many agents are shown. */
const SHOWN_MAX = 4;

function attributeText({ name, text, scalar, ranges, set }: Attribute): string {
  const range = ranges?.range?.map(({ begin, end }) => `${begin}-${end}`).join(',');
  const value =
    text?.value ?? scalar?.value ?? (range === undefined ? `{${set?.item?.join(',') ?? ''}}` : `[${range}]`);
  return printable(`${name}:${value}`);
}

/** Of each resource that is short, what is needed and the most that one of them has. */
function shortfall(needs: Quantities, supplies: readonly Supply[]): string {
  const short = needs.entries.flatMap(({ name, milli }) => {
    const most = Math.max(0, ...supplies.map(({ resources }) => resources.quantities().get(name)));
    return most < milli ? [`needs ${name}:${amount(milli)}, the most in one is ${amount(most)}`] : [];
  });
  if (short.length > 0) return short.join('; ');
  const largest = largestOf(needs, supplies);
  return `needs ${quantitiesText(needs)} together, the nearest has ${largest ? quantitiesText(largest) : 'nothing'}`;
}

/** The one that covers the largest part of what it covers least; ties in order of agents. */
function largestOf(needs: Quantities, supplies: readonly Supply[]): Quantities | undefined {
  const covered = ({ resources }: Supply): number =>
    Math.min(...needs.entries.map(({ name, milli }) => resources.quantities().get(name) / milli));
  const [best] = supplies.toSorted((a, b) => covered(b) - covered(a) || (a.agentId < b.agentId ? -1 : 1));
  return best?.resources.quantities();
}

const amount = (milli: number): string => numberText(milli / 1000);

/** Ports are counted in hundreds and say nothing here, unless they are asked for. */
const quantitiesText = (quantities: Quantities): string =>
  quantities.entries
    .filter(({ name }) => name !== 'ports')
    .map(({ name, milli }) => `${name}:${amount(milli)}`)
    .join(';');

/** From /slaves, where attributes are numbers and texts. */
export function supplyOfAgent(agent: AgentMessage): Supply {
  const attributes = Object.entries(agent.attributes ?? {}).flatMap(([name, value]) => {
    const parsed = parseAttributes(`${name}:${value}`);
    return parsed.ok ? parsed.value : [];
  });
  const text = Object.entries(agent.resources ?? {})
    .filter(([name, value]) => value !== 0 && !name.endsWith('_revocable'))
    .map(([name, value]) => `${name}:${value}`)
    .join(';');
  const parsed = Resources.parse(text);
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    attributes,
    resources: parsed.ok ? parsed.value : Resources.EMPTY,
  };
}
