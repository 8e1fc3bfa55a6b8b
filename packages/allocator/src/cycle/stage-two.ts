// Stage two: fair shares. Every role is offered all that is left on an agent: what is reserved for it, revocable or no
// scalar in any case, the rest up to its limits and without touching what is held back for guarantees.
import type { Limits, Resources } from '@mini-mesos/resources';
import { countsWhenHeld } from '../quota/quota.js';
import type { QuotaBook } from '../quota/quota-book.js';
import type { Proposal, Stage } from './stages.js';

/** `chopSize`: most of what counts that goes into one offer. */
export function stageTwo(quota: QuotaBook, chopSize: Limits): Stage {
  return {
    number: 2,
    isChopped: !chopSize.isEmpty,
    takesPart: () => true,
    propose: (role, usable) => proposeRest({ quota, chopSize }, role, usable),
  };
}

function proposeRest(
  { quota, chopSize }: { quota: QuotaBook; chopSize: Limits },
  role: string,
  usable: Resources,
): Proposal {
  const countable = usable.filter(countsWhenHeld);
  const counted = quota.allowed(role, countable).shrinkToLimits(chopSize);
  // In a cluster without quota this is always so, and everything on the agent goes out in one piece.
  if (counted === countable) return { offered: usable, counted };
  const alongside = usable.filter((item) => !countsWhenHeld(item));
  return { offered: alongside.plus(counted), counted };
}
