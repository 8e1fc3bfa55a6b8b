// Reads the arguments of a command into assignments of flags. Pure.
import type { FlagNames } from './names.js';

/** One value for one flag, as it was written. */
export interface Assignment {
  /** The flag's name in the schema. */
  readonly name: string;
  /** The name it was given by: an alias, perhaps. */
  readonly given: string;
  /** Undefined for a boolean flag without a value. */
  readonly text: string | undefined;
  readonly negated: boolean;
  /** The argument, the variable or the file: for messages. */
  readonly place: string;
}

export interface CommandLine {
  readonly assignments: readonly Assignment[];
  readonly positionals: readonly string[];
  readonly errors: readonly string[];
}

/**
 * `--name=value`, `--name value` (not for booleans), `--name`, `--no-name`; `-` and `_` are the same in names; a letter
 * stands for a flag where the schema says so. `--` ends the flags.
 */
export function readCommandLine(argv: readonly string[], names: FlagNames): CommandLine {
  const assignments: Assignment[] = [];
  const positionals: string[] = [];
  const errors: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    if (!looksLikeFlag(argument)) {
      positionals.push(argument);
      continue;
    }
    const [place, written] = split(argument);
    const found = names.find(place);
    if (!found) {
      errors.push(names.unknown(place));
      continue;
    }
    let text = written;
    const next = argv[index + 1];
    if (text === undefined && found.takesValue && next !== undefined && !next.startsWith('--')) {
      text = next;
      index += 1;
    }
    assignments.push({ ...found, text, place });
  }
  return { assignments, positionals, errors };
}

/** `-5` is a number, `-` stands for standard input. */
const looksLikeFlag = (argument: string): boolean => argument.startsWith('--') || /^-[a-z]/i.test(argument);

function split(argument: string): [place: string, text: string | undefined] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}
