// What is to be different in a what-if, as it is written on the command line. Pure.
import type { Amounts, Changes } from '@mini-mesos/allocator';
import { parseScalars, parseWeights } from '../operator/amounts.js';
import type { Parsed } from '../operator/amounts.js';

export interface WrittenChanges {
  /** `ROLE=WEIGHT`. */
  readonly weights: readonly string[];
  /** `ROLE=cpus:4;mem:1024`, what is guaranteed; nothing after the sign removes the quota. */
  readonly quotas: readonly string[];
  /** The same of limits. */
  readonly limits: readonly string[];
  readonly withoutAgents: readonly string[];
  readonly withoutFrameworks: readonly string[];
}

export function parseChanges(written: WrittenChanges): Parsed<Changes> {
  const weights = parseWeights(written.weights);
  if (!weights.ok) return weights;
  const quotas = new Map<string, { guarantees?: Amounts; limits?: Amounts }>();
  for (const [name, pairs] of [
    ['guarantees', written.quotas],
    ['limits', written.limits],
  ] as const) {
    for (const pair of pairs) {
      const at = pair.indexOf('=');
      const role = pair.slice(0, Math.max(0, at)).trim();
      if (role === '') {
        return { ok: false, error: `cannot read '${pair}': expected ROLE=AMOUNTS, such as dev=cpus:4;mem:1024` };
      }
      const amounts = parseScalars(pair.slice(at + 1));
      if (!amounts.ok) return amounts;
      quotas.set(role, { ...quotas.get(role), [name]: unitsOf(amounts.value) });
    }
  }
  return {
    ok: true,
    value: {
      weights: Object.fromEntries(weights.value.map(({ role, weight }) => [role, weight])),
      quotas: Object.fromEntries(quotas),
      withoutAgents: written.withoutAgents,
      withoutFrameworks: written.withoutFrameworks,
    },
  };
}

function unitsOf(scalars: { readonly [name: string]: { readonly value: number } }): Amounts {
  return Object.fromEntries(Object.entries(scalars).map(([name, { value }]) => [name, value]));
}
