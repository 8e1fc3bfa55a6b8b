// ACCEPT: a framework uses offers for a list of operations, which are carried out in order on what remains. A bad
// operation is dropped and the rest go on. What is left over at the end goes back, with the call's filter.
import type { Offer, scheduler, TaskInfo } from '@mini-mesos/proto';
import { Resources, validateResources } from '@mini-mesos/resources';
import type { OfferId } from '@mini-mesos/wire';
import type { Context } from '../context.js';
import { discardOffer, forgetOffer, REFUSE_SECONDS_DEFAULT } from '../offers/remove.js';
import { resourcesIn, withAllocation } from '../operations/resources.js';
import { dropOperation } from '../operations/status.js';
import type { FrameworkRecord } from '../state/framework.js';
import { asUnderstood, reject } from '../tasks/status.js';
import { convert } from './convert.js';
import { launchGroup } from './launch-group.js';
import { launchTasks } from './launch.js';
import { usableOffers } from './offers.js';
import { rejectTasks } from './workbench.js';
import type { Workbench } from './workbench.js';

export function accept(ctx: Context, framework: FrameworkRecord, call: scheduler.Call.Accept): void {
  const operations = call.operations ?? [];
  countLaunches(ctx, operations);
  const usable = usableOffers(ctx, framework, call);
  if (!usable.ok) return refuseAll(ctx, framework, { call, error: usable.error });
  const [{ agentId, role }] = usable.offers;
  const agent = ctx.agent(agentId);
  // Offers end with their agent's connection, so an offer whose agent is away is a mistake of ours.
  if (!agent?.link) return refuseAll(ctx, framework, { call, error: `agent ${agentId} is not connected` });

  let offered = Resources.EMPTY;
  for (const offer of usable.offers) {
    offered = offered.plus(offer.resources);
    forgetOffer(ctx, offer);
  }
  framework.counters.offersAccepted += usable.offers.length;
  const bench: Workbench = {
    ctx,
    framework,
    agent,
    remaining: offered,
    remainingShared: offered.shared(),
    resized: Resources.EMPTY,
    conversions: [],
  };
  for (const operation of operations) carryOut(bench, operation, role);
  settle(bench, offered, call.filters?.refuse_seconds ?? REFUSE_SECONDS_DEFAULT);
}

function countLaunches(ctx: Context, operations: readonly Offer.Operation[]): void {
  for (const { type, launch } of operations) {
    if (type !== 'LAUNCH') continue;
    ctx.count(`master/messages_${(launch?.task_infos ?? []).length > 0 ? 'launch_tasks' : 'decline_offers'}`);
  }
}

/** One bad offer spoils the call: the good ones go back without a filter, and every task is answered. */
function refuseAll(
  ctx: Context,
  framework: FrameworkRecord,
  { call, error }: { call: scheduler.Call.Accept; error: string },
): void {
  for (const { value } of call.offer_ids ?? []) {
    const offer = ctx.state.offers.get(value as OfferId);
    if (offer?.frameworkId === framework.id) discardOffer(ctx, offer);
  }
  ctx.log('warn', `ACCEPT used invalid offers: ${error}`, { framework: framework.id });
  for (const operation of call.operations ?? []) {
    const tasks = tasksOf(operation);
    if (!tasks) {
      dropOperation(ctx, framework, { operation, message: `Operation attempted with invalid offers: ${error}` });
      continue;
    }
    for (const task of tasks) {
      reject(ctx, framework, {
        taskId: task.task_id.value,
        agentId: task.agent_id.value,
        state: asUnderstood(framework, 'TASK_DROPPED'),
        reason: 'REASON_INVALID_OFFERS',
        message: `Task launched with invalid offers: ${error}`,
      });
    }
  }
}

/** The tasks of a launching operation; undefined for others. */
function tasksOf({ type, launch, launch_group: group }: Offer.Operation): readonly TaskInfo[] | undefined {
  if (type === 'LAUNCH') return launch?.task_infos ?? [];
  return type === 'LAUNCH_GROUP' ? (group?.task_group.tasks ?? []) : undefined;
}

const TASK_INVALID = { LAUNCH: 'REASON_TASK_INVALID', LAUNCH_GROUP: 'REASON_TASK_GROUP_INVALID' } as const;

function carryOut(bench: Workbench, given: Offer.Operation, role: string): void {
  const { ctx, framework, agent } = bench;
  const invalid = invalidOperation(given);
  const tasks = tasksOf(given);
  if (invalid !== undefined && tasks) {
    const reason = TASK_INVALID[given.type as keyof typeof TASK_INVALID];
    return rejectTasks(bench, tasks, { reason, message: invalid });
  }
  if (invalid !== undefined) {
    const message = `Operation attempted with invalid resources: ${invalid}`;
    return dropOperation(ctx, framework, { operation: given, message, agent });
  }
  const operation = withAllocation(given, role);
  switch (operation.type) {
    case 'LAUNCH':
      return launchTasks(bench, operation.launch?.task_infos ?? []);
    case 'LAUNCH_GROUP':
      return operation.launch_group ? launchGroup(bench, operation.launch_group) : undefined;
    case 'UNKNOWN':
    case undefined:
      return ctx.log('warn', 'ignored an operation of unknown type', { framework: framework.id });
    default:
      return convert(bench, operation);
  }
}

function invalidOperation(operation: Offer.Operation): string | undefined {
  if (operation.id && tasksOf(operation)) return `The \`id\` field cannot be set on ${operation.type} operations`;
  if ((operation.reserve?.source ?? []).length > 0) {
    return 'Reservation updates are not yet implemented for the scheduler API.';
  }
  return validateResources(resourcesIn(operation));
}

/** Tells the allocator what became of the offered resources. What conversions made goes back without a filter. */
function settle(bench: Workbench, offered: Resources, refuseSeconds: number): void {
  const { ctx, framework, agent, remaining, resized, conversions } = bench;
  const owner = { frameworkId: framework.id, agentId: agent.id };
  for (const { consumed, converted } of conversions) {
    ctx.allocator({ type: 'update-allocation', ...owner, consumed, converted });
  }
  const converted = remaining.plus(resized).minus(offered);
  const declined = remaining.minus(converted);
  if (!converted.isEmpty) ctx.allocator({ type: 'recover', ...owner, resources: converted });
  if (!declined.isEmpty) ctx.allocator({ type: 'recover', ...owner, resources: declined, refuseSeconds });
}
