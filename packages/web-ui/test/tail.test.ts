// Goal: the end of a file is shown as it is, in bounded memory, whatever bytes it has. Method: any text cut anywhere
// against splitting it at once; files that grow, shrink and jump.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnsi, PLAIN } from '../src/core/ansi.js';
import { LINE_CHARS_MAX, TAIL_CHARS_MAX, TailBuffer } from '../src/core/tail-buffer.js';
import {
  BACK_BYTES_MAX,
  FIRST_BYTES,
  looksBinary,
  nextStep,
  READ_BYTES_MAX,
  startOffset,
} from '../src/core/tail-plan.js';

const encoder = new TextEncoder();

const linesOf = (buffer: TailBuffer): string[] => [
  ...buffer.blocks.flatMap(({ lines }) => lines.map(({ text }) => text)),
  ...(buffer.partial ? [buffer.partial.text] : []),
];

function bufferOf(...pieces: (string | Uint8Array)[]): TailBuffer {
  const buffer = new TailBuffer();
  for (const piece of pieces) buffer.append(typeof piece === 'string' ? encoder.encode(piece) : piece);
  return buffer;
}

describe('lines', () => {
  test('property: text cut anywhere gives the same lines as the whole text', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 500 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (whole, size) => {
        const bytes = encoder.encode(whole);
        const buffer = new TailBuffer();
        for (let at = 0; at < bytes.length; at += size) buffer.append(bytes.subarray(at, at + size));
        expect(linesOf(buffer)).toEqual(linesOf(bufferOf(bytes)));
        expect(buffer.lineCount).toBe(linesOf(buffer).length);
      }),
    );
  });

  test('bytes that are no text do not stop it', () => {
    expect(linesOf(bufferOf(new Uint8Array([0x61, 0xff, 0xfe, 0x0a, 0xc3]), new Uint8Array([0xa9, 0x0a])))).toEqual([
      'a\ufffd\ufffd',
      'é',
    ]);
  });

  test('a line end of Windows is one, and a progress bar shows its last state', () => {
    expect(linesOf(bufferOf('a\r\nb\r\n'))).toEqual(['a', 'b']);
    expect(linesOf(bufferOf('10 %\r20 %\r30 %\n'))).toEqual(['30 %']);
    expect(linesOf(bufferOf('10 %\r', '20 %\r', '30 %'))).toEqual(['30 %']);
    expect(linesOf(bufferOf('10 %\r'))).toEqual(['10 %']);
  });

  test('a progress bar of megabytes without a line end takes the memory of one line', () => {
    const buffer = bufferOf(...Array.from({ length: 2000 }, (_, index) => `${'='.repeat(100)} ${index}\r`));
    expect(linesOf(buffer)).toEqual([`${'='.repeat(100)} 1999`]);
  });

  test('a line of megabytes is broken', () => {
    const lines = linesOf(bufferOf('x'.repeat(3 * LINE_CHARS_MAX + 5)));
    expect(lines.map(({ length }) => length)).toEqual([LINE_CHARS_MAX, LINE_CHARS_MAX, LINE_CHARS_MAX, 5]);
  });

  test('the oldest lines go, and it is known how many', () => {
    const buffer = new TailBuffer();
    const line = `${'y'.repeat(1023)}\n`;
    for (let count = 0; count < 4096; count += 64) buffer.append(encoder.encode(line.repeat(64)));
    const kept = linesOf(buffer);
    expect(kept.length * 1024).toBeLessThanOrEqual(TAIL_CHARS_MAX);
    expect(kept.length + buffer.droppedLines).toBe(4096);
  });

  test('only the last block changes', () => {
    const buffer = bufferOf('a\n'.repeat(450));
    const before = buffer.blocks;
    buffer.append(encoder.encode('b\n'));
    expect(buffer.blocks.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(buffer.blocks[0]).toBe(before[0]);
    expect(buffer.blocks.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  test('a colour goes on in the next line', () => {
    const [block] = bufferOf('\u001b[31mred\nstill\u001b[0m\nplain\n').blocks;
    expect(block?.lines.map(({ start }) => start.colour)).toEqual([undefined, 1, undefined]);
  });
});

describe('colours', () => {
  const texts = (line: string) => parseAnsi(line).segments.map(({ text, style }) => [text, style.colour]);

  test('basic, bright and 256 colours', () => {
    expect(texts('\u001b[32mINFO\u001b[0m ok')).toEqual([
      ['INFO', 2],
      [' ok', undefined],
    ]);
    expect(texts('\u001b[91mx\u001b[38;5;4my\u001b[38;2;1;2;3mz')).toEqual([
      ['x', 9],
      ['y', 4],
      ['z', undefined],
    ]);
  });

  test('the numbers of a true colour are not taken for styles', () => {
    expect(parseAnsi('\u001b[38;2;1;2;4;4mz').segments).toEqual([
      { text: 'z', style: { ...PLAIN, isUnderlined: true } },
    ]);
    expect(parseAnsi('\u001b[48;5;1;31mz').segments[0]?.style).toEqual({ ...PLAIN, colour: 1 });
  });

  test('bold, dim and underlined are set and taken back', () => {
    const { segments, end } = parseAnsi('\u001b[1;2;4ma\u001b[22;24mb');
    expect(segments[0]?.style).toEqual({ colour: undefined, isBold: true, isDim: true, isUnderlined: true });
    expect(end).toEqual(PLAIN);
  });

  test('what moves the cursor, sets titles or rings is not shown', () => {
    expect(texts('\u001b[2K\u001b]0;title\u0007a\u001b[1Ab\u0007\u001b[?25l')).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
  });

  test('property: no control character is left, and no text is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(107), (text, code) => {
        const visible = text.replaceAll(/\p{Cc}/gu, '');
        const { segments } = parseAnsi(`\u001b[${code}m${visible}\u001b[0m`);
        expect(segments.map((segment) => segment.text).join('')).toBe(visible);
      }),
    );
  });
});

describe('what is read next', () => {
  test('a large file begins near its end, a small one at its beginning', () => {
    expect(startOffset(10 * FIRST_BYTES, FIRST_BYTES)).toBe(9 * FIRST_BYTES);
    expect(startOffset(100, FIRST_BYTES)).toBe(0);
    expect(startOffset(1e9, 1e9)).toBe(1e9 - BACK_BYTES_MAX);
  });

  test('a file that grows is read piece by piece, one that shrank from its new end', () => {
    expect(nextStep(100, 100)).toEqual({ kind: 'wait' });
    expect(nextStep(300_000, 100_000)).toEqual({ kind: 'read', offset: 100_000, length: READ_BYTES_MAX });
    expect(nextStep(120, 100)).toEqual({ kind: 'read', offset: 100, length: 20 });
    expect(nextStep(50, 100)).toEqual({ kind: 'restart', start: 0 });
  });

  test('what would fall out of the buffer at once is skipped', () => {
    expect(nextStep(1e9, 0)).toEqual({ kind: 'restart', start: 1e9 - BACK_BYTES_MAX });
  });

  test('a zero byte tells that a file is no text', () => {
    expect([looksBinary(new Uint8Array([1, 0])), looksBinary(encoder.encode('text'))]).toEqual([true, false]);
  });
});
