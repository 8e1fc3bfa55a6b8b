// An error of a user's function as it travels to the driver: the stack ends where our own code begins.
import { fileURLToPath } from 'node:url';
import type { ErrorReport } from '../../protocol.js';

const OWN_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
/** The name compiled functions have in stack traces; it says nothing to a user. */
const MAIN_FRAME = /at (async )?\$mini_mesos_main \((.*)\)$/;
const STACK_LINES_MAX = 30;
const OWN_STACK_LINES_MAX = 3;

export function reportError(error: unknown): ErrorReport {
  if (!(error instanceof Error)) return { name: 'Error', message: `a function threw ${describe(error)}`, stack: '' };
  const lines = (error.stack ?? '').split('\n').map((line) => line.replace(MAIN_FRAME, 'at $1$2'));
  const first = lines.findIndex((line) => line.trimStart().startsWith('at '));
  const frames = first < 0 ? [] : lines.slice(first);
  const ours = frames.findIndex((line) => line.includes(OWN_FOLDER) || line.includes('at loop (eval at'));
  // When our own code complains, where it stands says little to a user; a few lines are enough for a bug report.
  const shown = ours > 0 ? frames.slice(0, Math.min(ours, STACK_LINES_MAX)) : frames.slice(0, OWN_STACK_LINES_MAX);
  const message = error.cause instanceof Error ? `${error.message} (cause: ${error.cause.message})` : error.message;
  return { name: error.name, message, stack: shown.join('\n') };
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return 'something that is not an Error';
  }
}
