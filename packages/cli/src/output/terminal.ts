// Where a command writes: data to stdout, talk to stderr. Knows what of the two is a terminal, and its width.
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** Resolves when stdout took the data: whoever streams waits for it. */
  write(data: string | Uint8Array): Promise<void>;
  /** The same for stderr. */
  writeTalk(data: string | Uint8Array): Promise<void>;
  /** A line of data. */
  print(line: string): void;
  /** A line of talk. */
  say(line: string): void;
  /** Whether a person reads the data. */
  readonly isOutTerminal: boolean;
  /** Whether a person reads the talk. */
  readonly isTalkTerminal: boolean;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  /** Characters in a line of stdout; undefined where it is no terminal. */
  readonly columns: number | undefined;
  /** Colours for data; leaves the text as it is where colours are not wanted. */
  paint(style: Style, text: string): string;
  /** Colours for talk. */
  paintTalk(style: Style, text: string): string;
  /** Asks on stderr; the answer without spaces around it. Rejects when `signal` is aborted. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Stdout's reader is gone: nothing more is written. */
  readonly isClosed: boolean;
}

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The reader of stdout went away (`| head`). */
  readonly onClosed: () => void;
}

export function openTerminal({ stdin, stdout, stderr, env, onClosed }: Streams): Terminal {
  let isClosed = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    isClosed = true;
    onClosed();
  });
  // Nobody is left to be told that nobody listens.
  stderr.on('error', () => undefined);
  const write = (data: string | Uint8Array): Promise<void> => (isClosed ? Promise.resolve() : written(stdout, data));
  return {
    write,
    writeTalk: (data) => written(stderr, data),
    print: (line) => void write(`${line}\n`),
    say: (line) => void stderr.write(`${line}\n`),
    isOutTerminal: stdout.isTTY,
    isTalkTerminal: stderr.isTTY,
    canAsk: stdin.isTTY && stderr.isTTY,
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined;
    },
    paint: painter(stdout, env),
    paintTalk: painter(stderr, env),
    ask: async (question, signal) => {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return (await lines.question(question, { signal })).trim();
      } finally {
        lines.close();
      }
    },
    get isClosed() {
      return isClosed;
    },
  };
}

/** Resolves when the stream took the data, or is gone. */
function written(stream: NodeJS.WriteStream, data: string | Uint8Array): Promise<void> {
  if (stream.write(data)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('close', done).on('error', done);
  });
}

/** NO_COLOR and dumb terminals turn colours off, FORCE_COLOR turns them on (no-color.org, force-color.org). */
function painter(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal['paint'] {
  const isForced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  if (!isForced && (isRefused || !stream.isTTY)) return (_, text) => text;
  // Whether colours are wanted was decided above.
  return (style, text) => styleText(style, text, { validateStream: false });
}
