// A whole cluster in this process: a master, and agents with directories of their own. For `local` and `demo`.
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { agentFlags, startAgent } from '@mini-mesos/agent';
import type { RunningAgent } from '@mini-mesos/agent';
import { fileReaders, loadFlags, realTime } from '@mini-mesos/daemon';
import type { FlagSchema, LoadedFlags } from '@mini-mesos/daemon';
import { masterFlags, startMaster } from '@mini-mesos/master';
import type { RunningMaster } from '@mini-mesos/master';
import { webUiDirectory } from '@mini-mesos/web-ui';
import { splitResources } from '../core/local/split-resources.js';
import { CommandError, UsageError } from '../errors.js';

export interface ClusterOptions {
  /** How many; their names are agent-1, agent-2 … */
  readonly agents: number;
  /** Of the master; 0 takes a free one. Agents always take free ones. */
  readonly port: number;
  /** Undefined makes a temporary directory, and removes it at the end. */
  readonly workDir?: string | undefined;
  readonly logDir?: string | undefined;
  /** The text of --resources for every agent; what it does not name is shared out. */
  readonly resources?: string | undefined;
  /** Further flags as they would be written. */
  readonly masterArgv?: readonly string[];
  readonly agentArgv?: readonly string[];
  /** MESOS_* of it count as for the daemons. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LocalCluster {
  readonly master: RunningMaster;
  readonly agents: readonly RunningAgent[];
  readonly workDir: string;
  /** Kills what runs, stops everything, and removes the temporary directory. Idempotent. */
  close(): Promise<void>;
}

/** Between two looks whether an agent has registered, and the time after which something is wrong. */
const REGISTRATION_LOOK_MS = 5;
const REGISTRATION_MAX_MS = 15_000;

/** Resolves when all agents are registered. Rejects with UsageError for flags that cannot be read, and with what a daemon says that cannot start. */
export async function startCluster(options: ClusterOptions): Promise<LocalCluster> {
  const temporary = options.workDir === undefined ? await mkdtemp(join(tmpdir(), 'mini-mesos-')) : undefined;
  const workDir = resolve(options.workDir ?? temporary ?? '');
  const agents: RunningAgent[] = [];
  let master: RunningMaster | undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all(agents.map((agent) => agent.close({ killTasks: true })));
    await master?.close();
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  try {
    mkdirSync(workDir, { recursive: true });
    const resources = await resourcesOfAgents(options, workDir);
    master = await startMaster({ flags: masterFlagsOf(options), webuiDir: webUiDirectory });
    for (const [index, text] of resources.entries()) {
      const place = { name: `agent-${index + 1}`, workDir, masterAddress: addressOf(master), resources: text };
      agents.push(await startAgent({ flags: agentFlagsOf(options, place) }));
    }
    await Promise.all(agents.map(registered));
    return { master, agents, workDir, close: () => (closing ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function registered(agent: RunningAgent): Promise<void> {
  let reason: string | undefined;
  void agent.terminated.then((message) => (reason = message));
  const end = realTime.monotonicMs() + REGISTRATION_MAX_MS;
  while (agent.id === undefined) {
    if (reason !== undefined) throw new CommandError(`an agent has ended: ${reason}`);
    if (realTime.monotonicMs() > end) throw new CommandError(`the agent at ${agent.url} does not register`);
    await new Promise<void>((resolve) => void realTime.after(REGISTRATION_LOOK_MS, resolve));
  }
}

const addressOf = ({ url }: RunningMaster): string => url.replace(/^http:\/\//, '');

async function resourcesOfAgents(options: ClusterOptions, workDir: string): Promise<string[]> {
  const { bsize, blocks } = await statfs(workDir);
  const facts = {
    cpuCount: availableParallelism(),
    memTotalBytes: totalmem(),
    diskTotalBytes: bsize * blocks,
  };
  const split = splitResources(options.resources ?? '', { agents: options.agents, facts });
  if (!split.ok) throw new UsageError(split.error);
  return split.value;
}

function masterFlagsOf({ port, logDir, masterArgv = [], env }: ClusterOptions): LoadedFlags<typeof masterFlags> {
  const own = [`--port=${port}`, ...(logDir === undefined ? [] : [`--log_dir=${logDir}`])];
  return loaded(masterFlags, [...masterArgv, ...own], env);
}

interface Place {
  readonly name: string;
  readonly workDir: string;
  readonly masterAddress: string;
  readonly resources: string;
}

function agentFlagsOf(
  { logDir, agentArgv = [], env }: ClusterOptions,
  { name, workDir, masterAddress, resources }: Place,
): LoadedFlags<typeof agentFlags> {
  const isPaced = agentArgv.some((argument) => /^--registration[-_]backoff[-_]factor=/i.test(argument));
  const own = [
    // There is no crowd of agents that would all come at once.
    ...(isPaced ? [] : ['--registration_backoff_factor=1ms']),
    `--master=${masterAddress}`,
    '--port=0',
    `--work_dir=${join(workDir, name)}`,
    `--resources=${resources}`,
    ...(logDir === undefined ? [] : [`--log_dir=${join(logDir, name)}`]),
  ];
  return loaded(agentFlags, [...agentArgv, ...own], env);
}

function loaded<S extends FlagSchema>(schema: S, argv: readonly string[], env: ClusterOptions['env']): LoadedFlags<S> {
  const flags = loadFlags(schema, { argv, env, ...fileReaders });
  if (!flags.ok) throw new UsageError(flags.errors.join('\n'));
  return flags;
}
