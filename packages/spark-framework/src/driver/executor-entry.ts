// How to start an executor process from this installation.
import { fileURLToPath } from 'node:url';

/** Absolute path of the executor's entry file. */
export const EXECUTOR_MAIN = fileURLToPath(new URL('../executor/executor-main.js', import.meta.url));

export interface ExecutorStart {
  readonly driver: { readonly host: string; readonly port: number };
  readonly executorId: string;
  readonly cores: number;
  readonly memoryMiB: number;
  /** Name of the machine it will run on; left out where the executor must find it itself. */
  readonly hostname?: string;
}

/** Options of executor-main. */
export function executorArguments({ driver, executorId, cores, memoryMiB, hostname }: ExecutorStart): string[] {
  const host = driver.host.includes(':') ? `[${driver.host}]` : driver.host;
  return [
    ...[
      '--driver',
      `${host}:${driver.port}`,
      '--id',
      executorId,
      '--cores',
      String(cores),
      '--memory-mib',
      String(memoryMiB),
    ],
    ...(hostname === undefined ? [] : ['--hostname', hostname]),
  ];
}

/** The whole command on this machine. */
export function executorCommand(start: ExecutorStart): { file: string; args: string[] } {
  return { file: process.execPath, args: [EXECUTOR_MAIN, ...executorArguments(start)] };
}
