// A small framework to be tested: runs each job as a task, again where it failed or was lost, at most `attemptsMax` times.
// It is given its scheduler's options, so that a test can put it into a cluster in memory.
import { isTerminal, launch, Scheduler, tasksFrom } from '@mini-mesos/scheduler-sdk';
import type { SchedulerEventOf, SchedulerOptions, TaskSpec } from '@mini-mesos/scheduler-sdk';

export interface Job {
  name: string;
  command: string;
}

type Connection = Partial<Omit<SchedulerOptions, 'framework'>>;

export class JobRunner {
  readonly done: string[] = [];
  readonly givenUp: string[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #attemptsMax: number;
  readonly #scheduler: Scheduler;
  #waiting: Job[];
  readonly #running = new Map<string, Job>();

  constructor(jobs: readonly Job[], { attemptsMax, connection }: { attemptsMax: number; connection: Connection }) {
    this.#waiting = [...jobs];
    this.#attemptsMax = attemptsMax;
    const framework = { name: 'jobs', user: 'nobody', checkpoint: true, failover_timeout: 3_600 };
    this.#scheduler = new Scheduler({ ...connection, framework });
    this.#scheduler.on('offers', (event) => this.#onOffers(event));
    this.#scheduler.on('update', (event) => this.#onUpdate(event));
  }

  get isOver(): boolean {
    return this.#waiting.length + this.#running.size === 0;
  }

  start(): Promise<void> {
    return this.#scheduler.start();
  }

  stop(): Promise<void> {
    return this.#scheduler.stop();
  }

  async #onOffers({ offers }: SchedulerEventOf<'offers'>): Promise<void> {
    for (const offer of offers) {
      const specs = this.#waiting.map((job) => this.#specOf(job));
      const { tasks } = tasksFrom(offer, specs);
      const launched = new Set(tasks.map(({ name }) => name));
      for (const { name, task_id: id } of tasks) {
        const job = this.#waiting.find((one) => one.name === name);
        if (job) this.#running.set(id.value, job);
        this.#attempts.set(name, (this.#attempts.get(name) ?? 0) + 1);
      }
      this.#waiting = this.#waiting.filter(({ name }) => !launched.has(name));
      // An offer can be gone by now: the master's answer, or a reconciliation, says what became of the tasks.
      const answer = tasks.length > 0 ? this.#scheduler.accept(offer, launch(tasks)) : this.#scheduler.decline(offer);
      await answer.catch(() => this.#scheduler.reconcile(tasks.map(({ task_id: id }) => ({ taskId: id.value }))));
    }
  }

  #onUpdate({ status }: SchedulerEventOf<'update'>): void {
    const job = this.#running.get(status.task_id.value);
    if (!job || !isTerminal(status.state)) return;
    this.#running.delete(status.task_id.value);
    if (status.state === 'TASK_FINISHED') this.done.push(job.name);
    else if ((this.#attempts.get(job.name) ?? 0) < this.#attemptsMax) this.#waiting.push(job);
    else this.givenUp.push(job.name);
  }

  #specOf({ name, command }: Job): TaskSpec {
    const attempt = this.#attempts.get(name) ?? 0;
    return { taskId: `${name}.${attempt}`, name, command, resources: { cpus: 1, mem: 128 } };
  }
}
