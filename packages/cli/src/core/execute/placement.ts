// Finds an offer for a plan, and takes out of it what the tasks need. Pure.
import type { ExecutorInfo, Offer, TaskInfo } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { unmetConstraint } from './constraints.js';
import type { LaunchPlan } from './plan.js';

export interface Placement {
  readonly offer: Offer;
  readonly tasks: readonly TaskInfo[];
  readonly executor: ExecutorInfo | undefined;
}

/** In the first offer that fits. */
export function placed(offers: readonly Offer[], plan: LaunchPlan): Placement | undefined {
  for (const offer of offers) {
    const placement = placedIn(offer, plan);
    if (placement) return placement;
  }
  return undefined;
}

function placedIn(offer: Offer, plan: LaunchPlan): Placement | undefined {
  if (unmetConstraint({ hostname: offer.hostname, attributes: offer.attributes ?? [] }, plan.constraints)) {
    return undefined;
  }
  let left = Resources.fromProto(offer.resources).unallocate();
  const take = <T extends ExecutorInfo | TaskInfo>(part: T): T | undefined => {
    const found = left.find(wanted(part, plan.role));
    if (!found) return undefined;
    left = left.minus(found);
    return { ...part, resources: found.toProto() };
  };
  const executor = plan.executor && take(plan.executor);
  if (plan.executor && !executor) return undefined;
  const tasks: TaskInfo[] = [];
  for (const task of plan.tasks) {
    const taken = take(task);
    if (!taken) return undefined;
    tasks.push({ ...taken, agent_id: offer.agent_id });
  }
  return { offer, tasks, executor };
}

/** First what is reserved for the role, because nobody else can use it (CommandScheduler::offers in Mesos). */
function wanted({ resources }: ExecutorInfo | TaskInfo, role: string): Resources {
  const plain = Resources.fromProto(resources).unallocate();
  if (role === '*' || !plain.reserved().isEmpty) return plain;
  return plain.pushReservation({ type: 'STATIC', role });
}
