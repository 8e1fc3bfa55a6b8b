// The text of --help: every flag with what it does, its default, its unit, its variable and an example. Pure.
import { ENV_PREFIX } from './load.js';
import type { Flag, FlagSchema } from './schema.js';

export interface HelpOptions {
  /** `mini-mesos master`. */
  command: string;
  summary: string;
  /** Whole command lines. */
  examples?: readonly string[];
  /** Default `MESOS_`; null shows no variables. */
  envPrefix?: string | null;
  /** What follows the flags: `COMMAND ARG…`. */
  positionals?: string;
}

const WIDTH = 100;
const INDENT = '      ';

export function helpText(schema: FlagSchema, options: HelpOptions): string {
  const { command, summary, examples = [], envPrefix = ENV_PREFIX, positionals } = options;
  const usage = ['Usage:', command, '[flags]', ...(positionals === undefined ? [] : [positionals])].join(' ');
  const flags = Object.entries(schema).map(([name, flag]) => flagText(name, flag as Flag<unknown>, envPrefix));
  const shown = examples.length > 0 ? ['Examples:', ...examples.map((line) => `  ${line}`), ''] : [];
  return [usage, '', ...wrap(summary, ''), '', 'Flags:', ...flags, '', ...shown].join('\n');
}

function flagText(name: string, flag: Flag<unknown>, envPrefix: string | null): string {
  const { options, kind } = flag;
  const value = kind === 'bool' ? `--[no-]${name}` : `--${name}=VALUE`;
  const title = `  ${options.short === undefined ? '' : `-${options.short}, `}${value}`;
  const facts = [
    initialText(flag),
    options.unit === undefined ? undefined : `unit: ${options.unit}`,
    options.example === undefined ? undefined : `example: --${name}=${options.example}`,
    envPrefix === null ? undefined : `env: ${envPrefix}${name.toUpperCase()}`,
    options.aliases && options.aliases.length > 0 ? `deprecated: --${options.aliases.join(', --')}` : undefined,
  ].filter((fact) => fact !== undefined);
  return [title, ...wrap(options.help, INDENT), ...wrap(`(${facts.join('; ')})`, INDENT)].join('\n');
}

function initialText({ initial, print, options }: Flag<unknown>): string {
  if (options.required === true) return 'required';
  if (initial === undefined || initial === null) return 'default: none';
  return `default: ${options.secret === true ? '[redacted]' : print(initial)}`;
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
