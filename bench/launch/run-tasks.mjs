// A framework that keeps a number of `true` tasks in flight until all are finished.
import { launch, Scheduler, tasksFrom } from '@mini-mesos/scheduler-sdk';

/** Tasks in one sample of the rate. */
const WINDOW = 50;

const spec = (n) => ({ taskId: `t${n}`, command: 'true', resources: { cpus: 0.01, mem: 1 } });

/** Rates in tasks a second over windows of finished tasks, and for each task the time from ACCEPT to TASK_FINISHED. */
export async function runTasks(address, { tasks, atOnce }) {
  const scheduler = new Scheduler({ master: address, framework: { name: `bench-${atOnce}`, roles: ['bench'] } });
  const startedAt = new Map();
  const latenciesMs = [];
  const rates = [];
  let launched = 0;
  let finished = 0;
  let windowStart = performance.now();
  const offers = [];

  const fill = async () => {
    const wanted = Math.min(atOnce - startedAt.size, tasks - launched);
    const offer = wanted > 0 ? offers.shift() : undefined;
    if (!offer) return;
    const specs = Array.from({ length: wanted }, (_, i) => spec(launched + i));
    const { tasks: infos } = tasksFrom(offer, specs);
    launched += infos.length;
    const now = performance.now();
    for (const info of infos) startedAt.set(info.task_id.value, now);
    await scheduler.accept(offer, launch(infos), { refuseSeconds: 0 });
    // The rest of the offer comes back at once, not only with the next batch.
    await scheduler.revive();
  };

  for await (const event of scheduler.events()) {
    if (event.type === 'offers') offers.push(...event.offers);
    if (event.type === 'rescind')
      offers.splice(0, offers.length, ...offers.filter(({ id }) => id.value !== event.offerId));
    if (event.type === 'update') {
      const { state, task_id: id, message } = event.status;
      if (state === 'TASK_FINISHED') {
        latenciesMs.push(performance.now() - startedAt.get(id.value));
        startedAt.delete(id.value);
        if (++finished % WINDOW === 0) {
          const now = performance.now();
          rates.push(WINDOW / ((now - windowStart) / 1000));
          windowStart = now;
        }
        if (finished === tasks) break;
      } else if (/FAILED|ERROR|LOST|DROPPED|KILLED|GONE/.test(state)) {
        throw new Error(`task ${id.value}: ${state} ${message ?? ''}`);
      }
    }
    await fill();
  }
  await scheduler.stop();
  return { rates, latenciesMs };
}
