// What /version and GET_VERSION tell.
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The version of the Mesos API that we speak: three numbers, because clients call int() on the parts. */
export const API_VERSION = '1.12.0';

/** Body of /version, and VersionInfo of GET_VERSION. */
export interface VersionData {
  readonly build_date: string;
  /** Seconds since 1970. */
  readonly build_time: number;
  readonly build_user: string;
  /** Names our own package and its version, in a field that Mesos has: an exporter shows it without knowing us. */
  readonly git_branch: string;
  readonly git_sha: string;
  readonly version: string;
}

/** Our own package's version, such as 0.1.0. */
export function packageVersion(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
}

/** The time of the build is that of this file, which the compiler wrote. Read once. */
export function versionData(): VersionData {
  data ??= readVersionData();
  return data;
}

let data: VersionData | undefined;

function readVersionData(): VersionData {
  const builtAt = new Date(Math.floor(statSync(fileURLToPath(import.meta.url)).mtimeMs / 1000) * 1000);
  return {
    build_date: builtAt.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace('T', ' '),
    build_time: builtAt.getTime() / 1000,
    build_user: '',
    git_branch: `mini-mesos-${packageVersion()}`,
    git_sha: '',
    version: API_VERSION,
  };
}
