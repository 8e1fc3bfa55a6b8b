// Goal: the help text tells all a person needs to set a flag. Method: one literal text.
import { expect, test } from 'vitest';
import { commonFlags, flag, helpText, loadFlags, logOptions } from '@mini-mesos/daemon';

const schema = {
  port: flag.int({ help: 'The port to listen on.', default: 5050, short: 'p' }),
  hostname_lookup: flag.bool({ help: 'Asks the resolver for the name.', default: true }),
  agent_ping_timeout: flag.duration({
    help:
      'Time that an agent has to answer a ping. After max_agent_ping_timeouts of them the agent is marked unreachable ' +
      'and its tasks are lost to their frameworks.',
    default: '15secs',
    unit: 'a duration',
    example: '30secs',
    aliases: ['slave_ping_timeout'],
  }),
  zk: flag.string({ help: 'Where ZooKeeper is.', required: true }),
  password: flag.string({ help: 'Secret.', default: 'hunter2', secret: true }),
};

test('every flag with its default, unit, variable and example', () => {
  const text = helpText(schema, {
    command: 'mini-mesos master',
    summary: 'Runs a master.',
    examples: ['mini-mesos master --work_dir=/var/lib/mesos'],
    positionals: 'WORD…',
  });
  expect(text).toBe(`Usage: mini-mesos master [flags] WORD…

Runs a master.

Flags:
  -p, --port=VALUE
      The port to listen on.
      (default: 5050; env: MESOS_PORT)
  --[no-]hostname_lookup
      Asks the resolver for the name.
      (default: true; env: MESOS_HOSTNAME_LOOKUP)
  --agent_ping_timeout=VALUE
      Time that an agent has to answer a ping. After max_agent_ping_timeouts of them the agent is
      marked unreachable and its tasks are lost to their frameworks.
      (default: 15secs; unit: a duration; example: --agent_ping_timeout=30secs; env:
      MESOS_AGENT_PING_TIMEOUT; deprecated: --slave_ping_timeout)
  --zk=VALUE
      Where ZooKeeper is.
      (required; env: MESOS_ZK)
  --password=VALUE
      Secret.
      (default: [redacted]; env: MESOS_PASSWORD)

Examples:
  mini-mesos master --work_dir=/var/lib/mesos
`);
});

test('variables are left out where none are read', () => {
  expect(helpText(schema, { command: 'c', summary: 's', envPrefix: null })).not.toContain('env:');
});

test('the flags that both daemons have load with their defaults', () => {
  const readers = { readFile: () => '', listDirectory: () => [] };
  const loaded = loadFlags(commonFlags, { argv: ['--logging_level=WARNING'], env: {}, ...readers });
  expect(loaded.ok && logOptions('mesos-agent', loaded.values)).toEqual({
    name: 'mesos-agent',
    level: 'warn',
    quiet: false,
    logDir: undefined,
  });
  expect(loaded.ok && loaded.printable()).toEqual({
    help: 'false',
    initialize_driver_logging: 'true',
    logbufsecs: '0',
    logging_level: 'WARNING',
    quiet: 'false',
    version: 'false',
  });
});
