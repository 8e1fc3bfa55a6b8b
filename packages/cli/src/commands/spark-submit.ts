// mini-mesos spark submit
import { API_VERSION, packageVersion } from '@mini-mesos/daemon';
import { parseSubmitArguments, sparkSubmit as submit } from '@mini-mesos/spark-framework';
import { DEFAULT_MASTER } from './client-flags.js';
import { command } from './command.js';

/** Its options are spark-submit's, and everything after the program is the program's: the framework reads them. */
export const sparkSubmit = command({
  name: 'spark submit',
  summary: 'Runs a Spark-like program in client mode: here, with executors on the agents.',
  examples: ["mini-mesos spark submit --total-executor-cores 4 words.mjs 'docs/**/*.md'"],
  environment: 'connection',
  flags: {},
  isRaw: true,
  run: ({ argv, env, terminal, interrupted }) =>
    submit(argv, {
      env: { ...env, ...defaultMaster(argv, env) },
      stdout: { write: (text: string) => terminal.write(text) },
      stderr: { write: (text: string) => terminal.writeTalk(text) },
      signal: interrupted,
      version: `mini-mesos ${packageVersion()} (Mesos API ${API_VERSION})`,
    }),
});

/** As for every other command, but a properties file may name the master too, and where there is one it is not read here. */
function defaultMaster(argv: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const read = parseSubmitArguments(argv);
  const isNamed = (['MASTER', 'MESOS_MASTER', 'SPARK_HOME', 'SPARK_CONF_DIR'] as const).some((name) => env[name]);
  if (read.kind !== 'run' || read.plan.propertiesFile !== undefined || isNamed) return {};
  return { MESOS_MASTER: DEFAULT_MASTER };
}
