// One run of `execute`: subscribes, waits for an offer that fits, launches, shows what the tasks write and what becomes
// of them, and ends when they have ended.
import { realTime } from '@mini-mesos/daemon';
import type { Timer } from '@mini-mesos/daemon';
import type { Offer, TaskStatus } from '@mini-mesos/proto';
import { isTerminal, launch, launchGroup, Scheduler, SdkError } from '@mini-mesos/scheduler-sdk';
import type { FrameworkOptions, SchedulerEvent } from '@mini-mesos/scheduler-sdk';
import { Outcomes, statusLines } from '../../core/execute/outcomes.js';
import { placed } from '../../core/execute/placement.js';
import type { Placement } from '../../core/execute/placement.js';
import type { LaunchPlan } from '../../core/execute/plan.js';
import { printable } from '../../core/text/printable.js';
import { listed } from '../../core/text/units.js';
import { EXIT } from '../../errors.js';
import type { Connection } from '../../master-api/master-client.js';
import type { Terminal } from '../../output/terminal.js';
import { TaskOutputs } from './task-outputs.js';
import { WaitingReport } from './waiting-report.js';

/** Offers that are not wanted are not made again for so long. */
const REFUSE_SECS = 3600;
/** Offers that did not fit: they may have grown by then. */
const REFUSE_SMALL_SECS = 1;

export interface ExecutionOptions {
  readonly plan: LaunchPlan;
  readonly framework: FrameworkOptions;
  readonly connection: Omit<Connection, 'signal'>;
  readonly mediaType: 'json' | 'protobuf';
  readonly killAfterMs: number | undefined;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

export class Execution {
  readonly #options: ExecutionOptions;
  readonly #scheduler: Scheduler;
  readonly #outcomes: Outcomes;
  readonly #outputs: TaskOutputs;
  readonly #waiting: WaitingReport;
  readonly #killTimers: Timer[] = [];
  #isLaunched = false;

  constructor(options: ExecutionOptions) {
    const { plan, connection, framework, mediaType, terminal } = options;
    const { principal, secret } = connection;
    this.#options = options;
    this.#scheduler = new Scheduler({
      master: connection.master,
      framework,
      mediaType,
      ...(principal !== undefined && secret !== undefined && { credentials: { principal, secret } }),
    });
    this.#outcomes = new Outcomes(plan.tasks.map(({ task_id: id }) => id.value));
    this.#outputs = new TaskOutputs({ connection, terminal });
    this.#waiting = new WaitingReport({ plan, connection, scheduler: this.#scheduler, terminal });
  }

  /** The exit code. */
  async run(): Promise<number> {
    const { interrupted, terminal } = this.#options;
    const onInterrupt = (): void => this.#interrupt();
    interrupted.addEventListener('abort', onInterrupt, { once: true });
    if (interrupted.aborted) return EXIT.failure;
    this.#waiting.start();
    try {
      for await (const event of this.#scheduler.events()) {
        await this.#handle(event);
        if (this.#isLaunched && this.#outcomes.unfinished.length === 0) break;
      }
      await this.#outputs.finish();
      if (!this.#isLaunched) terminal.say('nothing was launched');
      return this.#isLaunched ? this.#outcomes.exitCode : EXIT.failure;
    } finally {
      interrupted.removeEventListener('abort', onInterrupt);
      this.#waiting.stop();
      for (const timer of this.#killTimers) timer.cancel();
      await this.#scheduler.stop();
      this.#outputs.close();
    }
  }

  async #handle(event: SchedulerEvent): Promise<void> {
    const { terminal } = this.#options;
    switch (event.type) {
      case 'subscribed':
        terminal.say(`${event.isAgain ? 'Subscribed again' : 'Subscribed'} with ID ${event.frameworkId}`);
        return;
      case 'disconnected':
        terminal.say(`Disconnected: ${printable(event.reason)}`);
        return;
      case 'offers':
        return this.#onOffers(event.offers);
      case 'update':
        return this.#onUpdate(event.status);
      default:
    }
  }

  async #onOffers(offers: readonly Offer[]): Promise<void> {
    const { plan, interrupted } = this.#options;
    const placement = this.#isLaunched || interrupted.aborted ? undefined : placed(offers, plan);
    const others = offers.filter((offer) => offer !== placement?.offer);
    if (!this.#isLaunched) this.#waiting.offered(others);
    try {
      if (placement) await this.#launch(placement);
      await this.#scheduler.decline(others, { refuseSeconds: this.#isLaunched ? REFUSE_SECS : REFUSE_SMALL_SECS });
      if (placement) await this.#scheduler.suppress();
    } catch (error) {
      // Rescinded meanwhile, or the subscription broke: there will be other offers.
      if (!(error instanceof SdkError && isPassing(error))) throw error;
    }
  }

  async #launch({ offer, tasks, executor }: Placement): Promise<void> {
    const { terminal } = this.#options;
    const operation = executor
      ? launchGroup({ ...executor, framework_id: { value: this.#scheduler.frameworkId ?? '' } }, tasks)
      : launch(tasks);
    // Before the call: an answer to it may be here before the call returns.
    this.#outputs.launched(this.#scheduler.frameworkId ?? '', { tasks, executor, agentId: offer.agent_id.value });
    await this.#scheduler.accept(offer, operation);
    this.#isLaunched = true;
    this.#waiting.stop();
    const agent = offer.agent_id.value;
    if (executor) {
      const names = tasks.map(({ task_id: id }) => printable(id.value));
      terminal.say(`Submitted task group with tasks [ ${names.join(', ')} ] to agent '${agent}'`);
    } else {
      terminal.say(`Submitted task '${printable(tasks[0]?.name ?? '')}' to agent '${agent}'`);
    }
    // The signal came while the call was under way.
    if (this.#options.interrupted.aborted) this.#kill('asked to kill');
  }

  async #onUpdate(status: TaskStatus): Promise<void> {
    const { killAfterMs, terminal } = this.#options;
    const isEnd = this.#outcomes.update(status);
    const { value: id } = status.task_id;
    for (const line of statusLines(status)) terminal.say(line);
    if (!isTerminal(status.state)) this.#outputs.follow(id);
    if (status.state === 'TASK_RUNNING' && killAfterMs !== undefined && this.#killTimers.length === 0) {
      this.#killTimers.push(realTime.after(killAfterMs, () => this.#kill('time is up: killing')));
    }
    // All that the task wrote is there before anything else is said of it.
    if (isEnd) await this.#outputs.ended(id, { hasRun: status.state !== 'TASK_ERROR' });
  }

  #interrupt(): void {
    if (this.#isLaunched) this.#kill('interrupted: killing');
    // Ends the loop over the events.
    else void this.#scheduler.stop();
  }

  #kill(why: string): void {
    const { unfinished } = this.#outcomes;
    if (unfinished.length === 0) return;
    this.#options.terminal.say(`${why} ${listed(unfinished.map(printable))}`);
    for (const id of unfinished) {
      this.#scheduler.kill(id).catch((error: unknown) => {
        this.#options.terminal.say(`could not ask for the end of ${printable(id)}: ${String(error)}`);
      });
    }
  }
}

const PASSING: readonly string[] = ['MM_SDK_OFFER_GONE', 'MM_SDK_NOT_SUBSCRIBED', 'MM_SDK_STOPPED'];

const isPassing = (error: SdkError): boolean => error.retryable || PASSING.includes(error.code);
