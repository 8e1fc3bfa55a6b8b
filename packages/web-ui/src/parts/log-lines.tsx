// Lines of a log in blocks, with the colours that terminals show.
import { Component } from 'preact';
import { parseAnsi } from '../core/ansi.js';
import type { AnsiStyle } from '../core/ansi.js';
import type { TailBlock, TailLine } from '../core/tail-buffer.js';

/** Pixels: the line height of the style sheet. */
const LINE_HEIGHT = 18;

/** Only the last block changes. What is out of view costs the browser next to nothing (content-visibility). */
export class LogBlock extends Component<{ block: TailBlock }> {
  override shouldComponentUpdate({ block }: { block: TailBlock }): boolean {
    return block !== this.props.block;
  }

  override render() {
    const { lines } = this.props.block;
    return (
      <div class="log-block" style={{ containIntrinsicSize: `auto ${lines.length * LINE_HEIGHT}px` }}>
        {lines.map((line, index) => (
          <LogLine key={index} line={line} />
        ))}
      </div>
    );
  }
}

export function LogLine({ line }: { line: TailLine }) {
  const isPlain = line.start.colour === undefined && !line.text.includes('\u001b');
  if (isPlain && !line.start.isBold && !line.start.isDim) return <div class="log-line">{line.text || '\u200b'}</div>;
  const { segments } = parseAnsi(line.text, line.start);
  return (
    <div class="log-line">
      {segments.length === 0
        ? '\u200b'
        : segments.map(({ text, style }, index) => (
            <span key={index} class={ansiClass(style)}>
              {text}
            </span>
          ))}
    </div>
  );
}

function ansiClass({ colour, isBold, isDim, isUnderlined }: AnsiStyle): string {
  return [
    colour === undefined ? '' : `ansi-${colour}`,
    isBold ? 'ansi-bold' : '',
    isDim ? 'ansi-dim' : '',
    isUnderlined ? 'ansi-underlined' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');
}
