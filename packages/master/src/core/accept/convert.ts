// RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME and SHRINK_VOLUME inside an ACCEPT: the offered resources change
// their form, and later operations of the call see the new one.
import type { Offer } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { rescindOffer } from '../offers/remove.js';
import { applyOperation } from '../operations/apply.js';
import { dropOperation } from '../operations/status.js';
import { invalidConversion } from '../operations/validate.js';
import { agentPid } from '../state/agent.js';
import type { Workbench } from './workbench.js';

export function convert(bench: Workbench, operation: Offer.Operation): void {
  const { ctx, framework, agent } = bench;
  const drop = (message: string) => dropOperation(ctx, framework, { operation, message, agent });
  const invalid = invalidConversion(operation, { agent, framework: framework.info });
  if (invalid !== undefined) {
    return drop(`${invalid}; on agent ${agent.id} at ${agentPid(agent)} (${agent.info.hostname})`);
  }
  if (operation.destroy) rescindOffersWith(bench, Resources.fromProto(operation.destroy.volumes ?? []));
  const before = bench.remaining;
  const after = before.applyOperation(operation);
  if (!after.ok) return drop(after.error);
  const consumed = before.minus(after.value);
  const converted = after.value.minus(before);
  if (operation.type === 'GROW_VOLUME' || operation.type === 'SHRINK_VOLUME') {
    bench.remaining = before.minus(consumed);
    bench.resized = bench.resized.plus(converted);
  } else {
    bench.remaining = after.value;
  }
  bench.remainingShared = bench.remaining.shared();
  bench.conversions.push({ consumed, converted });
  applyOperation(ctx, agent, { info: operation, framework });
}

/** A shared volume may lie in other frameworks' offers; destroying it takes it from there too. */
function rescindOffersWith({ ctx, agent }: Workbench, volumes: Resources): void {
  for (const id of [...agent.offers]) {
    const offer = ctx.state.offers.get(id);
    const offered = offer?.resources.unallocate();
    if (offer && volumes.unallocate().items.some((volume) => offered?.contains(Resources.of([volume])))) {
      rescindOffer(ctx, offer);
    }
  }
}
