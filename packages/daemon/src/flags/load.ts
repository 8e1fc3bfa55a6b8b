// Loads flags from the command line, the environment, a configuration directory and the defaults, in that order of
// precedence. Pure but for the readers that are passed in; every problem is reported, not only the first.
import { failure } from '../units/result.js';
import type { Result } from '../units/result.js';
import { readCommandLine } from './command-line.js';
import type { Assignment } from './command-line.js';
import { readConfigDir } from './config-dir.js';
import { readEnvironment } from './environment.js';
import type { Layer } from './environment.js';
import { FlagNames, normal } from './names.js';
import type { Flag, FlagSchema, FlagValues } from './schema.js';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

export interface FlagSources {
  /** Arguments after the name of the command. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; throws where there is none. */
  readFile: (path: string) => string;
  /** What a directory holds; throws where there is none. */
  listDirectory: (path: string) => readonly DirectoryEntry[];
  /** Default `MESOS_`; null reads nothing from the environment. */
  envPrefix?: string | null;
}

/** Where a value came from; `place` is the argument, the variable or the file. */
export interface FlagOrigin {
  readonly source: 'command-line' | 'environment' | 'config-dir' | 'default' | 'unset';
  readonly place?: string;
}

export interface LoadedFlags<S extends FlagSchema> {
  readonly ok: true;
  readonly values: FlagValues<S>;
  readonly origins: { readonly [N in keyof S]: FlagOrigin };
  readonly warnings: readonly string[];
  /** Arguments that are no flags, and all after `--`. */
  readonly positionals: readonly string[];
  /** For /flags: every flag that has a value, as text, under the name it was given by; secrets are redacted. */
  readonly printable: () => Record<string, string>;
}

export interface FlagsRefused {
  readonly ok: false;
  /** One sentence each; at least one. */
  readonly errors: readonly string[];
}

export const ENV_PREFIX = 'MESOS_';
const FILE_SCHEME = 'file://';
const REDACTED = '[redacted]';
/** The flag that names the configuration directory, where a schema has it. */
const CONFIG_DIR = 'config_dir';

/** What one flag came to. */
interface Settled {
  readonly value: unknown;
  readonly origin: FlagOrigin;
  /** Name and text for /flags. */
  readonly shownAs: string;
  readonly text: string | undefined;
}

export function loadFlags<S extends FlagSchema>(schema: S, sources: FlagSources): LoadedFlags<S> | FlagsRefused {
  const loading = new Loading(schema, sources);
  const { positionals } = loading.readArguments();
  loading.readVariables();
  loading.readDirectory();
  const settled = loading.settle();
  const { errors, warnings } = loading;
  if (errors.length > 0) return { ok: false, errors };
  const pick = <T>(of: (one: Settled) => T) =>
    Object.fromEntries([...settled].map(([name, one]) => [name, of(one)] as const));
  return {
    ok: true,
    values: pick((one) => one.value) as FlagValues<S>,
    origins: pick((one) => one.origin) as LoadedFlags<S>['origins'],
    warnings,
    positionals,
    printable: () => printable(settled),
  };
}

/** Whether `--help` (or another boolean flag) is asked for, whatever else the arguments hold. */
export function asksFor(argv: readonly string[], name: string): boolean {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  return flags.some((argument) => normal(argument) === `__${normal(name)}` || (name === 'help' && argument === '-h'));
}

class Loading {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly #schema: FlagSchema;
  readonly #sources: FlagSources;
  readonly #names: FlagNames;
  /** The first layer that sets a flag wins. */
  readonly #set = new Map<string, { assignment: Assignment; source: FlagOrigin['source'] }>();

  constructor(schema: FlagSchema, sources: FlagSources) {
    this.#schema = schema;
    this.#sources = sources;
    this.#names = new FlagNames(schema);
  }

  readArguments(): { positionals: readonly string[] } {
    const line = readCommandLine(this.#sources.argv, this.#names);
    this.#take(line, 'command-line');
    return line;
  }

  readVariables(): void {
    const { env, envPrefix = ENV_PREFIX } = this.#sources;
    if (envPrefix !== null) this.#take(readEnvironment(env, envPrefix, this.#names), 'environment');
  }

  readDirectory(): void {
    const assigned = this.#set.get(CONFIG_DIR);
    const directory = assigned?.assignment.text ?? (this.#schema[CONFIG_DIR]?.initial as string | undefined);
    if (directory === undefined || directory === '') return;
    try {
      const layer = readConfigDir(withoutScheme(directory), this.#sources, this.#names);
      this.#take(layer, 'config-dir');
    } catch (error) {
      // A directory that nobody asked for may be missing.
      if (assigned) this.errors.push(`--config_dir: cannot read ${directory}: ${(error as Error).message}`);
    }
  }

  /** The value of every flag, in the order of the schema. */
  settle(): ReadonlyMap<string, Settled> {
    const settled = new Map<string, Settled>();
    for (const [name, flag] of Object.entries(this.#schema)) {
      const set = this.#set.get(name);
      if (set) settled.set(name, this.#settleGiven(flag, set));
      else settled.set(name, this.#settleInitial(name, flag));
    }
    return settled;
  }

  #take(layer: Layer, source: FlagOrigin['source']): void {
    this.errors.push(...layer.errors);
    const taken = new Map<string, Assignment>();
    for (const assignment of layer.assignments) {
      const { name, given, place } = assignment;
      const earlier = taken.get(name);
      if (earlier) {
        this.errors.push(`${place}: --${name} is given twice, first as ${earlier.place}: expected it once`);
        continue;
      }
      taken.set(name, assignment);
      if (given !== name) this.warnings.push(`${place} is a deprecated name: use --${name}`);
      if (!this.#set.has(name)) this.#set.set(name, { assignment, source });
    }
  }

  #settleInitial(name: string, { initial, print, options }: Flag<unknown>): Settled {
    if (initial !== undefined && initial !== null) {
      return { value: initial, origin: { source: 'default' }, shownAs: name, text: shown(options, print(initial)) };
    }
    if (options.required === true) {
      this.errors.push(`--${name} is required: ${options.help}`);
    }
    return { value: undefined, origin: { source: 'unset' }, shownAs: name, text: undefined };
  }

  #settleGiven(
    flag: Flag<unknown>,
    { assignment, source }: { assignment: Assignment; source: FlagOrigin['source'] },
  ): Settled {
    const { place, text, given } = assignment;
    const origin = { source, place };
    const parsed = this.#parse(flag, assignment);
    if (!parsed.ok) {
      // A secret that cannot be read must not end up in a log.
      const reason = flag.options.secret === true ? 'cannot read the value' : parsed.error;
      this.errors.push(`${place}: ${reason}`);
      return { value: undefined, origin, shownAs: given, text: undefined };
    }
    const printed = flag.print(parsed.value as object);
    const isFile = text?.startsWith(FILE_SCHEME) === true;
    return {
      value: parsed.value,
      origin,
      shownAs: given,
      text: flag.options.secret === true && isFile ? text : shown(flag.options, printed),
    };
  }

  #parse(flag: Flag<unknown>, { name, text, negated }: Assignment): Result<unknown> {
    if (flag.kind !== 'bool' && negated) return failure(`--${name} holds a value and cannot be negated`);
    if (flag.kind === 'bool' && negated) {
      return text === undefined || text === '' ? flag.parse('false') : failure(`expected no value, got '${text}'`);
    }
    if (flag.kind === 'bool') return this.#parseText(flag, text ?? 'true');
    return text === undefined ? failure(`--${name} expects a value: --${name}=VALUE`) : this.#parseText(flag, text);
  }

  /** `file://` values stand for what the file holds. */
  #parseText(flag: Flag<unknown>, text: string): Result<unknown> {
    if (flag.kind === 'path') return flag.parse(withoutScheme(text));
    const isPath = text.startsWith(FILE_SCHEME) || (flag.kind === 'json' && text.startsWith('/'));
    if (!isPath) return flag.parse(text);
    const path = withoutScheme(text);
    let content: string;
    try {
      content = this.#sources.readFile(path);
    } catch (error) {
      return failure(`cannot read the file ${path}: ${(error as Error).message}`);
    }
    return flag.parse(content.trim());
  }
}

const withoutScheme = (text: string): string => (text.startsWith(FILE_SCHEME) ? text.slice(FILE_SCHEME.length) : text);

const shown = ({ secret }: { secret?: boolean }, printed: string): string => (secret === true ? REDACTED : printed);

function printable(settled: ReadonlyMap<string, Settled>): Record<string, string> {
  const entries = [...settled.values()].flatMap(({ shownAs, text }) => (text === undefined ? [] : [[shownAs, text]]));
  return Object.fromEntries(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))) as Record<string, string>;
}
