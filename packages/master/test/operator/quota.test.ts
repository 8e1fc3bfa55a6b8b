// Goal: quota that makes no sense is refused, quota that is only unwise needs force, and offers that stand in its way go.
import type { quota } from '@mini-mesos/proto';
import { beforeEach, describe, expect, it } from 'vitest';
import { AWARE, Harness, task } from '../support/harness.js';
import type { Client, Machine } from '../support/harness.js';
import { answerTo, OK } from './support.js';

const amounts = (cpus: number) => ({ cpus: { value: cpus } });
const update = (configs: quota.QuotaConfig[], force?: boolean) => ({
  type: 'UPDATE_QUOTA' as const,
  update_quota: { quota_configs: configs, force },
});
const set = (request: quota.QuotaRequest) => ({
  type: 'SET_QUOTA' as const,
  set_quota: { quota_request: request },
});
const cpus = (value: number) => ({ name: 'cpus', type: 'SCALAR' as const, scalar: { value } });

let world: Harness;
let agent: Machine;
let client: Client;

beforeEach(() => {
  world = new Harness();
  agent = world.register('cpus:4;mem:4096');
  client = world.subscribe();
});

describe('UPDATE_QUOTA', () => {
  it('replaces the quota of a role as a whole, and empty maps remove it', () => {
    const config = { role: 'dev', guarantees: amounts(1), limits: { ...amounts(3), mem: { value: 0 } } };
    expect(answerTo(world, update([config]))).toEqual(OK);
    expect(world.state.registry.quotas.get('dev')).toEqual(config);
    const told = world.commands.find((command) => command.type === 'update-quota');
    expect([`${told?.guarantees}`, `${told?.limits}`]).toEqual(['cpus:1', 'cpus:3; mem:0']);
    expect(answerTo(world, update([{ role: 'dev', guarantees: amounts(0) }]))).toEqual(OK);
    expect(world.state.registry.quotas.size).toBe(0);
  });

  it.each<[string, quota.QuotaConfig, string]>([
    ['a nested role', { role: 'a/b' }, "Updating quota on nested role 'a/b' is not supported yet"],
    ['a bad role', { role: '-x' }, "Invalid QuotaConfig: Invalid 'QuotaConfig.role': "],
    ['a role that is not allowed', { role: 'ops' }, "Invalid QuotaConfig: 'ops' is not on the roles whitelist"],
    ['a guarantee above its limit', { role: 'dev', guarantees: amounts(2), limits: amounts(1) }, 'is not contained'],
    ['less than nothing', { role: 'dev', limits: amounts(-1) }, 'Negative values not supported'],
    ['more than there can be', { role: 'dev', limits: amounts(2e12) }, 'values greater than 1 trillion'],
    ['too much memory', { role: 'dev', limits: { mem: { value: 2e12 } } }, 'values greater than 1 exabyte'],
  ])('refuses %s, with force too, and changes nothing', (_what, config, reason) => {
    world = new Harness({ roleWhitelist: new Set(['dev', 'a/b', '-x']) });
    const answer = answerTo(world, update([{ role: 'dev', limits: amounts(1) }, config], true));
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(reason) });
    expect(world.state.registry.quotas.size).toBe(0);
  });

  it('refuses guarantees above the cluster and limits below the use, unless it is forced', () => {
    client.launch(world.offer(client, agent, 'cpus:2;mem:128'), task('t', agent, 'cpus:2;mem:128'));
    const large = update([{ role: 'other', guarantees: amounts(5), limits: amounts(5) }]);
    expect(answerTo(world, large)).toEqual({
      status: 400,
      text: "Invalid QuotaConfig: total quota guarantees 'cpus:5' exceed cluster capacity 'cpus:4; mem:4096' (use 'force' flag to bypass this check)",
    });
    const low = update([{ role: 'dev', limits: amounts(1) }]);
    expect(answerTo(world, low)).toEqual({
      status: 400,
      text: "Invalid QuotaConfig: Role 'dev' is already consuming 'cpus:2; mem:128'; this is more than the requested limits 'cpus:1' (use 'force' flag to bypass this check)",
    });
    for (const call of [large, low]) {
      expect(answerTo(world, update(call.update_quota.quota_configs, true))).toEqual(OK);
    }
  });

  it('rescinds offers of the role above its limits, and no others', () => {
    const other = world.subscribe({ ...AWARE, name: 'other', roles: ['ops'] });
    world.offer(client, agent, 'cpus:2;mem:64');
    world.offer(client, agent, 'cpus:1;mem:64');
    world.offer(other, agent, 'cpus:1;mem:64', 'ops');
    expect(answerTo(world, update([{ role: 'dev', limits: amounts(1) }]))).toEqual(OK);
    expect([client.of('RESCIND').length, other.of('RESCIND').length]).toEqual([1, 0]);
  });

  it('rescinds offers of other roles until its guarantees can be met', () => {
    const other = world.subscribe({ ...AWARE, name: 'other', roles: ['ops'] });
    world.offer(other, agent, 'cpus:2;mem:64', 'ops');
    world.offer(other, agent, 'cpus:1;mem:64', 'ops');
    world.offer(client, agent, 'cpus:1;mem:64');
    expect(answerTo(world, update([{ role: 'dev', guarantees: amounts(3), limits: amounts(4) }]))).toEqual(OK);
    expect([client.of('RESCIND').length, other.of('RESCIND').length]).toEqual([0, 1]);
  });
});

describe('SET_QUOTA and REMOVE_QUOTA', () => {
  it('set guarantee and limit at once, for a role that has none, and take them away', () => {
    expect(answerTo(world, set({ role: 'dev', guarantee: [cpus(2)] }))).toEqual(OK);
    expect(world.state.registry.quotas.get('dev')).toMatchObject({ guarantees: amounts(2), limits: amounts(2) });
    expect(answerTo(world, set({ role: 'dev', guarantee: [cpus(1)] }))).toEqual({
      status: 400,
      text: "Failed to validate set quota request: Cannot set quota for role 'dev' which already has quota",
    });
    const remove = { type: 'REMOVE_QUOTA' as const, remove_quota: { role: 'dev' } };
    expect(answerTo(world, remove)).toEqual(OK);
    expect(world.state.registry.quotas.size).toBe(0);
    expect(answerTo(world, remove)).toMatchObject({ status: 400 });
  });

  it('answers 409 where the cluster is too small, unless it is forced', () => {
    expect(answerTo(world, set({ role: 'dev', guarantee: [cpus(5)] }))).toEqual({
      status: 409,
      text: "Quota guarantees overcommit the cluster (use 'force' to bypass this check): Total quota guarantees 'cpus:5' exceed cluster capacity 'cpus:4; mem:4096'",
    });
    expect(answerTo(world, set({ role: 'dev', guarantee: [cpus(5)], force: true }))).toEqual(OK);
  });

  it('rescinds from as many agents as the role has frameworks', () => {
    const agents = [agent, world.register(), world.register()] as const;
    world.subscribe();
    const other = world.subscribe({ ...AWARE, name: 'other', roles: ['ops'] });
    for (const one of agents) world.offer(other, one, 'cpus:2;mem:64', 'ops');
    expect(answerTo(world, set({ role: 'dev', guarantee: [cpus(1)] }))).toEqual(OK);
    expect(other.of('RESCIND')).toHaveLength(2);
  });

  it.each<[string, quota.QuotaRequest, string]>([
    ['nothing', { role: 'dev' }, "QuotaInfo with empty 'guarantee'"],
    ['no role', { guarantee: [cpus(1)] }, 'QuotaInfo must specify a role'],
    ['a name twice', { role: 'dev', guarantee: [cpus(1), cpus(2)] }, "duplicate resource name 'cpus'"],
    ['a nested role', { role: 'a/b', guarantee: [cpus(1)] }, "nested role 'a/b' is not supported"],
    ['revocable', { role: 'dev', guarantee: [{ ...cpus(1), revocable: {} }] }, 'must not contain RevocableInfo'],
    [
      'reserved',
      { role: 'dev', guarantee: [{ ...cpus(1), reservations: [{ type: 'STATIC', role: 'x' }] }] },
      'must not contain any ReservationInfo',
    ],
    [
      'ports',
      { role: 'dev', guarantee: [{ name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 1, end: 2 }] } }] },
      'must not include non-scalar resources',
    ],
  ])('refuses %s', (_what, request, reason) => {
    expect(answerTo(world, set(request))).toMatchObject({ status: 400, text: expect.stringContaining(reason) });
  });
});
