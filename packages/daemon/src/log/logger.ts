// What the shells of the daemons write their logs through. Cores write none: they return an effect.

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LogMethod {
  /** A message: lower case, no final period. */
  (message: string): void;
  /** Fields are searched, the message is read: `log.info({ agent_id }, 'agent registered')`. An `err` field is an Error. */
  (fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A logger that adds the fields to every line. It follows the level of its parent, also when that is toggled. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
  /** Whether a line of this level would be written: to skip costly fields. */
  isEnabled(level: LogLevel): boolean;
}

const write = (): void => undefined;

/** Drops everything: for tests, and where nobody reads. */
export const silentLogger: Logger = {
  trace: write,
  debug: write,
  info: write,
  warn: write,
  error: write,
  fatal: write,
  child: () => silentLogger,
  isEnabled: () => false,
};
