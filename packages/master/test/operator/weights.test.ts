// Goal: a weight counts once it is durable, and what was offered under the old one is taken back.
import { describe, expect, it } from 'vitest';
import { Harness } from '../support/harness.js';
import { answerTo, ask, OK } from './support.js';

const weigh = (role: string, weight: number) => ({
  type: 'UPDATE_WEIGHTS' as const,
  update_weights: { weight_infos: [{ role, weight }] },
});

describe('UPDATE_WEIGHTS', () => {
  it('is answered, and told the allocator, only once it is stored', () => {
    const world = new Harness();
    world.storesAtOnce = false;
    const { answer } = ask(world, weigh(' dev ', 2.5));
    expect([answer(), world.commands]).toEqual([undefined, []]);
    world.store();
    expect(answer()).toEqual(OK);
    expect(world.commands).toEqual([{ type: 'update-weights', weights: new Map([['dev', 2.5]]) }]);
    expect(world.state.registry.weights).toEqual(new Map([['dev', 2.5]]));
  });

  it('rescinds all offers where a role has frameworks, after the allocator knows the weights', () => {
    const world = new Harness();
    const agents = [world.register(), world.register()] as const;
    const client = world.subscribe();
    for (const agent of agents) world.offer(client, agent, 'cpus:1;mem:64');
    expect(answerTo(world, weigh('other', 2))).toEqual(OK);
    expect(client.of('RESCIND')).toHaveLength(0);
    const { length } = world.commands;
    expect(answerTo(world, weigh('dev', 2))).toEqual(OK);
    expect(client.of('RESCIND')).toHaveLength(2);
    expect(world.commands.slice(length).map(({ type }) => type)).toEqual(['update-weights', 'recover', 'recover']);
  });

  it.each([
    ['dev', 0, "for role 'dev': Invalid weight '0': Weights must be positive"],
    ['dev', Number.NaN, "for role 'dev': Invalid weight 'NaN': Weights must be positive"],
    ['a//b', 1, ": Invalid role 'a//b': "],
    ['ops', 1, ": Unknown role 'ops'"],
  ])('refuses %s=%d', (role, weight, reason) => {
    const world = new Harness({ roleWhitelist: new Set(['dev']) });
    const answer = answerTo(world, weigh(role, weight));
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(reason) });
    expect(answer?.text).toMatch(/^Failed to validate update weights request JSON/);
    expect(world.state.registry.weights.size).toBe(0);
  });
});

describe('--weights', () => {
  it('are stored where there are none', () => {
    const world = new Harness();
    world.send({ type: 'weights', weights: new Map([['dev', 2]]) });
    expect(world.state.registry.weights).toEqual(new Map([['dev', 2]]));
    expect(world.commands).toEqual([{ type: 'update-weights', weights: new Map([['dev', 2]]) }]);
  });

  it('are passed over where there are some', () => {
    const world = new Harness();
    answerTo(world, weigh('ops', 3));
    world.send({ type: 'weights', weights: new Map([['dev', 2]]) });
    expect(world.state.registry.weights).toEqual(new Map([['ops', 3]]));
  });
});
