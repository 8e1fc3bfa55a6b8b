// How a process ended, in the words of Mesos (WSTRINGIFY in 3rdparty/stout, which takes names from strsignal).

export type ContainerExit =
  | { kind: 'exited'; status: number }
  | { kind: 'signaled'; signal: number }
  /** Nobody saw the end: its supervisor was killed, or the machine lost it. `message` says what is known. */
  | { kind: 'unknown'; message: string };

/** strsignal of Linux (glibc), for the signals a person may meet. */
const SIGNAL_NAMES: { readonly [signal: number]: string } = {
  1: 'Hangup',
  2: 'Interrupt',
  3: 'Quit',
  4: 'Illegal instruction',
  5: 'Trace/breakpoint trap',
  6: 'Aborted',
  7: 'Bus error',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'User defined signal 1',
  11: 'Segmentation fault',
  12: 'User defined signal 2',
  13: 'Broken pipe',
  14: 'Alarm clock',
  15: 'Terminated',
  16: 'Stack fault',
  17: 'Child exited',
  18: 'Continued',
  19: 'Stopped (signal)',
  20: 'Stopped',
  21: 'Stopped (tty input)',
  22: 'Stopped (tty output)',
  23: 'Urgent I/O condition',
  24: 'CPU time limit exceeded',
  25: 'File size limit exceeded',
  26: 'Virtual timer expired',
  27: 'Profiling timer expired',
  28: 'Window changed',
  29: 'I/O possible',
  30: 'Power failure',
  31: 'Bad system call',
};

/** Such as `exited with status 7` or `terminated with signal Terminated`. */
export function exitText(exit: ContainerExit): string {
  switch (exit.kind) {
    case 'exited':
      return `exited with status ${exit.status}`;
    case 'signaled':
      return `terminated with signal ${SIGNAL_NAMES[exit.signal] ?? `Unknown signal ${exit.signal}`}`;
    case 'unknown':
      return exit.message;
  }
}

/** The status that wait(2) would give; -1 where nobody knows. */
export function waitStatus(exit: ContainerExit): number {
  switch (exit.kind) {
    case 'exited':
      return exit.status << 8;
    case 'signaled':
      return exit.signal;
    case 'unknown':
      return -1;
  }
}

export function succeeded(exit: ContainerExit): boolean {
  return exit.kind === 'exited' && exit.status === 0;
}

/**
 * A shell's `$?` as an exit. A shell tells death by signal n as 128 + n and nothing else, so a program that itself exits
 * with, say, 143 is reported as terminated by SIGTERM: the one ambiguity of supervising tasks with a shell. Values that
 * name no signal stay exits.
 */
export function exitOfShellStatus(status: number): ContainerExit {
  const signal = status - 128;
  return signal in SIGNAL_NAMES ? { kind: 'signaled', signal } : { kind: 'exited', status };
}
