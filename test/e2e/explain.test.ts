// Goal: whoever wonders why a framework gets no offers is told the true reason. Method: real masters and agents, real
// schedulers that bring each reason about, and GET /allocator/explain.
import { writeFileSync } from 'node:fs';
import type { ExplainQuestion, Explanation, Reason } from '@mini-mesos/allocator';
import { launch, Scheduler, taskFrom } from '@mini-mesos/scheduler-sdk';
import type { FrameworkOptions, SchedulerOptions } from '@mini-mesos/scheduler-sdk';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useScene } from './support/scene.js';
import type { AgentProcess, MasterProcess } from './support/scene.js';
import { until } from './support/until.js';

const scene = useScene('explain');
const HOUR_S = 3600;

/** A scheduler that keeps its offers until the test does something with them. */
class Client {
  readonly scheduler: Scheduler;
  readonly #master: MasterProcess;

  constructor(master: MasterProcess, framework: Partial<FrameworkOptions>, options: Partial<SchedulerOptions> = {}) {
    this.#master = master;
    const info = { name: 'asker', roles: ['dev'], ...framework };
    this.scheduler = new Scheduler({ master: master.address, framework: info, ...options });
  }

  async subscribed(): Promise<this> {
    await this.scheduler.start();
    await until('the subscription', () => this.scheduler.frameworkId);
    return this;
  }

  get id(): string {
    return this.scheduler.frameworkId ?? '';
  }

  /** An offer of the agent, as soon as there is one. */
  offerOf({ id }: AgentProcess) {
    return until(`an offer of agent ${id}`, () =>
      this.scheduler.offers.find(({ agent_id: agent }) => agent.value === id),
    );
  }

  /** The reason, as soon as it is of that kind: what a call changes is seen a moment after it was taken. */
  async reason<K extends Reason['kind']>(
    kind: K,
    question: Partial<ExplainQuestion> = {},
  ): Promise<{ reason: Extract<Reason, { kind: K }>; sentence: string }> {
    let last: Explanation | undefined;
    const found = await until(`reason ${kind}`, async () => {
      last = await explain(this.#master, { frameworkId: this.id, ...question });
      return last.verdicts.find(({ reason }) => reason.kind === kind);
    }).catch((error: Error) => {
      throw new Error(`${error.message}; the last answer was ${JSON.stringify(last)}`);
    });
    expect(found.sentence).not.toBe('');
    return { reason: found.reason as Extract<Reason, { kind: K }>, sentence: found.sentence };
  }
}

async function explain({ url }: MasterProcess, { frameworkId, role, agentId }: ExplainQuestion): Promise<Explanation> {
  const query = new URLSearchParams({ framework: frameworkId });
  if (role !== undefined) query.set('role', role);
  if (agentId !== undefined) query.set('agent', agentId);
  const response = await fetch(`${url}/allocator/explain?${query.toString()}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Explanation;
}

async function operate({ url }: MasterProcess, call: object): Promise<void> {
  const response = await fetch(`${url}/api/v1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
  if (!response.ok) throw new Error(`${JSON.stringify(call)}: ${response.status} ${await response.text()}`);
}

const clients: Client[] = [];

async function subscribe(...of: ConstructorParameters<typeof Client>): Promise<Client> {
  const client = new Client(...of);
  clients.push(client);
  return client.subscribed();
}

afterEach(async () => {
  for (const { scheduler } of clients.splice(0)) await scheduler.stop();
});

describe('in a cluster with free agents', () => {
  let master: MasterProcess;
  let plain: AgentProcess;
  let reserved: AgentProcess;
  let gpus: AgentProcess;

  beforeAll(async () => {
    master = await scene.startMaster(['--allocation_interval=100ms']);
    plain = await scene.startAgent(master, ['--attributes=os:debian', '--resources=cpus:2;mem:1024;disk:0;ports:[]']);
    reserved = await scene.startAgent(master, ['--resources=cpus(prod):1;mem(prod):512;disk:0;ports:[]']);
    gpus = await scene.startAgent(master, ['--resources=gpus:1;cpus:1;mem:128;disk:0;ports:[]']);
  });

  test('who the framework is, what role it asks for, which agent', async () => {
    const nobody = await explain(master, { frameworkId: 'nobody' });
    expect(nobody.verdicts.map(({ reason }) => reason.kind)).toEqual(['unknown-framework']);
    const client = await subscribe(master, {});
    const { reason } = await client.reason('not-subscribed', { role: 'ops' });
    expect(reason.roles).toEqual(['dev']);
    await client.reason('unknown-agent', { agentId: 'nowhere' });
    const missing = await fetch(`${master.url}/allocator/explain`);
    expect([missing.status, await missing.text()]).toEqual([400, expect.stringContaining("'framework'")]);
  });

  test('what is free is reserved for others', async () => {
    const client = await subscribe(master, {});
    const { reason } = await client.reason('reserved', { agentId: reserved.id });
    expect(reason.roles).toEqual(['prod']);
  });

  test('the framework lacks a capability', async () => {
    const client = await subscribe(master, {});
    const { reason } = await client.reason('capability', { agentId: gpus.id });
    expect(reason).toMatchObject({ capability: 'GPU_RESOURCES', whose: 'framework' });
  });

  test('it suppressed the role', async () => {
    const client = await subscribe(master, {});
    await client.scheduler.suppress();
    await client.reason('suppressed');
  });

  test('it is disconnected', async () => {
    const client = await subscribe(master, { failover_timeout: HOUR_S });
    const { id } = client;
    await client.scheduler.stop({ failover: true });
    clients.splice(0);
    await client.reason('inactive-framework', { frameworkId: id });
    await operate(master, { type: 'TEARDOWN', teardown: { framework_id: { value: id } } });
  });

  test('it refused the offer, until when', async () => {
    const client = await subscribe(master, {});
    await client.scheduler.decline(await client.offerOf(plain), { refuseSeconds: HOUR_S });
    const { reason } = await client.reason('filter', { agentId: plain.id });
    expect(reason.remainingMs).toBeGreaterThan((HOUR_S - 60) * 1000);
    expect(reason.remainingMs).toBeLessThanOrEqual(HOUR_S * 1000);
  });

  test('the agent fails a constraint', async () => {
    const predicate = { selector: { attribute_name: 'os' }, predicate: { text_equals: { value: 'centos7' } } };
    const client = await subscribe(
      master,
      {},
      { offerConstraints: { role_constraints: { dev: { groups: [{ attribute_constraints: [predicate] }] } } } },
    );
    const { reason } = await client.reason('constraint', { agentId: plain.id });
    expect(reason.failed.join(' ')).toContain('os');
  });

  test('what is free is below the least that it takes', async () => {
    const minimum = { quantities: { cpus: { value: 100 } } };
    const client = await subscribe(master, {
      offer_filters: { dev: { min_allocatable_resources: { quantities: [minimum] } } },
    });
    const { reason } = await client.reason('too-small', { agentId: plain.id });
    expect(reason.minima.join(' ')).toContain('cpus:100');
  });

  test('others hold everything', async () => {
    const holder = await subscribe(master, { name: 'holder' });
    await holder.offerOf(plain);
    const client = await subscribe(master, {});
    const { reason } = await client.reason('nothing-free', { agentId: plain.id });
    expect(reason.holders.map(({ frameworkId }) => frameworkId)).toEqual([holder.id]);
  });

  test('its role is at its limit', async () => {
    const limits = { cpus: { value: 0 }, mem: { value: 0 } };
    const quota = (of: object) => ({
      type: 'UPDATE_QUOTA',
      update_quota: { quota_configs: [{ role: 'dev', ...of }] },
    });
    await operate(master, quota({ limits }));
    try {
      const client = await subscribe(master, {});
      const { reason } = await client.reason('limit', { agentId: plain.id });
      expect(reason.role).toBe('dev');
    } finally {
      await operate(master, quota({}));
    }
  });

  test('it is held back for a guarantee', async () => {
    const quota = (of: object) => ({
      type: 'UPDATE_QUOTA',
      update_quota: { force: true, quota_configs: [{ role: 'gold', ...of }] },
    });
    await operate(master, quota({ guarantees: { cpus: { value: 100 }, mem: { value: 100_000 } } }));
    try {
      const client = await subscribe(master, {});
      const { reason } = await client.reason('headroom', { agentId: plain.id });
      expect(reason.roles.map(({ role }) => role)).toEqual(['gold']);
    } finally {
      await operate(master, quota({}));
    }
  });

  test('an operator deactivated the agent', async () => {
    const agent = { agent_id: { value: plain.id } };
    await operate(master, { type: 'DEACTIVATE_AGENT', deactivate_agent: agent });
    try {
      const client = await subscribe(master, {});
      await client.reason('agent-inactive', { agentId: plain.id });
    } finally {
      await operate(master, { type: 'REACTIVATE_AGENT', reactivate_agent: agent });
    }
  });

  test('the command line says the same', async () => {
    const client = await subscribe(master, { name: 'asking' });
    await client.scheduler.suppress();
    await client.reason('suppressed');
    const { sentence } = await explain(master, { frameworkId: client.id });
    const { code, stdout } = await scene.run(['explain', `--master=${master.address}`, 'asking']);
    expect([code, stdout.trim()]).toEqual([0, sentence]);
  });
});

// Who was offered an agent is said until the next cycle looks at it: here that takes an hour, or an event.
describe('between two cycles', () => {
  test('there are no agents; an offer was made; a cycle is awaited', async () => {
    const master = await scene.startMaster(['--allocation_interval=1hrs']);
    const client = await subscribe(master, {});
    await client.reason('no-agents');
    const agent = await scene.startAgent(master);
    const offer = await client.offerOf(agent);
    const { reason } = await client.reason('offered', { agentId: agent.id });
    expect(reason.resources).toContain('cpus');
    expect(reason.standing).toMatchObject({ frameworkId: client.id, role: 'dev' });
    await client.scheduler.decline(offer, { refuseSeconds: 0 });
    await client.reason('next-cycle', { agentId: agent.id });
  });

  test('a lower share took it', async () => {
    const master = await scene.startMaster(['--allocation_interval=1hrs']);
    const agent = await scene.startAgent(master);
    const client = await subscribe(master, {});
    const offer = await client.offerOf(agent);
    const task = taskFrom(offer, { taskId: 'sleeper', resources: { cpus: 1, mem: 64 }, command: 'sleep 1000' });
    if (!task) throw new Error('the offer is too small');
    await client.scheduler.accept(offer, launch([task]), { refuseSeconds: HOUR_S });
    const winner = await subscribe(master, { name: 'winner' });
    await winner.scheduler.decline(await winner.offerOf(agent), { refuseSeconds: 0 });
    // It asks for a cycle, in which both can have what is left.
    await client.scheduler.revive();
    const { reason } = await client.reason('lower-share', { agentId: agent.id });
    expect(reason.winner).toMatchObject({ frameworkId: winner.id });
    expect(reason.winner.frameworkShare).toBeLessThan(reason.own.frameworkShare);
  });
});

test('the agent is not on the whitelist', async () => {
  const whitelist = scene.path('whitelist');
  writeFileSync(whitelist, 'elsewhere.example.net\n');
  const master = await scene.startMaster([`--whitelist=${whitelist}`]);
  const agent = await scene.startAgent(master);
  const client = await subscribe(master, {});
  const { reason } = await client.reason('not-whitelisted', { agentId: agent.id });
  expect(reason.hostname).not.toBe('');
});

test('the agent is in another region', async () => {
  const domain = (region: string) => `--domain={"fault_domain":{"region":{"name":"${region}"},"zone":{"name":"a"}}}`;
  const master = await scene.startMaster([domain('eu')]);
  const agent = await scene.startAgent(master, [domain('us')]);
  const client = await subscribe(master, {});
  const { reason } = await client.reason('region', { agentId: agent.id });
  expect(reason).toMatchObject({ region: 'us', own: 'eu' });
});

test('agents are awaited after a failover, because somebody has quota', async () => {
  const workDir = `--work_dir=${scene.path('registry')}`;
  const before = await scene.startMaster([workDir]);
  const agents = [await scene.startAgent(before), await scene.startAgent(before)];
  const config = { role: 'gold', guarantees: { cpus: { value: 1 } } };
  await operate(before, { type: 'UPDATE_QUOTA', update_quota: { force: true, quota_configs: [config] } });
  for (const { process } of [...agents, before]) {
    process.signal('SIGKILL');
    await process.finished();
  }
  const after = await scene.startMaster([workDir]);
  const client = await subscribe(after, {});
  const { reason } = await client.reason('paused');
  expect(reason).toMatchObject({ agents: 0, awaited: 1 });
  await scene.startAgent(after);
  await until('an offer', () => client.scheduler.offers[0]);
});
