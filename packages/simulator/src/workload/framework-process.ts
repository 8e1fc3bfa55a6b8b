// A framework that does whatever frameworks do, by chance: it launches, declines, keeps offers for a while, kills,
// reconciles, suppresses and revives. It stands on the SDK as any program would. What it knows of its tasks survives its
// crashes, as if it kept it in a database.
import type { SeededRandom } from '@mini-mesos/daemon';
import type { Offer, TaskState, TaskStatus } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { isTerminal, launch, Scheduler, SdkError, tasksFrom } from '@mini-mesos/scheduler-sdk';
import type { TaskSpec } from '@mini-mesos/scheduler-sdk';
import type { Ledger } from '../checks/ledger.js';
import type { Cluster } from '../cluster/cluster.js';
import { sdkPorts } from '../cluster/sdk-ports.js';
import { SimProcess } from '../world/process.js';

export interface FrameworkOptions {
  name: string;
  role: string;
  checkpoint: boolean;
  failoverTimeoutSeconds: number;
  /** Tasks that it has under way at most. */
  tasksMax: number;
}

/** Some tasks run until their framework is torn down. */
const isKept = ({ id }: { id: string }): boolean => id.endsWith('3');

/** What it remembers of a task. */
interface TaskMemory {
  readonly id: string;
  readonly agentId: string;
  /** Undefined as long as it heard nothing. */
  state: TaskStatus['state'] | undefined;
  isOver: boolean;
  heardAtMs: number;
  /** Since when nobody knows the task. */
  unknownSinceMs: number | undefined;
}

/** A task that nobody knows, or whose agent stays away, is given up after so long. */
const GIVE_UP_MS: { readonly [state in TaskState]?: number } = { TASK_UNKNOWN: 60_000, TASK_UNREACHABLE: 600_000 };
const RECONCILE_MS = 30_000;
const RESTART_MS = 2_000;
/** Refusals before anything was sent, and of the call as a whole: nothing was launched. */
const NOTHING_HAPPENED = new Set(['MM_SDK_NOT_SUBSCRIBED', 'MM_SDK_CALL_REFUSED', 'MM_SDK_QUEUE_FULL']);

export class FrameworkProcess {
  readonly process: SimProcess;
  readonly options: FrameworkOptions;
  readonly #cluster: Cluster;
  readonly #ledger: Ledger;
  readonly #random: SeededRandom;
  readonly tasks = new Map<string, TaskMemory>();
  #frameworkId: string | undefined;
  #scheduler: Scheduler | undefined;
  #nextTask = 0;
  #isReconciling = false;
  #isSuppressed = false;
  /** Launches nothing any more. */
  isFinishing = false;
  #isGone = false;

  constructor(cluster: Cluster, ledger: Ledger, options: FrameworkOptions) {
    this.#cluster = cluster;
    this.#ledger = ledger;
    this.options = options;
    this.process = new SimProcess(cluster.world, options.name);
    this.#random = cluster.world.random(`app ${options.name}`);
  }

  get name(): string {
    return this.options.name;
  }

  /** Ids of the offers that it believes to have. */
  get offers(): string[] {
    return this.process.isAlive ? (this.#scheduler?.offers ?? []).map(({ id }) => id.value) : [];
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Tasks of which the framework has to hear something yet before there can be rest. */
  get awaited(): TaskMemory[] {
    return this.open.filter((task) => !isKept(task) || task.state !== 'TASK_RUNNING');
  }

  /** Tasks of which it does not know the end. */
  get open(): TaskMemory[] {
    return [...this.tasks.values()].filter(({ isOver }) => !isOver);
  }

  start(): void {
    if (this.process.isAlive || this.#isGone) return;
    const { name, role, checkpoint, failoverTimeoutSeconds } = this.options;
    this.process.start();
    this.#isReconciling = false;
    const scheduler = new Scheduler({
      ...sdkPorts(this.process, this.#cluster.network, this.#cluster.coordination),
      framework: {
        name,
        user: 'sim',
        hostname: name,
        roles: [role],
        checkpoint,
        failover_timeout: failoverTimeoutSeconds,
        ...(this.#frameworkId === undefined ? {} : { id: { value: this.#frameworkId } }),
      },
    });
    this.#scheduler = scheduler;
    const isCurrent = () => this.#scheduler === scheduler && this.process.isAlive;
    scheduler.on('subscribed', ({ frameworkId }) => {
      if (!isCurrent()) return;
      this.#frameworkId = frameworkId;
      this.#ledger.knownFrameworks.add(frameworkId);
    });
    scheduler.on('offers', ({ offers }) => void (isCurrent() && this.#onOffers(offers)));
    scheduler.on('update', ({ status }) => void (isCurrent() && this.#onUpdate(status)));
    scheduler.on('error', ({ error, isFinal }) => void (isCurrent() && isFinal && this.#onFinal(error)));
    scheduler.start().catch(() => undefined);
    this.process.world.touchPromises();
    this.#every(RECONCILE_MS, () => this.#reconcile());
    this.#every(15_000, () => this.#doSomething());
  }

  /** It ends for good, with all its tasks. */
  teardown(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.#frameworkId !== undefined) this.#ledger.removedFrameworks.add(this.#frameworkId);
    for (const task of this.tasks.values()) task.isOver = true;
    this.#quietly(this.#scheduler?.teardown());
  }

  #every(intervalMs: number, run: () => void): void {
    this.process.after(intervalMs * (0.5 + this.#random.float()), () => {
      run();
      this.#every(intervalMs, run);
    });
  }

  #onOffers(offers: readonly Offer[]): void {
    for (const offer of offers) {
      const draw = this.#random.float();
      if (draw < 0.25 && !this.isFinishing) {
        this.process.after(20_000 * this.#random.float(), () => this.#answer(offer));
      } else this.#answer(offer);
    }
  }

  /** The offer may be void by now: then there is nothing to do. */
  #answer(offer: Offer): void {
    const scheduler = this.#scheduler;
    if (!scheduler?.offers.some(({ id }) => id.value === offer.id.value)) return;
    const room = this.options.tasksMax - this.open.length;
    if (this.isFinishing || room <= 0 || this.#random.float() < 0.3) {
      const refuseSeconds = this.isFinishing ? 600 : 10 * this.#random.float();
      return this.#quietly(scheduler.decline(offer, { refuseSeconds }));
    }
    const specs = Array.from({ length: Math.min(room, 1 + this.#random.below(3)) }, () => this.#newSpec());
    const { tasks } = tasksFrom(offer, specs);
    for (const task of tasks) {
      const { value: id } = task.task_id;
      const agentId = offer.agent_id.value;
      const { nowMs } = this.process.world;
      this.tasks.set(id, { id, agentId, state: undefined, isOver: false, heardAtMs: nowMs, unknownSinceMs: undefined });
      const resources = Resources.fromProto(task.resources);
      const isCheckpointed = this.options.checkpoint;
      this.#ledger.launchAsked({ id, framework: this.#frameworkId ?? '', agentId, isCheckpointed, resources });
    }
    const ids = tasks.map(({ task_id: { value } }) => value);
    this.process.world.note(this.name, `accepts ${offer.id.value} on ${offer.agent_id.value} for ${ids.join(', ')}`);
    this.process.world.touchPromises();
    scheduler
      .accept(offer, launch(tasks), { refuseSeconds: this.#random.float() * 5 })
      .catch((error: unknown) => this.#notAccepted(ids, error));
  }

  #notAccepted(ids: readonly string[], error: unknown): void {
    if (!(error instanceof SdkError) || !NOTHING_HAPPENED.has(error.code)) return;
    for (const id of ids) {
      this.#ledger.neverLaunched(id);
      const task = this.tasks.get(id);
      if (task) task.isOver = true;
    }
  }

  #newSpec(): TaskSpec {
    const random = this.#random;
    const draw = random.float();
    const seconds = draw < 0.6 ? 1 + random.below(20) : draw < 0.9 ? 20 + random.below(100) : 1_000_000;
    const status = random.float() < 0.15 ? 1 : 0;
    return {
      taskId: `${this.name}-t${this.#nextTask++}`,
      resources: { cpus: random.pick([0.5, 1, 2]) ?? 1, mem: random.pick([64, 256, 512]) ?? 64 },
      command: `sleep ${seconds}; exit ${status}`,
    };
  }

  #onUpdate(status: TaskStatus): void {
    const task = this.tasks.get(status.task_id.value);
    this.process.world.note(
      this.name,
      `is told ${status.task_id.value} ${status.state} (${status.reason ?? 'no reason'})`,
    );
    this.#ledger.told(status);
    if (!task) return;
    const { nowMs } = this.process.world;
    task.heardAtMs = nowMs;
    task.state = status.state;
    if (isTerminal(status.state)) task.isOver = true;
    else if (GIVE_UP_MS[status.state] === undefined) task.isOver = false;
    const giveUpMs = GIVE_UP_MS[status.state];
    if (giveUpMs === undefined) task.unknownSinceMs = undefined;
    else {
      task.unknownSinceMs ??= nowMs;
      if (nowMs - task.unknownSinceMs > giveUpMs) task.isOver = true;
    }
  }

  #onFinal(error: SdkError): void {
    this.process.world.note(this.name, `gives up: ${error.message}`);
    // Another instance took over, or the framework was removed: then it begins anew.
    if (this.#frameworkId !== undefined) this.#ledger.removedFrameworks.add(this.#frameworkId);
    this.#frameworkId = undefined;
    for (const task of this.tasks.values()) task.isOver = true;
    this.process.crash(error.code);
    this.process.world.after(RESTART_MS, () => this.start());
  }

  #reconcile(): void {
    const { nowMs } = this.process.world;
    // A task that was declared lost may be there all the same.
    if (this.isFinishing) this.#quietly(this.#scheduler?.reconcile());
    const stale = this.open.filter(({ heardAtMs }) => nowMs - heardAtMs > RECONCILE_MS / 2);
    if (stale.length === 0 || this.#isReconciling || !this.#scheduler) return;
    this.#isReconciling = true;
    this.process.world.touchPromises();
    const isOver = () => (this.#isReconciling = false);
    this.#scheduler.reconcile(stale.map(({ id, agentId }) => ({ taskId: id, agentId }))).then(isOver, isOver);
  }

  #doSomething(): void {
    const scheduler = this.#scheduler;
    if (!scheduler || this.#isGone) return;
    const draw = this.#random.float();
    const victim = this.#random.pick(this.open.filter((task) => !this.isFinishing || !isKept(task)));
    // What never began is found out by asking, not by killing.
    if (this.isFinishing && victim?.state !== 'TASK_RUNNING') return;
    if (victim && (this.isFinishing || draw < 0.4)) {
      const agentId = this.#random.float() < 0.5 ? { agentId: victim.agentId } : {};
      return this.#quietly(scheduler.kill(victim.id, agentId));
    }
    if (this.isFinishing) return;
    if (draw < 0.5 || this.#isSuppressed) {
      this.#quietly(this.#isSuppressed ? scheduler.revive() : scheduler.suppress());
      this.#isSuppressed = !this.#isSuppressed;
    } else if (draw < 0.6) this.#quietly(scheduler.reconcile());
  }

  /** What does not work now is tried again by itself. */
  #quietly(work: Promise<void> | undefined): void {
    this.process.world.touchPromises();
    work?.catch(() => undefined);
  }
}
