// Text for a POSIX shell, exact for any bytes that a shell can hold.

/** Why text cannot be handed to a program: no argument and no variable can hold a zero byte. */
export class UnquotableError extends Error {
  override name = 'UnquotableError';
}

/** A word that the shell takes as exactly this text. Throws UnquotableError on a zero byte. */
export function shellQuote(text: string): string {
  if (text.includes('\0'))
    throw new UnquotableError(`cannot pass ${JSON.stringify(text.slice(0, 80))}: it holds a zero byte`);
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `NAME=value` as a word for env(1). Names may be anything that an environment can hold, not only shell names. */
export function quotedVariable(name: string, value: string): string {
  if (name === '' || name.includes('=')) {
    throw new UnquotableError(
      `cannot set the environment variable ${JSON.stringify(name)}: a name is not empty and holds no =`,
    );
  }
  return shellQuote(`${name}=${value}`);
}
