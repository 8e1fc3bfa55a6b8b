// mini-mesos agent
import { agentFlags, startAgent } from '@mini-mesos/agent';
import { createLog, logOptions } from '@mini-mesos/daemon';
import { withoutPassword } from '@mini-mesos/election';
import { EXIT } from '../errors.js';
import { connectionFlags } from './client-flags.js';
import { command } from './command.js';
import { untilInterrupted } from './until-interrupted.js';

export const agent = command({
  name: 'agent',
  summary:
    'Runs an agent until SIGTERM or Ctrl-C, which also end its tasks. The command line wins over the environment, and ' +
    'that over --config_dir.',
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
    const ended = await untilInterrupted(interrupted, running.terminated);
    if (ended !== undefined) {
      terminal.say(`mini-mesos: agent has ended: ${ended}`);
      await running.close();
      return EXIT.failure;
    }
    log.logger.info('agent ends: a signal asked for it');
    // An agent of this version cannot take its tasks up again, so they end with it, and the master is told.
    await running.close({ killTasks: true });
    return EXIT.ok;
  },
});
