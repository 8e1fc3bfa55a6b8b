// mini-mesos agent
import { agentFlags, startAgent } from '@mini-mesos/agent';
import type { RunningAgent } from '@mini-mesos/agent';
import { createLog, logOptions } from '@mini-mesos/daemon';
import type { Log } from '@mini-mesos/daemon';
import { withoutPassword } from '@mini-mesos/election';
import { EXIT } from '../errors.js';
import { connectionFlags } from './client-flags.js';
import { command } from './command.js';
import { untilInterrupted } from './until-interrupted.js';

export const agent = command({
  name: 'agent',
  summary:
    'Runs an agent. SIGTERM or Ctrl-C end it, and tasks of frameworks without checkpointing; the others go on running ' +
    'until it is started again with the same --work_dir. SIGUSR1 makes it leave the cluster: all its tasks end, and the ' +
    'master is told. The command line wins over the environment, and that over --config_dir.',
  examples: [
    'mini-mesos agent --master=127.0.0.1:5050 --work_dir=/var/lib/mesos/agent',
    "mini-mesos agent --master=127.0.0.1:5050 --work_dir=/tmp/agent --port=0 --attributes='os:centos7;rack:r1'",
  ],
  environment: 'all',
  flags: { ...agentFlags, master: connectionFlags.master },
  async run({ loaded, values, terminal, interrupted }) {
    const running = await startAgent({ flags: loaded });
    const log = createLog({ ...logOptions('mesos-agent', values), logDir: undefined });
    const { url } = running;
    log.logger.info({ url, work_dir: values.work_dir, master: withoutPassword(values.master) }, 'agent is ready');
    const leave = new AbortController();
    const onLeave = (): void => leave.abort();
    process.on('SIGUSR1', onLeave);
    try {
      const ended = await untilInterrupted(AbortSignal.any([interrupted, leave.signal]), running.terminated);
      if (ended !== undefined) {
        terminal.say(`mini-mesos: agent has ended: ${ended}`);
        await running.close();
        return running.hasCleanedUp ? EXIT.ok : EXIT.failure;
      }
      await endBy(leave.signal.aborted ? 'SIGUSR1' : 'SIGTERM', running, log);
      return EXIT.ok;
    } finally {
      process.off('SIGUSR1', onLeave);
    }
  },
});

/** As Mesos' agent: SIGUSR1 leaves for good, the others leave what a next run can take up (docs/operational-guide). */
async function endBy(signal: 'SIGTERM' | 'SIGUSR1', running: RunningAgent, { logger }: Log): Promise<void> {
  if (signal === 'SIGUSR1') {
    logger.info('agent ends on SIGUSR1: all its tasks end, and it unregisters from the master');
    await running.close({ killTasks: true });
  } else {
    logger.info('agent ends: tasks of frameworks with checkpointing go on running until it is started again');
    await running.close({ killTasks: 'unless-checkpointed' });
  }
}
