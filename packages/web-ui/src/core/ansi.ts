// Text with the escape sequences of terminals: colours become classes, everything else that such sequences do is dropped.

export interface AnsiStyle {
  /** 0 to 15: the colours that every terminal has; undefined for that of the text. */
  readonly colour: number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isUnderlined: boolean;
}

export interface Segment {
  readonly text: string;
  readonly style: AnsiStyle;
}

export const PLAIN: AnsiStyle = { colour: undefined, isBold: false, isDim: false, isUnderlined: false };

// An escape sequence: CSI … final byte, or OSC … BEL or ST, or ESC and one character.
// oxlint-disable-next-line no-control-regex -- these are the characters that it is about
const SEQUENCE = /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_`a-z=>])/g;
// Other control characters than tab: they would only be seen as boxes.
// oxlint-disable-next-line no-control-regex -- these are the characters that it is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A line in pieces of one style each, and the style that the next line begins with. */
export function parseAnsi(line: string, start: AnsiStyle = PLAIN): { segments: Segment[]; end: AnsiStyle } {
  let style = start;
  let at = 0;
  const segments: Segment[] = [];
  const push = (text: string) => {
    const clean = text.replace(CONTROLS, '');
    if (clean !== '') segments.push({ text: clean, style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = applySgr(style, match[1] ?? '');
  }
  push(line.slice(at));
  return { segments, end: style };
}

function applySgr(before: AnsiStyle, parameters: string): AnsiStyle {
  let style = before;
  const codes = parameters.split(/[;:]/).map(Number);
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      // 256 colours and true colours: only those of the first sixteen are shown.
      const isIndexed = codes[index + 1] === 5;
      const colour = codes[index + 2] ?? NaN;
      if (code === 38) style = { ...style, colour: isIndexed && colour < 16 ? colour : undefined };
      index += isIndexed ? 2 : 4;
    } else style = applyCode(style, code);
  }
  return style;
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code === 39) return { ...style, colour: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, colour: code - 90 + 8 };
  return style;
}
