// Looks up what the framework authenticates with.
import { readFile } from 'node:fs/promises';
import type { SparkConf } from '../core/conf/spark-conf.js';
import { chooseCredentials, type CredentialSource, type Credentials } from '../core/mesos/credentials.js';

/** Throws when a file is missing or only a secret is set. */
export async function readCredentials(conf: SparkConf): Promise<Credentials> {
  const principal = await source(
    conf.text('spark.mesos.principal'),
    conf.text('spark.mesos.principal.file'),
    'SPARK_MESOS_PRINCIPAL',
  );
  const secret = await source(
    conf.text('spark.mesos.secret'),
    conf.text('spark.mesos.secret.file'),
    'SPARK_MESOS_SECRET',
  );
  const chosen = chooseCredentials(principal, secret);
  if ('error' in chosen) throw new Error(chosen.error);
  return chosen;
}

async function source(
  value: string | undefined,
  file: string | undefined,
  variable: string,
): Promise<CredentialSource> {
  const environmentFile = process.env[`${variable}_FILE`];
  return {
    value,
    environment: process.env[variable],
    file: await content(file),
    environmentFile: await content(environmentFile),
  };
}

async function content(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : readFile(path, 'utf8');
}
