// Tells a person who waits for an offer why there is none that fits: after a while, and again when the reason changes.
import { realTime } from '@mini-mesos/daemon';
import type { Timer } from '@mini-mesos/daemon';
import type { Offer } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import type { Scheduler } from '@mini-mesos/scheduler-sdk';
import type { AgentMessage } from '../../core/cluster/messages.js';
import { needsOf } from '../../core/execute/plan.js';
import type { LaunchPlan } from '../../core/execute/plan.js';
import { supplyOfAgent, whyWaiting } from '../../core/execute/waiting.js';
import type { Supply } from '../../core/execute/waiting.js';
import { MasterClient } from '../../master-api/master-client.js';
import type { Connection } from '../../master-api/master-client.js';
import type { Terminal } from '../../output/terminal.js';

/** Before the first word, and between two looks for another reason. */
const PATIENCE_MS = 3000;
/** Offers of before that say nothing of now. */
const OFFER_AGE_MAX_MS = 15_000;

export interface WaitingReportOptions {
  readonly plan: LaunchPlan;
  readonly connection: Omit<Connection, 'signal'>;
  readonly scheduler: Pick<Scheduler, 'state' | 'trouble'>;
  readonly terminal: Terminal;
}

export class WaitingReport {
  readonly #options: WaitingReportOptions;
  /** The newest offer of each agent, with the time at which it came. */
  readonly #offers = new Map<string, { supply: Supply; atMs: number }>();
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  #said: string | undefined;

  constructor(options: WaitingReportOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = realTime.after(PATIENCE_MS, () => void this.#report());
  }

  /** These did not fit. */
  offered(offers: readonly Offer[]): void {
    for (const { agent_id: agent, hostname, attributes = [], resources } of offers) {
      const supply = { agentId: agent.value, hostname, attributes, resources: Resources.fromProto(resources) };
      this.#offers.set(agent.value, { supply, atMs: realTime.monotonicMs() });
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#abort.abort();
  }

  async #report(): Promise<void> {
    const { plan, scheduler, terminal } = this.#options;
    const isSubscribed = scheduler.state === 'subscribed';
    const agents = isSubscribed ? await this.#agents() : undefined;
    if (this.#abort.signal.aborted) return;
    const youngEnough = realTime.monotonicMs() - OFFER_AGE_MAX_MS;
    const reason = whyWaiting({
      needs: needsOf(plan),
      constraints: plan.constraints,
      isSubscribed,
      trouble: scheduler.trouble,
      agents,
      offers: [...this.#offers.values()].filter(({ atMs }) => atMs >= youngEnough).map(({ supply }) => supply),
    });
    if (reason !== this.#said) terminal.say(`waiting: ${reason}`);
    this.#said = reason;
    this.start();
  }

  /** Undefined where the master does not tell: then what was offered has to do. */
  async #agents(): Promise<readonly Supply[] | undefined> {
    try {
      const client = await MasterClient.connect({ ...this.#options.connection, signal: this.#abort.signal });
      const { slaves = [] } = await client.read<{ slaves?: AgentMessage[] }>('/slaves');
      return slaves.filter(({ active }) => active !== false).map(supplyOfAgent);
    } catch {
      return undefined;
    }
  }
}
