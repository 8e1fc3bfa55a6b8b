// Runs a program of test/programs against the built package in a process of its own: functions travel as source, so
// they must be what the file says, which they are not once a test runner has transformed it.
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Builds this package and what it needs; quick when nothing changed. */
export function build(): void {
  const { status, stdout } = spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-b', PACKAGE], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}`);
}

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `test/programs/<name>.mjs`; resolves with what it printed, whatever its exit code. */
export function runProgram(name: string, args: readonly string[] = [], timeoutMs = 200_000): Promise<ProgramResult> {
  const file = `${PACKAGE}test/programs/${name}.mjs`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, ...args],
      { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr });
      },
    );
  });
}
