// Flags that both daemons have, and what those about logs mean.
import type { LogOptions } from '../log/create-log.js';
import { flag } from './schema.js';
import type { FlagValues } from './schema.js';

export const commonFlags = {
  help: flag.bool({ help: 'Prints this text and exits.', default: false, short: 'h' }),
  version: flag.bool({ help: 'Prints the version and exits.', default: false }),
  config_dir: flag.path({
    help: 'Directory with one file per flag, named as the flag; the command line and the environment win.',
    example: '/etc/mesos-master',
  }),
  quiet: flag.bool({ help: 'Writes no log lines to stderr.', default: false }),
  logging_level: flag.oneOf(['INFO', 'WARNING', 'ERROR'], {
    help: 'Log lines below this level are dropped.',
    default: 'INFO',
  }),
  log_dir: flag.path({
    help: 'Directory that log lines are also written to, as JSON. Nothing is written to disk without it.',
    example: '/var/log/mesos',
  }),
  logbufsecs: flag.int({
    help: 'Taken for compatibility: log lines are written at once.',
    default: 0,
    unit: 'seconds',
  }),
  initialize_driver_logging: flag.bool({ help: 'Taken for compatibility: has no effect.', default: true }),
};

const LOG_LEVELS = { INFO: 'info', WARNING: 'warn', ERROR: 'error' } as const;

/** How the flags want the logs of the program `name`. */
export function logOptions(
  name: string,
  { logging_level: level, quiet, log_dir: logDir }: FlagValues<typeof commonFlags>,
): LogOptions {
  return { name, level: LOG_LEVELS[level], quiet, logDir };
}
