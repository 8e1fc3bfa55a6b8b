// Stage one: guarantees. A role whose guarantees are not satisfied is offered what helps to satisfy them, and with it
// everything else on the agent that it may have, so that the offer can be used.
import { isReserved } from '@mini-mesos/resources';
import type { Resources } from '@mini-mesos/resources';
import { countsWhenHeld } from '../quota/quota.js';
import type { QuotaBook } from '../quota/quota-book.js';
import type { Proposal, Stage } from './stages.js';

export function stageOne(quota: QuotaBook): Stage {
  return {
    number: 1,
    isChopped: false,
    takesPart: (role) => !quota.unsatisfied(role).isEmpty,
    propose: (role, usable) => proposeGuarantees(quota, role, usable),
  };
}

function proposeGuarantees(quota: QuotaBook, role: string, usable: Resources): Proposal | undefined {
  const countable = usable.filter(countsWhenHeld);
  // Given even where all guarantees together are more than there is.
  const guaranteed = countable.shrinkTo(quota.unsatisfied(role));
  if (guaranteed.isEmpty) return undefined;

  // Beyond the guarantees, and of names without guarantee.
  const more = quota.allowed(role, countable.minus(guaranteed), guaranteed.quantities());

  // Quota is for top-level roles, so no reservation of a role above comes into it.
  const alongside = usable.filter((item) => isReserved(item, role) || item.value.type !== 'SCALAR' || item.revocable);
  const counted = guaranteed.plus(more);
  return { offered: alongside.plus(counted), counted };
}
