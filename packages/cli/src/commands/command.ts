// What a command is, and what it is given to run.
import type { FlagSchema, FlagValues, LoadedFlags } from '@mini-mesos/daemon';
import type { Terminal } from '../output/terminal.js';

interface Invocation<S extends FlagSchema> {
  readonly values: FlagValues<S>;
  /** With where each value came from. */
  readonly loaded: LoadedFlags<S>;
  /** Arguments that are no flags. */
  readonly positionals: readonly string[];
  /** As they were written, after the name of the command. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Aborted by the first SIGINT or SIGTERM, and where nobody reads stdout any more. The second signal ends the process. */
  readonly interrupted: AbortSignal;
}

export interface Command<S extends FlagSchema> {
  /** `tasks`, `spark submit`. */
  readonly name: string;
  /** One or two sentences for --help. */
  readonly summary: string;
  /** What follows the flags: `TASK [FILE]`. */
  readonly positionals?: string;
  /** How many there may be; [0, 0] unless given. */
  readonly positionalsCount?: readonly [min: number, max: number];
  /** Whole command lines. */
  readonly examples: readonly string[];
  readonly flags: S;
  /** Those that --help lists, where it would be too many. */
  readonly helpFlags?: FlagSchema;
  /**
   * 'all': every flag can come from a variable, as in Mesos' daemons. 'connection': only how to reach a master, because
   * a command that is run where a daemon's or an executor's variables are set must not take them for its own.
   */
  readonly environment: 'all' | 'connection';
  /** Reads its arguments itself, `--help` too: only `argv` of the invocation counts. */
  readonly isRaw?: boolean;
  /** Where a flag's text cannot say it: `-n20` for `-n 20`. */
  readonly rewrite?: (argv: readonly string[]) => readonly string[];
  /** The exit code. Throws UsageError and CommandError. */
  run(invocation: Invocation<S>): Promise<number>;
}

// eslint-disable-next-line typescript/no-explicit-any -- a list of commands mixes schemas; `command` keeps each apart
export type AnyCommand = Command<any>;

export const command = <const S extends FlagSchema>(definition: Command<S>): Command<S> => definition;

/** What commands with the environment 'connection' read of it. Here, because nothing has to be loaded for it. */
export const CONNECTION_VARIABLES: readonly string[] = ['MESOS_MASTER', 'MESOS_PRINCIPAL', 'MESOS_SECRET'];
