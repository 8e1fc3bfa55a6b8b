// Gathers the configuration of an application: what the program says, what `spark submit` passed on, a properties file.
import { readFile } from 'node:fs/promises';
import { parsePropertiesFile } from '../core/conf/properties-file.js';
import { SparkConf, type ConfValues } from '../core/conf/spark-conf.js';

export interface ConnectOptions {
  /** Short for spark.master; without any, what submit says, then local[*]. */
  readonly master?: string;
  /** Short for spark.app.name. */
  readonly appName?: string;
  readonly conf?: ConfValues;
  /** Where progress and warnings are shown; process.stderr when absent. */
  readonly terminal?: NodeJS.WriteStream;
}

/** How `spark submit` hands its settings to the program: JSON with `conf` and `propertiesFile`. */
export const SUBMIT_VARIABLE = 'MINI_MESOS_SPARK_SUBMIT';

export interface SubmittedSettings {
  readonly conf: Readonly<Record<string, string>>;
  /** Weaker than the properties file. */
  readonly defaults?: Readonly<Record<string, string>>;
  readonly propertiesFile?: string;
}

/** Throws when the file cannot be read or a value makes no sense. */
export async function loadConf({ master, appName, conf = {} }: ConnectOptions): Promise<SparkConf> {
  const submitted = process.env[SUBMIT_VARIABLE];
  const settings: SubmittedSettings =
    submitted === undefined ? { conf: {} } : (JSON.parse(submitted) as SubmittedSettings);
  const { propertiesFile, defaults } = settings;
  const given = propertiesFile === undefined ? {} : parsePropertiesFile(await readProperties(propertiesFile));
  const file = { ...defaults, ...environment(), ...given };
  const program = {
    ...conf,
    ...(master === undefined ? {} : { 'spark.master': master }),
    ...(appName === undefined ? {} : { 'spark.app.name': appName }),
  };
  return new SparkConf({ program, submit: settings.conf, file });
}

/** What Spark reads from the environment, where no property says it. */
function environment(): Record<string, string> {
  const uri = process.env['SPARK_EXECUTOR_URI'] ?? '';
  return uri === '' ? {} : { 'spark.executor.uri': uri };
}

async function readProperties(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `--properties-file ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
