// Launches three tasks on one executor of its own and prints what each computed.
// Give it a master: host:port or zk://…; without one it takes $MESOS_MASTER, then 127.0.0.1:5050.
import { join } from 'node:path';
import { cpus, isTerminal, launch, mem, Scheduler, taskFrom } from '@mini-mesos/scheduler-sdk';

const master = process.argv[2] ?? process.env['MESOS_MASTER'] ?? '127.0.0.1:5050';
const scheduler = new Scheduler({ master, framework: { name: 'squares' } });
const numbers = [2, 3, 4];
let isLaunched = false;
let ended = 0;

for await (const event of scheduler.events()) {
  if (event.type === 'offers') {
    for (const offer of event.offers) {
      const tasks = numbers.map((number) =>
        taskFrom(offer, {
          taskId: `square-${number}`,
          resources: { cpus: 0.1, mem: 32 },
          data: Buffer.from(String(number)),
          executor: {
            type: 'CUSTOM',
            executor_id: { value: 'squares' },
            // `exec` makes the shell become node, so that signals reach it.
            command: { value: `exec '${process.execPath}' '${join(import.meta.dirname, 'executor.js')}'` },
            resources: [cpus(0.1), mem(64)],
          },
        }),
      );
      const fitting = tasks.filter((task) => task !== undefined);
      if (!isLaunched && fitting.length === numbers.length) {
        isLaunched = true;
        await scheduler.accept(offer, launch(fitting));
      } else {
        await scheduler.decline(offer, { refuseSeconds: 60 });
      }
    }
  }
  if (event.type === 'update' && isTerminal(event.status.state)) {
    const { task_id: id, state, data } = event.status;
    console.log(`${id.value} ${state} ${Buffer.from(data ?? []).toString()}`.trim());
    if (++ended === numbers.length) break;
  }
}
await scheduler.stop();
