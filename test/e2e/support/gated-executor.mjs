// A custom executor whose tasks run until a file is there: node gated-executor.mjs FILE
import { existsSync } from 'node:fs';
import { Executor } from '@mini-mesos/scheduler-sdk';

const LOOK_MS = 50;
const [gate] = process.argv.slice(2);
const executor = new Executor();

function finishAtGate(taskId) {
  const timer = setInterval(() => {
    if (!existsSync(gate)) return;
    clearInterval(timer);
    void executor.update(taskId, 'TASK_FINISHED');
  }, LOOK_MS);
}

for await (const event of executor.events()) {
  if (event.type === 'launch') {
    const taskId = event.task.task_id.value;
    await executor.update(taskId, 'TASK_STARTING');
    await executor.update(taskId, 'TASK_RUNNING');
    finishAtGate(taskId);
  }
  if (event.type === 'shutdown') break;
}
await executor.stop();
