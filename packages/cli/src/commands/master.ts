// mini-mesos master
import { setTimeout as pause } from 'node:timers/promises';
import { createLog, logOptions } from '@mini-mesos/daemon';
import { masterFlags, startMaster } from '@mini-mesos/master';
import { webUiDirectory } from '@mini-mesos/web-ui';
import { EXIT } from '../errors.js';
import { command } from './command.js';
import { untilInterrupted } from './until-interrupted.js';

/** For telling ZooKeeper and whoever is connected. */
const GOODBYE_MS = 500;

export const master = command({
  name: 'master',
  summary:
    'Runs a master until SIGTERM or Ctrl-C, or until it has lost its leadership: then it ends with 3. ' +
    'The command line wins over the environment, and that over --config_dir. ' +
    'Without --ip only this machine can connect.',
  examples: [
    'mini-mesos master --work_dir=/var/lib/mesos',
    'mini-mesos master --ip=0.0.0.0 --port=5050 --cluster=test --weights=prod=2,dev=1',
    'mini-mesos master --ip=10.0.0.1 --zk=zk://10.0.0.1:2181,10.0.0.2:2181/mesos --work_dir=/var/lib/mesos',
    'MESOS_PORT=5060 mini-mesos master --config_dir=/etc/mesos-master',
  ],
  environment: 'all',
  flags: masterFlags,
  async run({ loaded, values, interrupted }) {
    const log = createLog(logOptions('mesos-master', values));
    const running = await startMaster({ flags: loaded, webuiDir: webUiDirectory, log });
    const { id, url } = running;
    const keeps = values.work_dir ?? 'none: what the master knows is gone with it';
    log.logger.info({ id, url, work_dir: keeps, web_ui: `${url}/` }, 'master is ready');
    const end = await Promise.race([untilInterrupted(interrupted), running.ended]);
    if (typeof end === 'object') {
      // It acts no more, and its supervisor is to start another soon: what still hangs may not hold it.
      await Promise.race([running.close(), pause(GOODBYE_MS)]);
      log.close();
      return end.exitCode;
    }
    log.logger.info('master ends: a signal asked for it');
    await running.close();
    log.close();
    return EXIT.ok;
  },
});
