// The command line: finds the command, reads its flags, runs it, and turns how it ended into an exit code.
import { constants } from 'node:os';
import { API_VERSION, asksFor, fileReaders, helpText, loadFlags, packageVersion } from '@mini-mesos/daemon';
import { CONNECTION_VARIABLES } from './commands/command.js';
import type { AnyCommand } from './commands/command.js';
import { COMMAND_GROUPS, COMMANDS } from './commands/registry.js';
import { chooseCommand } from './core/arguments/choose-command.js';
import { EXIT, UsageError } from './errors.js';
import { openTerminal } from './output/terminal.js';
import type { Terminal } from './output/terminal.js';

export interface MainOptions {
  /** Arguments after the program's own. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Runs one command on this process: its streams and its signals. Resolves with the exit code. */
export async function main({ argv, env }: MainOptions): Promise<number> {
  const interruption = new AbortController();
  const { stdin, stdout, stderr } = process;
  const terminal = openTerminal({ stdin, stdout, stderr, env, onClosed: () => interruption.abort() });
  const release = catchSignals(interruption, terminal);
  try {
    return await dispatch(argv, { env, terminal, interrupted: interruption.signal });
  } catch (error) {
    return failed(error, { terminal, interrupted: interruption.signal });
  } finally {
    release();
  }
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

async function dispatch(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  const names = COMMANDS.map(({ name }) => name);
  const choice = chooseCommand(argv, names);
  switch (choice.kind) {
    case 'help':
      terminal.print(overview(choice.prefix));
      return EXIT.ok;
    case 'version':
      terminal.print(versionText());
      return EXIT.ok;
    case 'wrong':
      throw new UsageError(choice.message);
    case 'command': {
      const command = await COMMANDS.find(({ name }) => name === choice.name)?.load();
      if (!command) throw new Error(`command ${choice.name} is not there`);
      return run(command, choice.argv, surroundings);
    }
  }
}

async function run(command: AnyCommand, given: readonly string[], surroundings: Surroundings): Promise<number> {
  const { env, terminal, interrupted } = surroundings;
  const argv = command.rewrite?.(given) ?? given;
  const ours = command.isRaw === true ? [] : argv;
  if (asksFor(ours, 'help')) {
    terminal.print(commandHelp(command));
    return EXIT.ok;
  }
  // Only daemons have it, as Mesos' do.
  if (Object.hasOwn(command.flags, 'version') && asksFor(ours, 'version')) {
    terminal.print(versionText());
    return EXIT.ok;
  }
  const visible = command.environment === 'all' ? env : only(env, CONNECTION_VARIABLES);
  const loaded = loadFlags(command.flags, { argv: ours, env: visible, ...fileReaders });
  if (!loaded.ok) throw new UsageError(loaded.errors.join('\n'));
  const { values, positionals, warnings } = loaded;
  checkCount(command, positionals);
  // Daemons log them.
  if (command.environment === 'connection') for (const warning of warnings) terminal.say(warning);
  return command.run({ values, loaded, positionals, argv, env, terminal, interrupted });
}

function only(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function checkCount(
  { name, positionals: form = '', positionalsCount: [min, max] = [0, 0] }: AnyCommand,
  given: readonly string[],
): void {
  const usage = `usage: mini-mesos ${name} [flags] ${form}`.trimEnd();
  if (given.length < min) throw new UsageError(`${name} needs ${form}\n${usage}`);
  const extra = given[max];
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}\n${usage}`);
}

function commandHelp(command: AnyCommand): string {
  const { name, summary, examples, environment, positionals, flags, helpFlags = flags } = command;
  return helpText(helpFlags, {
    command: `mini-mesos ${name}`,
    summary,
    examples,
    envPrefix: environment === 'all' ? 'MESOS_' : null,
    ...(positionals !== undefined && { positionals }),
  }).trimEnd();
}

function overview(prefix: string | undefined): string {
  const groups = COMMAND_GROUPS.map(({ title, entries }) => ({
    title,
    entries: entries.filter(({ name }) => prefix === undefined || name.startsWith(`${prefix} `)),
  })).filter(({ entries }) => entries.length > 0);
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = groups.flatMap(({ title, entries }) => [
    '',
    `${title}:`,
    ...entries.map(({ name, title: what }) => `  ${name.padEnd(width)}  ${what}`),
  ]);
  return [
    `Usage: mini-mesos ${prefix === undefined ? '' : `${prefix} `}COMMAND [flags]`,
    ...lines,
    '',
    'mini-mesos COMMAND --help tells the flags of a command. Clients find the master by --master, $MESOS_MASTER, or at',
    '127.0.0.1:5050.',
  ].join('\n');
}

const versionText = (): string => `mini-mesos ${packageVersion()} (Mesos API ${API_VERSION})`;

/** Exit codes of shells for a program that a signal ended. */
const SIGNALLED = 128;

/** The first signal asks the command to end, the second ends the process. */
function catchSignals(interruption: AbortController, terminal: Terminal): () => void {
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (interruption.signal.aborted) process.exit(SIGNALLED + constants.signals[signal]);
    if (signal === 'SIGINT' && terminal.isTalkTerminal) terminal.say('');
    interruption.abort(signal);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}

function failed(error: unknown, { terminal, interrupted }: Pick<Surroundings, 'interrupted' | 'terminal'>): number {
  // The reader of our data has had enough: `mini-mesos tasks | head`.
  if (terminal.isClosed) return EXIT.ok;
  if (interrupted.aborted && error instanceof Error && error.name === 'AbortError') return EXIT.failure;
  if (error instanceof UsageError) {
    for (const line of error.message.split('\n')) terminal.say(`${terminal.paintTalk('red', 'mini-mesos')}: ${line}`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.say(`${terminal.paintTalk('red', 'mini-mesos')}: ${message}`);
  if (isMistakeOfOurs(error)) terminal.say(error.stack ?? '');
  return EXIT.failure;
}

/** What no input should lead to: the stack is for whoever reports it. */
const isMistakeOfOurs = (error: unknown): error is Error =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
