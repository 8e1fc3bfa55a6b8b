// The end of a file as lines in bounded memory. Takes bytes as they come: a character that is cut between two pieces is
// put together, bytes that are no UTF-8 become U+FFFD.
import { parseAnsi, PLAIN } from './ansi.js';
import type { AnsiStyle } from './ansi.js';

/** Characters kept, about as many bytes. The oldest lines go. */
export const TAIL_CHARS_MAX = 2 * 1024 * 1024;
/** A line beyond this is broken: programs that write no line ends would make one line of megabytes. */
export const LINE_CHARS_MAX = 16 * 1024;
/** Lines of a block. Blocks are what the page draws and drops as one. */
export const BLOCK_LINES = 200;

export interface TailLine {
  readonly text: string;
  readonly start: AnsiStyle;
}

export interface TailBlock {
  /** Rising from 0; never used again. */
  readonly number: number;
  readonly lines: readonly TailLine[];
}

export class TailBuffer {
  #decoder = new TextDecoder();
  #blocks: TailBlock[] = [];
  #blockCount = 0;
  #chars = 0;
  /** The line that has no end yet. */
  #partial = '';
  #style: AnsiStyle = PLAIN;
  #droppedLines = 0;

  /** All but the last block never change. */
  get blocks(): readonly TailBlock[] {
    return this.#blocks;
  }

  /** The line that is being written; undefined where the text ends with a line end. */
  get partial(): TailLine | undefined {
    return this.#partial === '' ? undefined : { text: overwritten(this.#partial), start: this.#style };
  }

  get droppedLines(): number {
    return this.#droppedLines;
  }

  get lineCount(): number {
    return this.#blocks.reduce((sum, { lines }) => sum + lines.length, 0) + (this.#partial === '' ? 0 : 1);
  }

  append(bytes: Uint8Array): void {
    const text = this.#partial + this.#decoder.decode(bytes, { stream: true });
    const lines = text.split('\n');
    this.#partial = collapsed(lines.pop() ?? '');
    const ended = lines.flatMap((line) => broken(overwritten(line)));
    if (this.#partial.length > LINE_CHARS_MAX) {
      const parts = broken(this.#partial);
      this.#partial = parts.pop() ?? '';
      ended.push(...parts);
    }
    this.#push(ended);
    this.#trim();
  }

  clear(): void {
    this.#decoder = new TextDecoder();
    this.#blocks = [];
    this.#chars = 0;
    this.#partial = '';
    this.#style = PLAIN;
    this.#droppedLines = 0;
  }

  #push(texts: readonly string[]): void {
    const lines = texts.map((text): TailLine => {
      const line = { text, start: this.#style };
      if (text.includes('\u001b')) this.#style = parseAnsi(text, this.#style).end;
      this.#chars += text.length + 1;
      return line;
    });
    let at = 0;
    const last = this.#blocks.at(-1);
    if (last && last.lines.length < BLOCK_LINES && lines.length > 0) {
      at = BLOCK_LINES - last.lines.length;
      const grown = { number: last.number, lines: [...last.lines, ...lines.slice(0, at)] };
      this.#blocks = [...this.#blocks.slice(0, -1), grown];
    }
    for (; at < lines.length; at += BLOCK_LINES) {
      this.#blocks = [...this.#blocks, { number: this.#blockCount, lines: lines.slice(at, at + BLOCK_LINES) }];
      this.#blockCount += 1;
    }
  }

  #trim(): void {
    while (this.#chars > TAIL_CHARS_MAX && this.#blocks.length > 1) {
      const [first, ...others] = this.#blocks;
      if (!first) return;
      this.#chars -= first.lines.reduce((sum, { text }) => sum + text.length + 1, 0);
      this.#droppedLines += first.lines.length;
      this.#blocks = others;
    }
  }
}

/** What is left of a line once a terminal has shown it: '\r' goes back to its beginning. */
function overwritten(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const back = text.lastIndexOf('\r');
  return back < 0 ? text : text.slice(back + 1);
}

/** The same of a line that is still being written: a progress bar must not grow. A '\r' at its end may be half of '\r\n'. */
function collapsed(line: string): string {
  return line.endsWith('\r') ? `${overwritten(line)}\r` : overwritten(line);
}

function broken(line: string): string[] {
  if (line.length <= LINE_CHARS_MAX) return [line];
  const parts: string[] = [];
  for (let at = 0; at < line.length; at += LINE_CHARS_MAX) parts.push(line.slice(at, at + LINE_CHARS_MAX));
  return parts;
}
