// An executor of one's own: the agent starts it as a process, it runs any number of tasks, here by squaring the number
// in each task's data. Started by scheduler.ts in this folder; by hand it has no agent to talk to.
import { Executor } from '@mini-mesos/scheduler-sdk';

const executor = new Executor();
for await (const event of executor.events()) {
  if (event.type === 'launch') {
    const taskId = event.task.task_id.value;
    const number = Number(Buffer.from(event.task.data ?? []).toString());
    await executor.update(taskId, 'TASK_RUNNING');
    await executor.update(taskId, 'TASK_FINISHED', { data: Buffer.from(String(number * number)) });
  }
  if (event.type === 'shutdown') break;
}
await executor.stop();
