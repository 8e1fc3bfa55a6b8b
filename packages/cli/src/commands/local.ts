// mini-mesos local
import { agentFlags } from '@mini-mesos/agent';
import { flag } from '@mini-mesos/daemon';
import type { FlagSchema } from '@mini-mesos/daemon';
import { masterFlags } from '@mini-mesos/master';
import { startCluster } from '../cluster/local-cluster.js';
import type { LocalCluster } from '../cluster/local-cluster.js';
import { partition } from '../core/arguments/partition.js';
import { plural } from '../core/text/units.js';
import { EXIT } from '../errors.js';
import type { Terminal } from '../output/terminal.js';
import { command } from './command.js';
import { helpFlag } from './client-flags.js';
import { untilInterrupted } from './until-interrupted.js';

/** What `local` decides itself: two daemons, or two agents, cannot have the same. */
const ownFlags = {
  ...helpFlag,
  agents: flag.int({ help: 'How many agents.', default: 1, min: 1, max: 100, short: 'n', example: '3' }),
  port: flag.int({
    help: "Port of the master; 0 takes a free one. Agents' are free ones.",
    default: 5050,
    min: 0,
    max: 65_535,
  }),
  work_dir: flag.path({
    help: 'Directory for the agents. Default: a temporary one, which is removed at the end.',
    example: '/var/lib/mesos-local',
  }),
  log_dir: flag.path({ help: 'Directory that log lines are also written to. Default: nowhere.' }),
  logging_level: flag.oneOf(['INFO', 'WARNING', 'ERROR'], {
    help: 'Log lines below this level are dropped.',
    default: 'WARNING',
  }),
  resources: flag.string({
    help: 'What each agent offers. What is not named, the machine shares out to them.',
    example: 'cpus:4;mem:4096',
  }),
};

const { config_dir: _master, master: _address, version: _version, ...passedOn } = { ...agentFlags, ...masterFlags };
const allFlags = { ...passedOn, ...ownFlags };

const isOwn = (name: string): boolean => Object.hasOwn(ownFlags, name);
const isOf =
  (schema: FlagSchema) =>
  (name: string): boolean =>
    Object.hasOwn(schema, name) && !isOwn(name);

export const local = command({
  name: 'local',
  summary:
    'Runs a whole cluster in one process until Ctrl-C: a master with its web UI, and agents. All other flags of ' +
    'master and agent are passed on to them: see mini-mesos master --help and mini-mesos agent --help.',
  examples: ['mini-mesos local --agents=3', "mini-mesos local --agents=2 --attributes='os:centos7' --resources=cpus:2"],
  environment: 'all',
  flags: allFlags,
  helpFlags: ownFlags,
  async run({ values, argv, env, terminal, interrupted }) {
    const level = `--logging_level=${values.logging_level}`;
    const cluster = await startCluster({
      agents: values.agents,
      port: values.port,
      workDir: values.work_dir,
      logDir: values.log_dir,
      resources: values.resources,
      masterArgv: [...partition(argv, allFlags, isOf(masterFlags)).mine, level],
      agentArgv: [...partition(argv, allFlags, isOf(agentFlags)).mine, level],
      env,
    });
    greet(terminal, cluster);
    await untilInterrupted(interrupted);
    terminal.say('stopping: killing what runs');
    await cluster.close();
    return EXIT.ok;
  },
});

function greet(terminal: Terminal, { master, agents, workDir }: LocalCluster): void {
  const bold = (text: string): string => terminal.paintTalk('bold', text);
  const address = master.url.replace(/^http:\/\//, '');
  terminal.say(`a cluster with ${plural(agents.length, 'agent')} runs at ${bold(address)} (${workDir})`);
  terminal.say(`web UI:  ${bold(`${master.url}/`)}`);
  terminal.say(`try:     mini-mesos execute --master=${address} --name=hello --command='echo hello'`);
  terminal.say('Ctrl-C stops it');
}
