// Goal: whoever waits for an offer is told the one thing that is missing, from the most basic to the most particular.
// Method: the pure reason, on situations.
import { Resources } from '@mini-mesos/resources';
import { describe, expect, test } from 'vitest';
import { parseConstraints } from '../src/core/execute/constraints.js';
import { supplyOfAgent, whyWaiting } from '../src/core/execute/waiting.js';
import type { Situation, Supply } from '../src/core/execute/waiting.js';

function resources(text: string): Resources {
  const parsed = Resources.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function supply(id: string, text: string, attributes: { [name: string]: string | number } = {}): Supply {
  return { ...supplyOfAgent({ id, hostname: `host-${id}`, attributes }), resources: resources(text) };
}

function why(situation: Partial<Omit<Situation, 'constraints' | 'needs'>> & { needs?: string; constraints?: string }) {
  const { needs = 'cpus:1;mem:128', constraints = '', ...rest } = situation;
  const parsed = parseConstraints(constraints);
  if (!parsed.ok) throw new Error(parsed.error);
  return whyWaiting({
    isSubscribed: true,
    trouble: undefined,
    agents: undefined,
    offers: [],
    ...rest,
    needs: resources(needs),
    constraints: parsed.value,
  });
}

describe('the reason is', () => {
  test('no subscription', () => {
    expect(why({ isSubscribed: false, trouble: 'connection refused' })).toBe(
      'no subscription with a master: connection refused',
    );
  });

  test('no agents', () => {
    expect(why({ agents: [] })).toMatch(/^no agent is registered: /);
  });

  test('attributes that no agent has', () => {
    const agents = [supply('a', 'cpus:8;mem:9000', { os: 'debian' }), supply('b', 'cpus:8;mem:9000', { rack: 2 })];
    expect(why({ agents, constraints: 'os:centos7' })).toBe(
      'none of 2 agents matches --constraints=os:centos7 (their attributes: os:debian | rack:2)',
    );
    expect(why({ agents: [supply('a', 'cpus:8')], constraints: 'os' })).toContain('none has attributes');
  });

  test('agents that are too small, each resource that is short with the most that one has', () => {
    const agents = [supply('a', 'cpus:2;mem:4096'), supply('b', 'cpus:4;mem:1024')];
    expect(why({ agents, needs: 'cpus:16;mem:128' })).toBe(
      'no agent is large enough: needs cpus:16, the most in one is 4',
    );
    expect(why({ agents, needs: 'cpus:16;gpus:1' })).toBe(
      'no agent is large enough: needs cpus:16, the most in one is 4; needs gpus:1, the most in one is 0',
    );
  });

  test('agents that have enough of each only one by one', () => {
    const agents = [supply('a', 'cpus:2;mem:4096'), supply('b', 'cpus:4;mem:1024')];
    expect(why({ agents, needs: 'cpus:4;mem:4096' })).toBe(
      'no agent is large enough: needs cpus:4;mem:4096 together, the nearest has cpus:2;mem:4096',
    );
  });

  test('agents that match but are too small', () => {
    const agents = [supply('a', 'cpus:2;mem:64', { os: 'centos7' }), supply('b', 'cpus:64;mem:6400')];
    expect(why({ agents, needs: 'cpus:4', constraints: 'os:centos7' })).toMatch(
      /^no agent that matches is large enough: needs cpus:4/,
    );
  });

  test('offers that are too small just now', () => {
    const agents = [supply('a', 'cpus:4;mem:4096')];
    expect(why({ agents, offers: [supply('a', 'cpus:1;mem:4096')], needs: 'cpus:2' })).toBe(
      'no offer is large enough now: needs cpus:2, the most in one is 1',
    );
  });

  test('no offers at all', () => {
    expect(why({ agents: [supply('a', 'cpus:4;mem:4096')] })).toMatch(/^no offers come: other frameworks use/);
  });

  test('a port that is not there', () => {
    const offers = [supply('a', 'cpus:4;mem:4096;ports:[31000-32000]')];
    expect(why({ offers, needs: 'cpus:1;ports:[80-80]' })).toMatch(/^no offer holds exactly cpus:1; ports:\[80-80\]/);
  });
});

test('an agent of /slaves is understood, with its ranges', () => {
  const agent = supplyOfAgent({
    id: 'a',
    hostname: 'h',
    resources: { cpus: 2, gpus: 0, mem: 512, ports: '[31000-31002, 32000-32000]', cpus_revocable: 4 },
    attributes: { os: 'centos7', rack: 2 },
  });
  expect(agent.resources.toString()).toBe('cpus:2; mem:512; ports:[31000-31002, 32000-32000]');
  expect(agent.attributes.map(({ type }) => type)).toEqual(['TEXT', 'SCALAR']);
});

test('names from the cluster cannot write to the terminal', () => {
  const agents = [supply('a', 'cpus:1', { os: 'x\u001b[2J' })];
  expect(why({ agents, constraints: 'rack' })).not.toContain('\u001b');
});
