// Runs `echo hello` three times through offers, prints every update, and exits 0 when all three have finished.
// Give it a master: host:port or zk://…; without one it takes $MESOS_MASTER, then 127.0.0.1:5050.
import { isTerminal, launch, Scheduler, SdkError, tasksFrom } from '@mini-mesos/scheduler-sdk';
import type { TaskSpec } from '@mini-mesos/scheduler-sdk';

const master = process.argv[2] ?? process.env['MESOS_MASTER'] ?? '127.0.0.1:5050';
const talk = (message: string): void => console.error(message);
const logger = { debug: () => {}, info: () => {}, warn: (_: object, text: string) => talk(text), error: () => {} };

let waiting: TaskSpec[] = [1, 2, 3].map((number) => ({
  taskId: `hello-${number}`,
  resources: { cpus: 0.1, mem: 32 },
  command: 'echo hello',
}));
const wanted = waiting.length;
const ended = new Map<string, string>();

try {
  const scheduler = new Scheduler({ master, framework: { name: 'hello' }, logger });
  for await (const event of scheduler.events()) {
    if (event.type === 'subscribed') talk(`framework ${event.frameworkId} at ${scheduler.leader?.address}`);
    if (event.type === 'offers') {
      for (const offer of event.offers) {
        const { tasks, unplaced } = tasksFrom(offer, waiting);
        try {
          if (tasks.length > 0) await scheduler.accept(offer, launch(tasks));
          else await scheduler.decline(offer, { refuseSeconds: 60 });
          waiting = unplaced;
        } catch (error) {
          // An offer can be rescinded at any moment; the tasks wait for the next one.
          if (!(error instanceof SdkError) || error.code !== 'MM_SDK_OFFER_GONE') throw error;
        }
      }
    }
    if (event.type === 'update') {
      const { task_id, state, message = '' } = event.status;
      console.log(`${task_id.value} ${state} ${message}`.trim());
      if (isTerminal(state)) ended.set(task_id.value, state);
    }
    if (ended.size === wanted) break;
  }
  await scheduler.stop();
  process.exitCode = [...ended.values()].every((state) => state === 'TASK_FINISHED') ? 0 : 1;
} catch (error) {
  talk(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
