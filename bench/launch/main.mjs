// How many tasks a second go from ACCEPT to an acknowledged TASK_FINISHED, and how long one takes.
//   real      master and one agent as processes, `true` tasks, posix isolation
//   emulated  the master alone, with agents in this process that finish every task at once
// The references are measured in the same run: `true` started by Node itself, and bare HTTP posts.
//   npm run bench -- launch [--json] [--tasks=1000] [--seed=1]
import { option, printHeader, report } from '../lib/report.mjs';
import { startCluster } from '../lib/cluster.mjs';
import { emulateAgents } from './emulated-agents.mjs';
import { httpPosts, nodeSpawns } from './references.mjs';
import { runTasks } from './run-tasks.mjs';

const tasks = Number(option('tasks', '1000'));

printHeader('launch: tasks from ACCEPT to TASK_FINISHED acknowledged');

const AGENT = ['--resources=cpus:1000;mem:1000000;disk:100000;ports:[31000-32000]'];

async function real() {
  const cluster = await startCluster({ agents: [AGENT] });
  try {
    const many = await runTasks(cluster.address, { tasks, atOnce: 50 });
    const one = await runTasks(cluster.address, { tasks: Math.max(50, Math.round(tasks / 10)), atOnce: 1 });
    const spawned = await nodeSpawns({ count: 300, atOnce: 50 });
    const spawnedOne = await nodeSpawns({ count: 100, atOnce: 1 });
    report({
      name: 'launch/real/50-at-once',
      parameters: { tasks, atOnce: 50 },
      samples: many.rates,
      unit: 'tasks/s',
      reference: { name: 'spawning true from Node, 50 at once', samples: spawned.rates },
    });
    report({
      name: 'launch/real/one-at-a-time',
      parameters: { tasks: one.latenciesMs.length },
      samples: one.latenciesMs,
      unit: 'ms',
      reference: { name: 'spawning true from Node', samples: spawnedOne.latenciesMs },
    });
  } finally {
    await cluster.stop();
  }
}

async function emulated() {
  const cluster = await startCluster();
  const agents = await emulateAgents(cluster.url, { count: 10, cpus: 1000 });
  try {
    const count = tasks * 5;
    const many = await runTasks(cluster.address, { tasks: count, atOnce: 500 });
    const posts = await httpPosts({ count: 20_000, atOnce: 64 });
    report({
      name: 'launch/emulated/500-at-once',
      parameters: { tasks: count, atOnce: 500, agents: 10 },
      samples: many.rates,
      unit: 'tasks/s',
      reference: { name: 'bare HTTP posts', samples: posts.rates },
    });
  } finally {
    agents.close();
    await cluster.stop();
  }
}

await real();
await emulated();
process.exit(0);
