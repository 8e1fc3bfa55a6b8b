// Goal: the end of a process is told in Mesos' words. Method: the table of wait statuses.
import { describe, expect, it } from 'vitest';
import { exitOfShellStatus, exitText, waitStatus } from '../src/core/signals.js';

describe("a shell's status", () => {
  it.each([
    [0, 'exited with status 0', 0],
    [7, 'exited with status 7', 1792],
    [127, 'exited with status 127', 32512],
    [128, 'exited with status 128', 32768],
    [130, 'terminated with signal Interrupt', 2],
    [137, 'terminated with signal Killed', 9],
    [139, 'terminated with signal Segmentation fault', 11],
    [143, 'terminated with signal Terminated', 15],
    [255, 'exited with status 255', 65280],
  ])('%d', (status, text, wait) => {
    const exit = exitOfShellStatus(status);
    expect(exitText(exit)).toBe(text);
    expect(waitStatus(exit)).toBe(wait);
  });

  it('is -1 where nobody knows', () => {
    expect(waitStatus({ kind: 'unknown', message: 'gone' })).toBe(-1);
  });
});
