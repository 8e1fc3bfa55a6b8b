// Runs a submitted program in client mode: a process of its own on this machine, which finds its properties in the
// environment (driver/load-conf.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { SparkConf } from '../core/conf/spark-conf.js';
import { parseBytes } from '../core/conf/units.js';
import { masterUrl, parseSubmitArguments, SUBMIT_USAGE, type SubmitPlan } from '../core/submit/submit-arguments.js';
import { SUBMIT_VARIABLE, type SubmittedSettings } from '../driver/load-conf.js';

export interface SubmitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Talk, not data. */
  readonly stderr: { write(text: string): unknown };
  readonly stdout: { write(text: string): unknown };
  /** Ends the program when aborted, as SIGTERM would. */
  readonly signal?: AbortSignal;
  readonly version?: string;
}

const EXIT_USAGE = 2;

/** The whole of `spark submit`: reads arguments, runs the program, resolves with the exit code. */
export async function sparkSubmit(argv: readonly string[], options: SubmitOptions): Promise<number> {
  const read = parseSubmitArguments(argv);
  switch (read.kind) {
    case 'help':
      options.stdout.write(SUBMIT_USAGE);
      return 0;
    case 'version':
      options.stdout.write(`${options.version ?? 'mini-mesos'}\n`);
      return 0;
    case 'wrong':
      options.stderr.write(`spark submit: ${read.message}\n`);
      return EXIT_USAGE;
    case 'run':
      return runSubmitted(read.plan, options);
  }
}

/** Runs a program with its properties; resolves with its exit code, or 128 and the number of the signal that ended it. */
export async function runSubmitted(plan: SubmitPlan, { env, stderr, signal }: SubmitOptions): Promise<number> {
  for (const warning of plan.warnings) stderr.write(`spark submit: ${warning}\n`);
  const program = resolve(plan.program);
  const problem = programProblem(program, plan.program);
  if (problem !== undefined) {
    stderr.write(`spark submit: ${problem}\n`);
    return EXIT_USAGE;
  }
  const wrong = confProblem(plan);
  if (wrong !== undefined) {
    stderr.write(`spark submit: ${wrong}\n`);
    return EXIT_USAGE;
  }
  const propertiesFile = plan.propertiesFile ?? defaultPropertiesFile(env);
  const settings: SubmittedSettings = {
    conf: plan.conf,
    defaults: defaultMaster(env),
    ...(propertiesFile === undefined ? {} : { propertiesFile }),
  };
  const nodeArguments = heapArguments(plan.conf['spark.driver.memory']);
  if (plan.verbose) {
    stderr.write(`spark submit: ${[process.execPath, ...nodeArguments, program, ...plan.args].join(' ')}\n`);
    for (const [name, value] of Object.entries(settings.conf)) stderr.write(`spark submit: ${name}=${value}\n`);
    if (propertiesFile !== undefined) stderr.write(`spark submit: properties of ${propertiesFile}\n`);
  }
  return runProcess(
    [...nodeArguments, program, ...plan.args],
    { ...env, [SUBMIT_VARIABLE]: JSON.stringify(settings) },
    signal,
  );
}

/** Values that cannot be read are told here, not by a stack trace of the program. */
function confProblem({ conf }: SubmitPlan): string | undefined {
  try {
    SparkConf.check(conf);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function programProblem(program: string, asGiven: string): string | undefined {
  if (!existsSync(program)) return `${asGiven}: no such file`;
  const typescript = /\.[mc]?ts$/.test(program);
  const { typescript: understood } = process.features as { typescript?: unknown };
  if (!typescript || Boolean(understood)) return undefined;
  return `${asGiven}: this Node does not run TypeScript: compile it with tsc, or use Node 24`;
}

/** spark-defaults.conf where Spark looks for it. */
function defaultPropertiesFile(env: SubmitOptions['env']): string | undefined {
  const { SPARK_CONF_DIR: folder, SPARK_HOME: home } = env;
  const candidates = [folder, home === undefined ? undefined : join(home, 'conf')].flatMap((path) =>
    path === undefined ? [] : [join(path, 'spark-defaults.conf')],
  );
  return candidates.find((path) => existsSync(path));
}

/** Without --master and a properties file that names one: $MASTER as Spark reads it, then that of the other commands. */
function defaultMaster(env: SubmitOptions['env']): Record<string, string> {
  const master = env['MASTER'] ?? env['MESOS_MASTER'] ?? '';
  return master === '' ? {} : { 'spark.master': masterUrl(master) };
}

function heapArguments(memory: string | undefined): string[] {
  const bytes = memory === undefined ? undefined : parseBytes(memory, 'm');
  return typeof bytes === 'number' ? [`--max-old-space-size=${Math.floor(bytes / 1024 ** 2)}`] : [];
}

async function runProcess(
  args: readonly string[],
  env: SubmitOptions['env'],
  signal: AbortSignal | undefined,
): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  const stop = (): void => void child.kill('SIGTERM');
  // A terminal sends Ctrl-C to the child as well; this process only has to outlive it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', stop);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const [code, ended] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + (ended === null ? 0 : constants.signals[ended]);
  } finally {
    process.off('SIGINT', ignore);
    process.off('SIGTERM', stop);
    signal?.removeEventListener('abort', stop);
  }
}
