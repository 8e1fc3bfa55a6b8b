// Regular expressions as small programs, matched against whole texts by following all ways at once: time is the length
// of the text times the size of the program, whatever the expression. A framework's regex thus cannot hold up a cycle,
// which the regular expressions of JavaScript would allow.
import { contains } from './code-points.js';
import type { CodePointSet } from './code-points.js';
import { parseRegex, RegexSyntaxError } from './syntax.js';
import type { Place, RegexNode } from './syntax.js';

type Instruction =
  | { readonly op: 'set'; readonly set: CodePointSet; readonly next: number }
  | { readonly op: 'at'; readonly place: Place; readonly next: number }
  /** Both ways are open; filled in when both are known. */
  | { readonly op: 'split'; ways: readonly number[] }
  /** RE2 notes where a group starts or ends; here it only counts. */
  | { readonly op: 'note'; readonly next: number }
  | { readonly op: 'match' };

/** Instructions after which compiling stops: RE2 runs out of its memory limit (4096 bytes in Mesos) before. */
const COMPILED_SIZE_MAX = 1_000;

/** Characters: a longer pattern would not fit into RE2's memory limit either. */
const PATTERN_LENGTH_MAX = 4_096;

const tooLarge = (): never => {
  throw new RegexSyntaxError('pattern too large - compile failed');
};

export class RegexProgram {
  readonly #instructions: Instruction[] = [{ op: 'match' }];
  readonly #start: number;

  /** @throws {RegexSyntaxError} */
  constructor(pattern: string) {
    if (pattern.length > PATTERN_LENGTH_MAX) tooLarge();
    this.#start = this.#compile(parseRegex(pattern), 0);
  }

  /** What RE2 calls the size of the program, up to its instructions for bytes of UTF-8. */
  get size(): number {
    return this.#instructions.length;
  }

  matches(text: string): boolean {
    const points = Array.from(text, (character) => character.codePointAt(0)!);
    let ways = this.#follow([this.#start], undefined, points[0]);
    for (let i = 0; i < points.length && ways.size > 0; i += 1) {
      const next: number[] = [];
      for (const way of ways) {
        const instruction = this.#instructions[way]!;
        if (instruction.op === 'set' && contains(instruction.set, points[i]!)) next.push(instruction.next);
      }
      ways = this.#follow(next, points[i], points[i + 1]);
    }
    return ways.has(0);
  }

  #emit(instruction: Instruction): number {
    if (this.#instructions.length >= COMPILED_SIZE_MAX) tooLarge();
    return this.#instructions.push(instruction) - 1;
  }

  /** Compiles `node` so that it goes on at `next`; returns where it starts. */
  #compile(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next;
      case 'set':
        return this.#emit({ op: 'set', set: node.set, next });
      case 'at':
        return this.#emit({ op: 'at', place: node.place, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next);
      case 'choice':
        return this.#emit({ op: 'split', ways: node.options.map((option) => this.#compile(option, next)) });
      case 'capture':
        return this.#emit({ op: 'note', next: this.#compile(node.node, this.#emit({ op: 'note', next })) });
      case 'repeat':
        return this.#compileRepeat(node, next);
    }
  }

  /** From the end: what is optional, or the loop, and before it what is required. */
  #compileRepeat({ node, min, max }: { node: RegexNode; min: number; max: number }, next: number): number {
    let start = next;
    let required = min;
    if (max === Infinity) {
      const split: Instruction = { op: 'split', ways: [] };
      const loop = this.#emit(split);
      const body = this.#compile(node, loop);
      split.ways = [body, next];
      start = min > 0 ? body : loop;
      required = Math.max(0, min - 1);
    } else {
      for (let i = min; i < max; i += 1) start = this.#emit({ op: 'split', ways: [this.#compile(node, start), next] });
    }
    for (let i = 0; i < required; i += 1) {
      const after = start;
      start = this.#compile(node, after);
      // However often, nothing is nothing.
      if (start === after) break;
    }
    return start;
  }

  /** All instructions that can be reached without taking a character, between the characters `before` and `after`. */
  #follow(starts: readonly number[], before: number | undefined, after: number | undefined): Set<number> {
    const reached = new Set<number>();
    const open = [...starts];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const instruction = this.#instructions[at]!;
      if (instruction.op === 'split') open.push(...instruction.ways);
      else if (instruction.op === 'note') open.push(instruction.next);
      else if (instruction.op === 'at' && isAt(instruction.place, before, after)) open.push(instruction.next);
    }
    return reached;
  }
}

const isWord = (point: number | undefined): boolean =>
  point !== undefined && point < 0x80 && /\w/.test(String.fromCharCode(point));

const LINE_END = 10;

function isAt(place: Place, before: number | undefined, after: number | undefined): boolean {
  switch (place) {
    case 'text-start':
      return before === undefined;
    case 'text-end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === LINE_END;
    case 'line-end':
      return after === undefined || after === LINE_END;
    case 'word-boundary':
      return isWord(before) !== isWord(after);
    case 'no-word-boundary':
      return isWord(before) === isWord(after);
  }
}
