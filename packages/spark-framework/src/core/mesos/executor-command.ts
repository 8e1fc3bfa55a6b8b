// How Mesos starts an executor: from a package it fetches, from a home on the agents, or from this installation.
import type { CommandInfo } from '@mini-mesos/proto';
import type { SparkConf } from '../conf/spark-conf.js';

/** Where the executor's entry lies inside a home or an unpacked package. */
const ENTRY_IN_HOME = 'dist/executor/executor-main.js';

export interface CommandSpec {
  /** Options of the executor. */
  readonly executorArguments: readonly string[];
  /** Program and entry file of this installation, for when neither a URI nor a home is given. */
  readonly local: { readonly node: string; readonly entry: string };
  readonly token: string;
}

/** What runs the executor: a shell line, or a program with its arguments. */
export function executorCommandInfo(conf: SparkConf, spec: CommandSpec): CommandInfo {
  return { ...programOf(conf, spec), uris: uris(conf), environment: { variables: variables(conf, spec.token) } };
}

function programOf(conf: SparkConf, { executorArguments, local }: CommandSpec): CommandInfo {
  const uri = conf.text('spark.executor.uri');
  if (uri !== undefined) {
    const folder = basename(uri).split('.')[0] ?? '';
    const line = ['exec', 'node', ENTRY_IN_HOME, ...executorArguments].map(shellQuoted).join(' ');
    return { shell: true, value: `cd ${folder}* && ${line}` };
  }
  const home = conf.text('spark.mesos.executor.home');
  if (home !== undefined) {
    const line = ['exec', 'node', `${home}/${ENTRY_IN_HOME}`, ...executorArguments].map(shellQuoted).join(' ');
    return { shell: true, value: line };
  }
  return { shell: false, value: local.node, arguments: ['node', local.entry, ...executorArguments] };
}

/** True when executors run this installation's files, which only agents on this machine (or a shared disk) can. */
export function usesLocalInstallation(conf: SparkConf): boolean {
  return conf.text('spark.executor.uri') === undefined && conf.text('spark.mesos.executor.home') === undefined;
}

function basename(uri: string): string {
  return uri.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
}

function uris(conf: SparkConf): CommandInfo.URI[] {
  const cache = conf.boolean('spark.mesos.fetcherCache.enable');
  const executor = conf.text('spark.executor.uri');
  const more = (conf.text('spark.mesos.uris') ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
  return [...(executor === undefined ? [] : [executor]), ...more].map((value) => ({ value, cache }));
}

function variables(conf: SparkConf, token: string): { name: string; value: string; type: 'VALUE' }[] {
  const given = { ...conf.withPrefix('spark.executorEnv.'), SPARK_EXECUTOR_TOKEN: token };
  return Object.entries(given).map(([name, value]) => ({ name, value, type: 'VALUE' }));
}

/** A word of a shell line. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
