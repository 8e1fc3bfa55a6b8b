// Entry of a worker thread: takes tasks from the executor one after another.
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { TASK_MEMORY_SHARE } from '../memory-layout.js';
import type { FromWorker, ToWorker, WorkerData } from './messages.js';
import { Questions } from './questions.js';
import { TaskRunner } from './task-runner.js';

if (parentPort === null) throw new Error('worker-main runs in a worker thread of an executor only');
const port = parentPort;
const questions = new Questions(port);
const runner = new TaskRunner(withRealLimit(workerData as WorkerData), questions);

/** Node's own options can make the heap smaller than the executor planned; then tasks spill earlier. */
function withRealLimit(worker: WorkerData): WorkerData {
  const share = Math.floor(getHeapStatistics().heap_size_limit * TASK_MEMORY_SHARE);
  return { ...worker, taskMemoryBytes: Math.min(worker.taskMemoryBytes, share) };
}

// Functions that call import() go through an option of node:vm that Node calls experimental; users need not hear of it.
const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
process.emitWarning = (...args: unknown[]): void => {
  if (!String(args[0]).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning(...args);
};

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'plan':
      runner.addPlan(message.plan);
      return;
    case 'dropPlans':
      runner.dropPlans(message.planIds);
      return;
    case 'dropBroadcast':
      runner.dropBroadcast(message.id);
      return;
    case 'answer':
      questions.answered(message);
      return;
    case 'run':
      void runner.run(message.task).then((done: FromWorker) => port.postMessage(done));
      return;
  }
});
