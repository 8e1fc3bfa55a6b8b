// Operators at work: quota, weights, agents deactivated, drained, given up. At the end they take back what stands in the
// way of work, as often as it takes.
import type { SeededRandom } from '@mini-mesos/daemon';
import type { master } from '@mini-mesos/proto';
import type { Cluster } from '../cluster/cluster.js';
import type { MasterRequest } from '../cluster/master-process.js';
import { SimProcess } from '../world/process.js';

const ROLES = ['dev', 'ops'] as const;
const RETRY_MS = 2_000;

export class Operator {
  readonly #cluster: Cluster;
  readonly #process: SimProcess;
  readonly #random: SeededRandom;
  readonly #meanMs: number;
  #isFinishing = false;
  /** What has to be taken back before everything can come to rest. */
  readonly #todo: master.Call[] = [];

  /** `meanMs`: between two calls. */
  constructor(cluster: Cluster, meanMs: number) {
    this.#cluster = cluster;
    this.#meanMs = meanMs;
    this.#random = cluster.world.random('operator');
    this.#process = new SimProcess(cluster.world, 'operator');
  }

  get isDone(): boolean {
    return this.#todo.length === 0;
  }

  start(): void {
    this.#process.start();
    this.#later();
  }

  finish(): void {
    this.#isFinishing = true;
    this.#todo.push({
      type: 'UPDATE_QUOTA',
      update_quota: { force: true, quota_configs: ROLES.map((role) => ({ role })) },
    });
    for (const id of this.#agentIds()) {
      this.#todo.push({ type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: { value: id } } });
    }
    this.#takeBack();
  }

  #later(): void {
    this.#process.after(2 * this.#meanMs * this.#random.float(), () => {
      if (this.#isFinishing) return;
      const call = this.#draw();
      if (call) this.#send(call, () => undefined);
      this.#later();
    });
  }

  #draw(): master.Call | undefined {
    const random = this.#random;
    const role = random.pick(ROLES) ?? 'dev';
    const agent = random.pick(this.#agentIds());
    const agentId = { value: agent ?? '' };
    const draw = random.float();
    if (draw < 0.3) {
      const limits =
        random.float() < 0.7
          ? { cpus: { value: 1 + random.below(8) }, mem: { value: 512 * (1 + random.below(8)) } }
          : {};
      const guarantees = random.float() < 0.3 && 'cpus' in limits ? { cpus: { value: 1 } } : {};
      return { type: 'UPDATE_QUOTA', update_quota: { force: true, quota_configs: [{ role, guarantees, limits }] } };
    }
    if (draw < 0.45) {
      return { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role, weight: 1 + random.below(4) }] } };
    }
    if (agent === undefined) return undefined;
    if (draw < 0.6) return { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id: agentId } };
    if (draw < 0.85) return { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: agentId } };
    if (draw < 0.97) {
      const grace = random.float() < 0.5 ? { max_grace_period: { seconds: 1 } } : {};
      return { type: 'DRAIN_AGENT', drain_agent: { agent_id: agentId, ...grace } };
    }
    return { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: agentId } };
  }

  #agentIds(): string[] {
    return [...(this.#cluster.leader?.leading?.machine.state.agents.keys() ?? [])];
  }

  #takeBack(): void {
    const [call] = this.#todo;
    if (!call) return;
    this.#send(call, (status) => {
      // 400: the agent is not there, or there is nothing to take back.
      if (status === 200 || status === 400) this.#todo.shift();
      this.#process.after(status === 200 || status === 400 ? 0 : RETRY_MS, () => this.#takeBack());
    });
  }

  #send(call: master.Call, answered: (status: number) => void): void {
    const address = this.#cluster.coordination.leader?.address;
    if (address === undefined) return answered(503);
    this.#process.world.note('operator', `asks for ${call.type}`);
    const request: MasterRequest = { type: 'operator', call };
    this.#cluster.network.request(this.#process, address, request, (answer) =>
      answered(answer instanceof Error ? 503 : answer.status),
    );
  }
}
