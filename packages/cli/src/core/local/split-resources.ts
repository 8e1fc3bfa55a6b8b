// What each of several agents on one machine offers, so that together they offer about what there is. Pure.
import { detectResources, fromMilli, parseResourcesFlag, Resources } from '@mini-mesos/resources';
import { fail, ok } from '@mini-mesos/resources';
import type { MachineFacts, Result } from '@mini-mesos/resources';

/** Less than this is no agent that anything runs on: small machines are overcommitted instead. */
const LEAST = { cpus: 1, mem: 256, disk: 256 } as const;

/**
 * The text of --resources for each agent. What `given` names is for every agent; cpus, mem, disk and ports that it does
 * not name are shared out. Ports are never given twice, because the agents share the machine's.
 */
export function splitResources(
  given: string,
  { agents, facts }: { agents: number; facts: MachineFacts },
): Result<string[]> {
  const parsed = parseResourcesFlag(given);
  if (!parsed.ok) return fail(`--resources: cannot read '${given}': ${parsed.error}`);
  const machine = detectResources({ resources: Resources.EMPTY, names: new Set(), defaultRole: '*' }, facts);
  if (!machine.ok) return machine;
  const isMissing = (name: string): boolean => !parsed.value.names.has(name);
  const texts = Array.from({ length: agents }, (_, index) => {
    const scalars = Object.entries(LEAST)
      .filter(([name]) => isMissing(name))
      .map(([name, least]): [string, string] => {
        const share = Math.floor(fromMilli(machine.value.scalarMilli(name)) / agents);
        return [name, String(Math.max(least, share))];
      });
    const ports = isMissing('ports') ? portsOf(machine.value, { index, agents }) : undefined;
    return joined(given, [...scalars, ...(ports === undefined ? [] : [['ports', ports] as [string, string]])]);
  });
  return ok(texts);
}

/** The same number of ports for each agent, in their order. */
function portsOf(machine: Resources, { index, agents }: { index: number; agents: number }): string | undefined {
  const [range] = machine.ranges('ports');
  if (!range) return undefined;
  const share = Math.floor((range.end - range.begin + 1) / agents);
  if (share === 0) return undefined;
  const begin = range.begin + index * share;
  return `[${begin}-${begin + share - 1}]`;
}

/** In the form in which `given` is: text or JSON. */
function joined(given: string, more: readonly (readonly [name: string, value: string])[]): string {
  if (!/^\s*[[{]/.test(given)) {
    return [given.trim().replace(/;$/, ''), ...more.map(([name, value]) => `${name}:${value}`)]
      .filter((part) => part !== '')
      .join(';');
  }
  const parsed = Resources.parse(more.map(([name, value]) => `${name}:${value}`).join(';'));
  return JSON.stringify([...(JSON.parse(given) as unknown[]), ...(parsed.ok ? parsed.value.toProto() : [])]);
}
