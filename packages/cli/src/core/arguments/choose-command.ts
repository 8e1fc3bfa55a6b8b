// Which command the arguments name: one word, or two (`spark submit`). Where there are both (`quota`, `quota set`), the
// shorter takes no words of its own. Pure.
import { nearest } from '@mini-mesos/daemon';

/** Suggestions are at most this many edits away, or a third of the word. */
const EDITS_MAX = 2;

export type Choice =
  | { readonly kind: 'command'; readonly name: string; readonly argv: readonly string[] }
  /** The list of commands, or of those that begin with `prefix`. */
  | { readonly kind: 'help'; readonly prefix: string | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

export function chooseCommand(argv: readonly string[], names: readonly string[]): Choice {
  const [first, second, ...rest] = argv;
  if (first === undefined) return { kind: 'wrong', message: 'which command? mini-mesos --help lists them' };
  if (isHelpFlag(first)) return { kind: 'help', prefix: undefined };
  if (first === 'version' || first === '--version' || first === '-V') return { kind: 'version' };
  if (first === 'help') return helpOn(argv.slice(1), names);
  if (first.startsWith('-')) {
    return { kind: 'wrong', message: `unknown flag ${first}: expected a command before flags, see mini-mesos --help` };
  }
  const isName = names.includes(first);
  const isFirstOfTwo = isPrefix(first, names);
  if (isName && (!isFirstOfTwo || second === undefined || second.startsWith('-'))) {
    return { kind: 'command', name: first, argv: argv.slice(1) };
  }
  if (!isFirstOfTwo) return { kind: 'wrong', message: unknown(first, names) };
  if (second === undefined || isHelpFlag(second)) return { kind: 'help', prefix: first };
  const pair = `${first} ${second}`;
  if (names.includes(pair)) return { kind: 'command', name: pair, argv: rest };
  return { kind: 'wrong', message: unknown(pair, names) };
}

const isHelpFlag = (argument: string): boolean => argument === '--help' || argument === '-h';

const isPrefix = (word: string, names: readonly string[]): boolean => names.some((name) => name.startsWith(`${word} `));

function helpOn(words: readonly string[], names: readonly string[]): Choice {
  const wanted = words.filter((word) => !word.startsWith('-')).join(' ');
  if (wanted === '') return { kind: 'help', prefix: undefined };
  if (names.includes(wanted)) return { kind: 'command', name: wanted, argv: ['--help'] };
  if (isPrefix(wanted, names)) return { kind: 'help', prefix: wanted };
  if (wanted === 'help' || wanted === 'version') return { kind: 'help', prefix: undefined };
  return { kind: 'wrong', message: unknown(wanted, names) };
}

function unknown(word: string, names: readonly string[]): string {
  const meant = nearest(word, [...names, 'help', 'version'], EDITS_MAX);
  const hint = meant === undefined ? 'mini-mesos --help lists them' : `did you mean ${meant}?`;
  return `unknown command ${word}: ${hint}`;
}
