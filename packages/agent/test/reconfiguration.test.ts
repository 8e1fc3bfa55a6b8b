// Goal: what an agent may have changed when it comes back. Method: the reference's cases, one by one.
import { describe, expect, it } from 'vitest';
import type { AgentInfo } from '@mini-mesos/proto';
import { parseAttributes } from '@mini-mesos/resources';
import { forbiddenChanges, incompatibleText } from '../src/core/reconfiguration.js';
import { parsed } from './support/harness.js';

function agent(overrides: Partial<AgentInfo> = {}, resources = 'cpus:2;mem:100', attributes = 'rack:r1'): AgentInfo {
  const read = parseAttributes(attributes);
  if (!read.ok) throw new Error(read.error);
  return {
    hostname: 'h',
    port: 5051,
    resources: parsed(resources).toProto(),
    attributes: read.value,
    ...overrides,
  };
}

const domain = { fault_domain: { region: { name: 'eu' }, zone: { name: 'a' } } };
const before = agent();

describe('a change of', () => {
  it.each([
    ['nothing', agent(), []],
    ['nothing but the way it is written', agent({}, 'mem:100;cpus:2'), []],
    ['more cpus', agent({}, 'cpus:3;mem:100'), ['equal']],
    ['a new resource', agent({}, 'cpus:2;mem:100;gpus:1'), ['equal']],
    ['fewer cpus', agent({}, 'cpus:1;mem:100'), ['equal', 'additive']],
    ['a role', agent({}, 'cpus(dev):2;mem:100'), ['equal', 'additive']],
    ['a new attribute', agent({}, undefined, 'rack:r1;os:debian'), ['equal']],
    ['an attribute', agent({}, undefined, 'rack:r2'), ['equal', 'additive']],
    ['an attribute that is gone', agent({}, undefined, ''), ['equal', 'additive']],
    ['a new domain', agent({ domain }), ['equal']],
    ['the port', agent({ port: 5052 }), ['equal', 'additive']],
    ['the host name', agent({ hostname: 'other' }), ['equal', 'additive', 'any']],
  ] as const)('%s is refused where the policy says so', (_, now, refusedBy) => {
    const refused = (['equal', 'additive', 'any'] as const).filter(
      (policy) => forbiddenChanges(before, now, policy).length > 0,
    );
    expect(refused).toEqual(refusedBy);
  });

  it('the domain is refused unless there was none', () => {
    const other = { fault_domain: { region: { name: 'eu' }, zone: { name: 'b' } } };
    expect(forbiddenChanges(agent({ domain }), agent({ domain: other }), 'additive')).toEqual([
      "domain: was 'eu/a', is 'eu/b'",
    ]);
  });

  it('something tells what changed, and every way out', () => {
    const changes = forbiddenChanges(before, agent({}, 'cpus:1;mem:100', 'rack:r2'), 'equal');
    expect(incompatibleText(changes, { policy: 'equal', latest: '/w/meta/slaves/latest' })).toBe(
      [
        'this agent was started with other values before, and --reconfiguration_policy=equal does not allow the change:',
        "  resources: was 'cpus:2; mem:100', is 'cpus:1; mem:100'",
        "  attributes: was 'rack:r1', is 'rack:r2'",
        'what to do:',
        '  start it with the old values',
        '  or allow what was added: --reconfiguration_policy=additive',
        '  or allow every change of resources and attributes: --reconfiguration_policy=any',
        '  or start it as a new agent, which ends the tasks of the old one: rm -f /w/meta/slaves/latest',
      ].join('\n'),
    );
  });
});
