// What a URI of a command means: where to get it, what to call it in the sandbox, whether to unpack it
// (src/launcher/fetcher.cpp and src/slave/containerizer/fetcher.cpp of Mesos).
import type { CommandInfo } from '@mini-mesos/proto';

export type Source = { kind: 'local'; path: string } | { kind: 'http'; url: string };
export type Unpacking = 'tar' | 'gzip' | 'zip';

export interface FetchPlan {
  readonly uri: string;
  readonly source: Source;
  /** Relative to the sandbox, without `..`. */
  readonly name: string;
  readonly executable: boolean;
  readonly unpacking: Unpacking | undefined;
}

export type Planned = { ok: true; plan: FetchPlan } | { ok: false; error: string };

const TAR_NAME = /\.(tar|tgz|tar\.gz|tbz2|tar\.bz2|txz|tar\.xz)$/;

function unpackingOf(name: string): Unpacking | undefined {
  if (TAR_NAME.test(name)) return 'tar';
  if (name.endsWith('.zip')) return 'zip';
  return name.endsWith('.gz') ? 'gzip' : undefined;
}

export function planFetch(given: CommandInfo.URI, frameworksHome: string): Planned {
  const uri = given.value.trim();
  const refused = (error: string): Planned => ({ ok: false, error: `cannot fetch '${given.value}': ${error}` });
  if (/[\0\n\r]/.test(uri)) return refused('it holds a line end or a zero byte');
  const source = sourceOf(uri, frameworksHome);
  if (typeof source === 'string') return refused(source);
  // As in Mesos the query counts as part of the name, unless there is an output file.
  const name = given.output_file ?? uri.slice(uri.lastIndexOf('/') + 1);
  const bad = badName(name);
  if (bad !== undefined) return refused(bad);
  const executable = given.executable ?? false;
  const extract = (given.extract ?? true) && !executable;
  return { ok: true, plan: { uri, source, name, executable, unpacking: extract ? unpackingOf(name) : undefined } };
}

function sourceOf(uri: string, frameworksHome: string): Source | string {
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(uri) ?? [];
  switch (scheme?.toLowerCase()) {
    case 'http':
    case 'https':
      return URL.canParse(uri) ? { kind: 'http', url: uri } : 'it is no valid URL';
    case 'file': {
      const path = uri.replace(/^file:\/\/(localhost)?/i, '');
      return path.startsWith('/') ? { kind: 'local', path } : "expected an absolute path after 'file://'";
    }
    case undefined:
      if (uri.startsWith('/')) return { kind: 'local', path: uri };
      if (frameworksHome === '') return 'it is a relative path, which needs --frameworks_home';
      return { kind: 'local', path: `${frameworksHome}/${uri}` };
    default:
      return `nothing here fetches ${scheme}:// (expected http, https, file or a path)`;
  }
}

function badName(name: string): string | undefined {
  if (name === '' || name.endsWith('/')) return 'it names no file; give it an output_file';
  const parts = name.split('/');
  if (name.startsWith('/') || parts.includes('..') || parts.includes('.')) {
    return `the name '${name}' does not stay inside the sandbox`;
  }
  return undefined;
}
