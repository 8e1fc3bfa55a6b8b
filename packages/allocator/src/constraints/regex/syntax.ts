// Reads regular expressions in RE2's syntax into trees. What RE2 lacks, because it cannot be matched in linear time
// (look-around, references back to groups), is refused with RE2's words; so is what this reader lacks: Unicode classes
// (\p{Greek}), \C and octal numbers.
import { ANY, ASCII_CLASSES, complement, PERL_CLASSES } from './code-points.js';
import type { CodePointRange, CodePointSet } from './code-points.js';

/** Where in the text, between characters. */
export type Place = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary';

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CodePointSet }
  | { readonly kind: 'at'; readonly place: Place }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly node: RegexNode; readonly min: number; readonly max: number }
  /** Remembered by RE2, which costs it two instructions. */
  | { readonly kind: 'capture'; readonly node: RegexNode };

/** The message is RE2's. */
export class RegexSyntaxError extends Error {}

/** RE2's limit on the numbers in {n,m}. */
const REPEAT_MAX = 1_000;

/** Groups inside groups. Far below what the stack bears, far above what fits into a program. */
const NESTING_MAX = 200;

interface Flags {
  /** i: case does not matter. */
  isFolded: boolean;
  /** s: `.` is also a line end. */
  dotIsAll: boolean;
  /** m: ^ and $ are also at line ends. */
  isMultiLine: boolean;
}

const ESCAPED_CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const ESCAPED_PLACES: Readonly<Record<string, Place>> = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
};
const NEW_LINE = { first: 10, last: 10 };

const fail = (what: string, where: string): never => {
  throw new RegexSyntaxError(`${what}: ${where}`);
};

const isPunctuation = (character: string): boolean => character < '\u0080' && !/[\w]/.test(character);

class Reader {
  readonly #characters: readonly string[];
  #at = 0;
  #nesting = 0;
  #flags: Flags = { isFolded: false, dotIsAll: false, isMultiLine: false };

  constructor(pattern: string) {
    this.#characters = Array.from(pattern);
  }

  readAll(): RegexNode {
    const node = this.#choice();
    if (this.#peek() !== undefined) fail('unexpected )', this.#text(0, this.#characters.length));
    return node;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #next(): string | undefined {
    return this.#characters[this.#at++];
  }

  #text(from: number, to: number): string {
    return this.#characters.slice(from, to).join('');
  }

  /** Takes `text` if it is what comes next. */
  #take(text: string): boolean {
    if (this.#text(this.#at, this.#at + text.length) !== text) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      const atoms = this.#take('\\Q') ? this.#quoted() : [this.#atom()];
      const last = atoms.pop();
      parts.push(...atoms);
      if (last !== undefined) parts.push(this.#repeated(last));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #quoted(): RegexNode[] {
    const parts: RegexNode[] = [];
    while (this.#peek() !== undefined && !this.#take('\\E')) parts.push(this.#literal(this.#next()!));
    return parts;
  }

  #set(ranges: readonly CodePointRange[], isNegated = false): RegexNode {
    return { kind: 'set', set: { ranges, isNegated, isFolded: this.#flags.isFolded } };
  }

  #literal(character: string): RegexNode {
    return this.#point(character.codePointAt(0)!);
  }

  #point(point: number): RegexNode {
    return this.#set([{ first: point, last: point }]);
  }

  #atom(): RegexNode {
    const start = this.#at;
    const character = this.#next()!;
    switch (character) {
      case '(':
        return this.#group(start);
      case '[':
        return this.#class(start);
      case '.':
        return this.#flags.dotIsAll ? this.#set(ANY) : this.#set([NEW_LINE], true);
      case '^':
        return { kind: 'at', place: this.#flags.isMultiLine ? 'line-start' : 'text-start' };
      case '$':
        return { kind: 'at', place: this.#flags.isMultiLine ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        return fail('no argument for repetition operator', character);
      case '\\':
        return this.#escape(start);
      default:
        return this.#literal(character);
    }
  }

  #escape(start: number): RegexNode {
    const character = this.#peek();
    const place = ESCAPED_PLACES[character ?? ''];
    const ranges = PERL_CLASSES.get(character ?? '');
    if (place === undefined && ranges === undefined) return this.#point(this.#escapedPoint(start));
    this.#at += 1;
    return place === undefined ? this.#set(ranges!) : { kind: 'at', place };
  }

  /** One character after a backslash. */
  #escapedPoint(start: number): number {
    const character = this.#next();
    if (character === undefined) return fail('trailing \\', this.#text(start, this.#at));
    const control = ESCAPED_CONTROLS[character];
    if (control !== undefined) return control;
    if (isPunctuation(character)) return character.codePointAt(0)!;
    const digits = character === 'x' ? this.#hexDigits() : undefined;
    const point = digits === undefined ? Infinity : Number.parseInt(digits, 16);
    return point <= 0x10ffff ? point : fail('invalid escape sequence', this.#text(start, this.#at));
  }

  /** Of \x41 or \x{1F600}. */
  #hexDigits(): string | undefined {
    const rest = this.#text(this.#at, this.#at + 10);
    const match = /^(?:\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2}))/.exec(rest);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[1] ?? match[2];
  }

  #repeated(node: RegexNode): RegexNode {
    const start = this.#at;
    const times = this.#times();
    if (times === undefined) return node;
    // Whether as much or as little as possible does not matter for whether all of a text matches.
    this.#take('?');
    const again = this.#at;
    if (this.#times() !== undefined) fail('bad repetition operator', this.#text(start, Math.max(this.#at, again)));
    return { kind: 'repeat', node, ...times };
  }

  #times(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Infinity };
    if (this.#take('+')) return { min: 1, max: Infinity };
    if (this.#take('?')) return { min: 0, max: 1 };
    // Braces that do not count anything stand for themselves.
    const match = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.#text(this.#at, this.#at + 24));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3]);
    const largest = max === Infinity ? min : max;
    if (largest > REPEAT_MAX || min > max) fail('invalid repetition size', match[0]);
    return { min, max };
  }

  #group(start: number): RegexNode {
    const before = this.#flags;
    let isCapture = true;
    this.#nesting += 1;
    if (this.#nesting > NESTING_MAX) fail('nesting depth exceeded', this.#text(0, this.#at));
    if (this.#take('?')) {
      const opened = this.#groupHead(start);
      // `(?i)` changes the rest of the group around it.
      if (opened === 'flags') {
        this.#nesting -= 1;
        return { kind: 'empty' };
      }
      isCapture = opened === 'capture';
    }
    const node = this.#choice();
    if (!this.#take(')')) fail('missing )', this.#text(0, this.#characters.length));
    this.#flags = before;
    this.#nesting -= 1;
    return isCapture ? { kind: 'capture', node } : node;
  }

  /** After `(?`. */
  #groupHead(start: number): 'capture' | 'group' | 'flags' {
    const rest = this.#text(this.#at, this.#characters.length);
    const name = /^P?<(\w+)>/.exec(rest);
    if (name !== null) {
      this.#at += name[0].length;
      return 'capture';
    }
    const flags = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (flags === null) return fail('invalid perl operator', this.#text(start, this.#at + 1));
    this.#at += flags[0].length;
    this.#switch(flags[1] ?? '', true);
    this.#switch(flags[2] ?? '', false);
    return flags[3] === ':' ? 'group' : 'flags';
  }

  #switch(letters: string, isOn: boolean): void {
    this.#flags = {
      isFolded: letters.includes('i') ? isOn : this.#flags.isFolded,
      dotIsAll: letters.includes('s') ? isOn : this.#flags.dotIsAll,
      isMultiLine: letters.includes('m') ? isOn : this.#flags.isMultiLine,
    };
  }

  #class(start: number): RegexNode {
    const isNegated = this.#take('^');
    const ranges: CodePointRange[] = [];
    // A bracket that comes first stands for itself.
    let isFirst = true;
    while (isFirst || this.#peek() !== ']') {
      if (this.#peek() === undefined) fail('missing ]', this.#text(start, this.#characters.length));
      ranges.push(...(this.#namedClass() ?? this.#classRange(start)));
      isFirst = false;
    }
    this.#at += 1;
    return this.#set(ranges, isNegated);
  }

  /** `[:alpha:]` and `\d` inside brackets. */
  #namedClass(): readonly CodePointRange[] | undefined {
    const escaped = this.#peek() === '\\' ? PERL_CLASSES.get(this.#characters[this.#at + 1] ?? '') : undefined;
    if (escaped !== undefined) {
      this.#at += 2;
      return escaped;
    }
    const match = /^\[:(\^?)(\w*):\]/.exec(this.#text(this.#at, this.#at + 16));
    if (match === null) return undefined;
    const ranges = ASCII_CLASSES.get(match[2] ?? '');
    if (ranges === undefined) return fail('invalid character class range', match[0]);
    this.#at += match[0].length;
    return match[1] === '^' ? complement(ranges) : ranges;
  }

  #classRange(start: number): CodePointRange[] {
    const from = this.#at;
    const first = this.#classPoint(start);
    const next = this.#characters[this.#at + 1];
    if (this.#peek() !== '-' || next === ']' || next === undefined) return [{ first, last: first }];
    this.#at += 1;
    const last = this.#classPoint(start);
    if (last < first) fail('invalid character class range', this.#text(from, this.#at));
    return [{ first, last }];
  }

  #classPoint(start: number): number {
    const at = this.#at;
    const character = this.#next();
    if (character === undefined) return fail('missing ]', this.#text(start, this.#characters.length));
    return character === '\\' ? this.#escapedPoint(at) : character.codePointAt(0)!;
  }
}

/** @throws {RegexSyntaxError} */
export const parseRegex = (pattern: string): RegexNode => new Reader(pattern).readAll();
