// The master's state machine: one event in, the effects it has out. Nothing here reads a clock, a socket or a disk, so
// the same events at the same times give the same master.
import { linkCall, linkOpened } from './agents/calls.js';
import { linkClosed } from './agents/disconnect.js';
import { pingTimedOut } from './agents/ping.js';
import type { MasterConfig } from './config.js';
import { Context } from './context.js';
import type { RandomBytes } from './context.js';
import type { Effect, Timer } from './effects.js';
import type { MasterEvent } from './events.js';
import { schedulerCall } from './frameworks/calls.js';
import { connectionClosed, failoverTimedOut } from './frameworks/connection.js';
import { endFramework } from './frameworks/remove.js';
import { heartbeat, subscribe } from './frameworks/subscribe.js';
import { inverseOfferTimedOut, makeInverseOffers } from './maintenance/inverse-offers.js';
import { makeOffers } from './offers/make.js';
import { rescindOffer } from './offers/remove.js';
import { collectGarbage } from './recovery/garbage.js';
import { recover, recoveryTimedOut } from './recovery/recover.js';
import { removalsDue, scheduleRemoval } from './recovery/removals.js';
import { operatorCall } from './operator/calls.js';
import { initialWeights } from './operator/weights.js';
import type { MasterState } from './state/state.js';
import { operatorKill } from './tasks/kill.js';

export class MasterMachine {
  readonly #ctx: Context;

  constructor(config: MasterConfig, random: RandomBytes) {
    this.#ctx = new Context(config, random);
  }

  /** For views: read it, never change it. */
  get state(): MasterState {
    return this.#ctx.state;
  }

  get config(): MasterConfig {
    return this.#ctx.config;
  }

  handle(event: MasterEvent, nowMs: number): Effect[] {
    this.#ctx.nowMs = nowMs;
    dispatch(this.#ctx, event);
    return this.#ctx.takeEffects();
  }
}

function dispatch(ctx: Context, event: MasterEvent): void {
  switch (event.type) {
    case 'recover':
      return recover(ctx, event.registry);
    case 'subscribe':
      return subscribe(ctx, event);
    case 'connection-closed':
      return connectionClosed(ctx, event.connection);
    case 'scheduler-call':
      return schedulerCall(ctx, event);
    case 'link-opened':
      return linkOpened(ctx, event.link, event.call);
    case 'link-call':
      return linkCall(ctx, event.link, event.call);
    case 'link-closed':
      return linkClosed(ctx, event.link);
    case 'allocated':
      return makeOffers(ctx, event.allocations);
    case 'inverse-offers':
      return makeInverseOffers(ctx, event.inverseOffers);
    case 'teardown':
      return teardown(ctx, event);
    case 'operator-kill':
      return operatorKill(ctx, event);
    case 'operator-call':
      return operatorCall(ctx, event);
    case 'weights':
      return initialWeights(ctx, event.weights);
    case 'whitelist':
      return ctx.allocator({ type: 'update-whitelist', hostnames: event.hostnames });
    case 'persisted':
      return ctx.persisted(event.id);
    case 'timer':
      return timerFired(ctx, event.timer);
  }
}

function teardown(ctx: Context, { framework: id, request }: Extract<MasterEvent, { type: 'teardown' }>): void {
  const framework = ctx.framework(id);
  if (!framework) return ctx.answer(request, 400, `No framework found with specified ID`);
  endFramework(ctx, framework, () => ctx.answer(request, 200));
}

function timerFired(ctx: Context, timer: Timer): void {
  switch (timer.for) {
    case 'heartbeat': {
      const id = ctx.state.connections.get(timer.connection);
      const framework = id === undefined ? undefined : ctx.framework(id);
      return framework && heartbeat(ctx, framework);
    }
    case 'framework-failover': {
      const framework = ctx.framework(timer.framework);
      return framework && failoverTimedOut(ctx, framework);
    }
    case 'ping': {
      const agent = ctx.agent(timer.agent);
      return agent && pingTimedOut(ctx, agent);
    }
    case 'agent-reregister': {
      if (ctx.agent(timer.agent)?.link !== undefined) return;
      return scheduleRemoval(ctx, timer.agent, 'agent did not re-register in time');
    }
    case 'offer-timeout': {
      const offer = ctx.state.offers.get(timer.offer);
      return offer && rescindOffer(ctx, offer);
    }
    case 'inverse-offer-timeout':
      return inverseOfferTimedOut(ctx, timer.offer);
    case 'recovered-agents':
      return recoveryTimedOut(ctx);
    case 'agent-removals':
      return removalsDue(ctx);
    case 'registry-gc':
      return collectGarbage(ctx);
  }
}
