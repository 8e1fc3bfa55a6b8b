// Tells the arguments for one reader from those for another: `local` passes its flags on to a master and to agents. Pure.
import type { FlagSchema } from '@mini-mesos/daemon';

/** The arguments that set flags of `schema`, as `--name=value`, and those that do not. */
export function partition(
  argv: readonly string[],
  all: FlagSchema,
  isMine: (name: string) => boolean,
): { mine: readonly string[]; others: readonly string[] } {
  const mine: string[] = [];
  const others: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const token = tokenOf(argv, index, all);
    if (token.kind === 'end') break;
    const taken = argv.slice(index, index + token.length);
    const chosen = token.kind === 'flag' && token.name !== undefined && isMine(token.name) ? mine : others;
    if (token.kind === 'flag') chosen.push(...(taken.length > 1 ? [`${taken[0]}=${taken[1]}`] : taken));
    index += token.length - 1;
  }
  return { mine, others };
}

type Token =
  | { kind: 'end'; length: 1 }
  | { kind: 'positional'; length: 1 }
  | { kind: 'flag'; name: string | undefined; text: string | undefined; length: 1 | 2 };

/** As the plain rules read it: `--name=value`, `--name value` where the flag takes one, `-x` where it has a letter. */
function tokenOf(argv: readonly string[], index: number, schema: FlagSchema): Token {
  const argument = argv[index] ?? '';
  if (argument === '--') return { kind: 'end', length: 1 };
  if (!argument.startsWith('--') && !/^-[a-z]/i.test(argument)) return { kind: 'positional', length: 1 };
  const equals = argument.indexOf('=');
  const written = equals < 0 ? argument : argument.slice(0, equals);
  const plain = nameOf(written, schema);
  const name = plain ?? nameOf(written.replace(/^--no[-_]/i, '--'), schema);
  if (equals >= 0) return { kind: 'flag', name, text: argument.slice(equals + 1), length: 1 };
  const next = argv[index + 1];
  const takesNext = plain !== undefined && schema[plain]?.kind !== 'bool' && next !== undefined;
  return takesNext && !next.startsWith('--')
    ? { kind: 'flag', name, text: next, length: 2 }
    : { kind: 'flag', name, text: undefined, length: 1 };
}

function nameOf(written: string, schema: FlagSchema): string | undefined {
  if (!written.startsWith('--')) {
    return Object.keys(schema).find((name) => schema[name]?.options.short === written.slice(1));
  }
  const name = written.slice(2).toLowerCase().replaceAll('-', '_');
  if (Object.hasOwn(schema, name)) return name;
  return Object.keys(schema).find((known) => schema[known]?.options.aliases?.includes(name));
}
