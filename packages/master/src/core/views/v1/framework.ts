// A framework as the operator API shows it (mesos.v1.master.Response.GetFrameworks.Framework). Answers tell all of it,
// events only who it is and whether it is there: that is how Mesos does it, and it keeps events small.
import type { master, Offer } from '@mini-mesos/proto';
import type { FrameworkRecord } from '../../state/framework.js';
import type { MasterState } from '../../state/state.js';
import { listing } from '../listing.js';
import type { Listing } from '../listing.js';
import { usageOf } from '../usage.js';
import type { Usage } from '../usage.js';
import { timeInfo } from './time.js';

type Framework = master.Response.GetFrameworks.Framework;

/** For FRAMEWORK_ADDED and FRAMEWORK_UPDATED. Times that are not known are 0. */
export function frameworkEvent(framework: FrameworkRecord): Framework {
  const isRecovered = framework.phase === 'recovered';
  return {
    ...identity(framework),
    registered_time: timeInfo(isRecovered ? 0 : framework.registeredAtMs),
    reregistered_time: timeInfo(isRecovered ? 0 : framework.reregisteredAtMs),
    unregistered_time: timeInfo(framework.unregisteredAtMs ?? 0),
  };
}

/** For answers. Times that are not known are left out. */
export function frameworkMessage(state: MasterState, framework: FrameworkRecord, usage = usageOf(state)): Framework {
  const { phase, unregisteredAtMs } = framework;
  return {
    ...identity(framework),
    ...(phase !== 'recovered' && {
      registered_time: timeInfo(framework.registeredAtMs),
      reregistered_time: timeInfo(framework.reregisteredAtMs),
    }),
    ...(unregisteredAtMs !== undefined && { unregistered_time: timeInfo(unregisteredAtMs) }),
    offers: offersOf(state, framework),
    inverse_offers: [...framework.inverseOffers.values()],
    allocated_resources: usage.usedBy(framework.id).toProto('endpoint'),
    offered_resources: usage.offeredTo(framework).toProto('endpoint'),
    offer_constraints: framework.offerConstraints ?? {},
  };
}

function identity({ info, phase }: FrameworkRecord) {
  return {
    framework_info: info,
    active: phase === 'connected',
    connected: phase === 'connected',
    recovered: phase === 'recovered',
  };
}

/** In the form in which the master keeps them, whatever the framework itself was sent. */
function offersOf(state: MasterState, { offers }: FrameworkRecord): Offer[] {
  return [...offers].flatMap((id) => {
    const offer = state.offers.get(id);
    return offer ? [{ ...offer.message, resources: offer.resources.toProto('refined') }] : [];
  });
}

export interface FrameworksView {
  readonly frameworks: Listing<Framework>;
  readonly completed_frameworks: Listing<Framework>;
}

export function frameworksView(state: MasterState): FrameworksView {
  const usage: Usage = usageOf(state);
  const view = (framework: FrameworkRecord) => frameworkMessage(state, framework, usage);
  return {
    frameworks: listing(state.frameworks.values(), view),
    completed_frameworks: listing(state.completedFrameworks.values(), view),
  };
}
