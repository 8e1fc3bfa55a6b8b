// The command line of `spark submit`: the options of Spark's spark-submit, as far as they mean something here.
import { nearestName } from '../nearest.js';

/** What is to be run, and how. */
export interface SubmitPlan {
  readonly program: string;
  readonly args: readonly string[];
  /** Properties from flags and --conf, which win over a properties file and lose to the program. */
  readonly conf: Readonly<Record<string, string>>;
  readonly propertiesFile?: string;
  readonly verbose: boolean;
  /** Options that were taken but have no effect. */
  readonly warnings: readonly string[];
}

export type SubmitArguments =
  | { readonly kind: 'run'; readonly plan: SubmitPlan }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Options that set a property. */
const PROPERTY_OPTIONS: Readonly<Record<string, string>> = {
  '--master': 'spark.master',
  '--name': 'spark.app.name',
  '--deploy-mode': 'spark.submit.deployMode',
  '--driver-memory': 'spark.driver.memory',
  '--driver-cores': 'spark.driver.cores',
  '--executor-memory': 'spark.executor.memory',
  '--executor-cores': 'spark.executor.cores',
  '--total-executor-cores': 'spark.cores.max',
  '--num-executors': 'spark.executor.instances',
};
/** Options of Spark about classes of the JVM and files of Python: taken with a word of warning. */
const IGNORED_OPTIONS = new Set([
  '--class',
  '--jars',
  '--files',
  '--py-files',
  '--driver-java-options',
  '--driver-class-path',
]);
const OTHER_OPTIONS = [
  '--conf',
  '--properties-file',
  '--supervise',
  '--verbose',
  '--version',
  '--help',
  '--kill',
  '--status',
];
const ALL_OPTIONS = [...Object.keys(PROPERTY_OPTIONS), ...IGNORED_OPTIONS, ...OTHER_OPTIONS];
const WITHOUT_VALUE = new Set(['--supervise', '--verbose', '--version', '--help']);

export const SUBMIT_USAGE = `Usage: mini-mesos spark submit [options] PROGRAM.js [arguments of the program]

Runs a program that calls SparkContext.connect, with these properties underneath its own.

  --master URL              mesos://host:port, mesos://zk://host:port,…/path, host:port, local[N], local[*]
  --name NAME               name of the application
  --conf NAME=VALUE         any Spark property; may be given several times
  --properties-file FILE    properties, one per line (default: conf/spark-defaults.conf of SPARK_HOME)
  --total-executor-cores N  at most so many cores in all (spark.cores.max)
  --executor-cores N        cores of one executor
  --executor-memory SIZE    memory of one executor, for example 2g (default: 1g)
  --driver-memory SIZE      heap of the program (default: Node's own)
  --deploy-mode client      where the program runs: here
  --verbose                 prints what is run
  --version, --help

Example: mini-mesos spark submit --master mesos://127.0.0.1:5050 --total-executor-cores 4 words.mjs 'docs/**/*.md'
`;

interface Reading {
  /** From --conf. */
  readonly conf: Record<string, string>;
  /** From options of their own, which win over --conf wherever they stand, as in Spark. */
  readonly flags: Record<string, string>;
  readonly warnings: string[];
  propertiesFile: string | undefined;
  verbose: boolean;
}

/** Reads the arguments after `spark submit`. */
export function parseSubmitArguments(argv: readonly string[]): SubmitArguments {
  const reading: Reading = { conf: {}, flags: {}, warnings: [], propertiesFile: undefined, verbose: false };
  let index = 0;
  for (; index < argv.length; index++) {
    const argument = argv[index] as string;
    if (argument === '--') {
      index++;
      break;
    }
    if (!argument.startsWith('-')) break;
    const [name, inline] = splitOption(argument);
    if (name === '--help' || name === '--version') return { kind: name === '--help' ? 'help' : 'version' };
    const takesValue = ALL_OPTIONS.includes(name) && !WITHOUT_VALUE.has(name);
    const value = inline ?? (takesValue ? argv[++index] : '');
    if (value === undefined) return wrong(`${name} needs a value`);
    const problem = readOption(name, value, reading);
    if (problem !== undefined) return wrong(problem);
  }
  const [program, ...args] = argv.slice(index);
  if (program === undefined) return wrong('which program? mini-mesos spark submit --help tells more');
  const { propertiesFile, flags, warnings, verbose } = reading;
  const conf = { ...reading.conf, ...flags };
  const plan = { program, args, conf, warnings, verbose };
  return { kind: 'run', plan: propertiesFile === undefined ? plan : { ...plan, propertiesFile } };
}

function wrong(message: string): SubmitArguments {
  return { kind: 'wrong', message };
}

function splitOption(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=');
  const name = at < 0 ? argument : argument.slice(0, at);
  return [SHORT[name] ?? name, at < 0 ? undefined : argument.slice(at + 1)];
}

const SHORT: Readonly<Record<string, string>> = { '-c': '--conf', '-v': '--verbose', '-h': '--help' };

function readOption(name: string, value: string, reading: Reading): string | undefined {
  const property = PROPERTY_OPTIONS[name];
  if (property !== undefined) return setProperty(property, value, reading.flags);
  if (IGNORED_OPTIONS.has(name)) {
    reading.warnings.push(`${name} has no effect: programs are JavaScript, and modules travel with sc.module`);
    return undefined;
  }
  switch (name) {
    case '--conf': {
      const at = value.indexOf('=');
      if (at <= 0) return `--conf ${value}: expected NAME=VALUE`;
      return setProperty(value.slice(0, at).trim(), value.slice(at + 1), reading.conf);
    }
    case '--properties-file':
      reading.propertiesFile = value;
      return undefined;
    case '--verbose':
      reading.verbose = true;
      return undefined;
    case '--supervise':
      reading.warnings.push('--supervise has an effect in cluster mode only');
      return undefined;
    case '--kill':
    case '--status':
      return `${name} asks a dispatcher, and this version runs programs in client mode only`;
    default:
      return unknownOption(name);
  }
}

function unknownOption(name: string): string {
  const meant = nearestName(name, ALL_OPTIONS);
  return `unknown option ${name}: ${meant === undefined ? 'mini-mesos spark submit --help lists them' : `did you mean ${meant}?`}`;
}

function setProperty(property: string, value: string, conf: Record<string, string>): string | undefined {
  if (property === 'spark.submit.deployMode' && value.toLowerCase() !== 'client') {
    return `--deploy-mode ${value}: this version runs programs in client mode only`;
  }
  conf[property] = property === 'spark.master' ? masterUrl(value) : value;
  return undefined;
}

/** The masters of other commands are host:port or zk://…; here they are mesos:// URLs. */
export function masterUrl(text: string): string {
  return text.startsWith('zk://') || /^[^/[\]\s]+:\d+$/.test(text) ? `mesos://${text}` : text;
}
