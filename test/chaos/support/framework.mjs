// A framework that writes down everything it does and sees, and that can be killed at any moment: started again, it reads
// its log and goes on under the same framework id.
//   node framework.mjs '{"name", "master", "folder", "log", "ran", "seed", "tasksMax", "inFlightMax"}'
// In `folder` it looks for the files `drain` (launch nothing more, end what runs long) and `finish` (tear down and exit).
import { appendFileSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isTerminal, launch, Scheduler, tasksFrom } from '@mini-mesos/scheduler-sdk';

const LOOK_MS = 200;
/** A task that nothing was heard of for so long is asked for. */
const SILENT_MS = 3_000;
/** One of so many tasks runs until it is killed. */
const LONG_ONE_IN = 8;
const LONG_TASKS_MAX = 4;

const options = JSON.parse(process.argv[2]);
const { name, master, folder, log: logFile, ran, tasksMax, inFlightMax } = options;

const tasks = new Map();
let frameworkId;
let launched = 0;
recall();

const log = openSync(logFile, 'a');
const note = (type, fields = {}) => {
  // A line that was cut short by a kill must not swallow the next one.
  writeSync(log, `\n${JSON.stringify({ type, atMs: Date.now(), ...fields })}`);
};

/** What an earlier process of this framework knew. */
function recall() {
  if (!existsSync(logFile)) return;
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    let entry;
    try {
      entry = JSON.parse(line);
    } catch {
      continue;
    }
    if (entry.type === 'subscribed') frameworkId = entry.frameworkId;
    if (entry.type === 'launch') {
      launched = Math.max(launched, entry.number);
      tasks.set(entry.task, { agent: entry.agent, isLong: entry.isLong, heardMs: 0, launchedMs: entry.atMs });
    }
    if (entry.type === 'update' && isTerminal(entry.state)) tasks.delete(entry.task);
  }
}

const exists = (file) => existsSync(join(folder, file));
const scheduler = new Scheduler({
  master,
  framework: {
    name,
    ...(frameworkId === undefined ? {} : { id: { value: frameworkId } }),
    user: 'root',
    roles: ['chaos'],
    checkpoint: true,
    failover_timeout: 3600,
  },
});
note('started', { frameworkId, pending: tasks.size });

const stamp = `$(date +%s%3N)`;
function specOf(number) {
  const id = `${name}-${number}`;
  const longs = [...tasks.values()].filter(({ isLong }) => isLong).length;
  const isLong = number % LONG_ONE_IN === 0 && longs < LONG_TASKS_MAX;
  const work = isLong ? `while [ -e '${folder}/alive' ]; do sleep 1; done` : `sleep ${(number % 7) / 5}`;
  const command = `echo "start ${id} ${stamp}" >>'${ran}'; ${work}; echo "end ${id} ${stamp}" >>'${ran}'`;
  return { taskId: id, command, resources: { cpus: 0.1, mem: 16 }, labels: undefined, isLong, number };
}

async function use(offer) {
  const room = exists('drain') ? 0 : Math.min(inFlightMax - tasks.size, tasksMax - launched, 4);
  const specs = Array.from({ length: Math.max(0, room) }, (_, i) => specOf(launched + 1 + i));
  const cut = tasksFrom(
    offer,
    specs.map(({ taskId, command, resources }) => ({ taskId, command, resources })),
  );
  if (cut.tasks.length === 0) return scheduler.decline(offer, { refuseSeconds: 1 });
  const agent = offer.agent_id.value;
  for (const info of cut.tasks) {
    const { taskId, number, isLong } = specs.find(({ taskId }) => taskId === info.task_id.value);
    launched = Math.max(launched, number);
    // Before the call: what is not in the log was never launched.
    note('launch', { task: taskId, agent, number, isLong });
    tasks.set(taskId, { agent, isLong, heardMs: Date.now(), launchedMs: Date.now() });
  }
  await scheduler.accept(offer, launch(cut.tasks), { refuseSeconds: 0.2 });
}

function reconcile(all) {
  const nowMs = Date.now();
  const silent = [...tasks].filter(([, task]) => all || nowMs - task.heardMs > SILENT_MS);
  for (const [, task] of silent) task.heardMs = nowMs;
  if (silent.length === 0) return;
  const asked = silent.map(([taskId, { agent }]) => ({ taskId, agentId: agent }));
  scheduler.reconcile(asked).catch(() => undefined);
}

/** One after the other, so that two kills of a moment are two. */
let endedLongAtMs = Date.now();
let isQuiet = false;
async function look() {
  if (exists('finish')) {
    note('finished');
    await scheduler.stop();
    process.exit(0);
  }
  reconcile(false);
  const nowMs = Date.now();
  const longs = [...tasks].filter(([, { isLong, launchedMs }]) => isLong && nowMs - launchedMs > 3_000);
  if (nowMs - endedLongAtMs > 2_000) {
    endedLongAtMs = nowMs;
    const due = exists('drain') ? longs : longs.slice(0, 1);
    for (const [taskId, { agent }] of due) {
      note('kill', { task: taskId });
      await scheduler.kill(taskId, { agentId: agent }).catch(() => undefined);
    }
  }
  if (exists('drain') && tasks.size === 0 && !isQuiet) {
    isQuiet = true;
    note('quiet');
  }
}

async function looking() {
  for (;;) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function update({ task_id: id, state, reason, message, source }) {
  note('update', { task: id.value, state, reason, message, source });
  const task = tasks.get(id.value);
  if (!task) return;
  task.heardMs = Date.now();
  if (isTerminal(state)) tasks.delete(id.value);
}

void looking();
try {
  for await (const event of scheduler.events()) {
    if (event.type === 'subscribed') {
      note('subscribed', { frameworkId: event.frameworkId, isAgain: event.isAgain });
      reconcile(true);
    }
    if (event.type === 'disconnected') note('disconnected', { reason: event.reason });
    if (event.type === 'update') update(event.status);
    if (event.type === 'offers') {
      for (const offer of event.offers) {
        // An offer may have died meanwhile; what became of its tasks, reconciliation tells.
        await use(offer).catch((error) => note('refused', { message: error.message }));
      }
    }
  }
} catch (error) {
  appendFileSync(logFile, `\n${JSON.stringify({ type: 'refused', atMs: Date.now(), message: String(error) })}`);
  process.exit(1);
}
