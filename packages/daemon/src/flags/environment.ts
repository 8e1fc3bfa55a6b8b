// Reads flags from variables: MESOS_WORK_DIR=x, MESOS_NO_QUIET=1. Variables that name no flag are not ours. Pure.
import type { Assignment } from './command-line.js';
import type { FlagNames } from './names.js';

export interface Layer {
  readonly assignments: readonly Assignment[];
  readonly errors: readonly string[];
}

/** What may stand in a variable that negates. */
const YES = ['', '1', 'true'];

export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  names: FlagNames,
): Layer {
  const assignments: Assignment[] = [];
  const errors: string[] = [];
  for (const place of Object.keys(env).sort()) {
    const value = env[place];
    const found = place.startsWith(prefix) ? names.find(place.slice(prefix.length)) : undefined;
    if (!found || value === undefined) continue;
    if (!found.negated) assignments.push({ ...found, text: value, place });
    else if (YES.includes(value)) assignments.push({ ...found, text: undefined, place });
    else errors.push(`${place}: cannot negate with '${value}': expected nothing, 1 or true`);
  }
  return { assignments, errors };
}
