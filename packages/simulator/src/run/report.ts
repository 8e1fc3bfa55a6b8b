// What a person gets to read of a failing run.
import { describeFault } from '../faults/nemesis.js';
import { scenarioFor } from './run-seed.js';
import type { SeedOptions } from './run-seed.js';
import type { Shrunk } from './shrink.js';
import type { RunResult } from './simulation.js';

/** Happenings that are printed. */
const HISTORY_SHOWN = 60;

export interface RunOfSeed {
  seed: number;
  minutes: number;
  faults?: readonly number[] | undefined;
  mutant?: string | undefined;
  reshape?: SeedOptions['reshape'];
}

/** The one command that does it all again. */
export function replayCommand({ seed, minutes, faults, mutant }: RunOfSeed): string {
  const only = faults ? ` --faults ${faults.length > 0 ? faults.join(',') : 'none'}` : '';
  return `npm run sim -- --seed ${seed} --minutes ${minutes}${only}${mutant ? ` --mutant ${mutant}` : ''}`;
}

export function failureReport(run: RunOfSeed, result: RunResult, shrunk?: Shrunk): string {
  const lines = [
    `seed ${run.seed} failed after ${(result.virtualMs / 1000).toFixed(1)} simulated seconds, ${result.steps} steps`,
    `  ${result.violation?.message ?? 'nothing was violated'}`,
    `  again: ${replayCommand(run)}`,
  ];
  if (shrunk) {
    const { faults, minutes } = shrunk;
    lines.push(`  smaller: ${replayCommand({ ...run, faults, minutes })}`);
    if (shrunk.result.violation) lines.push(`    ${shrunk.result.violation.message}`);
  }
  lines.push('  faults:', ...faultLines(run, shrunk?.faults ?? run.faults), '  the last happenings:');
  for (const { atMs, who, what } of (shrunk?.result ?? result).history.slice(-HISTORY_SHOWN)) {
    lines.push(`    ${(atMs / 1000).toFixed(3).padStart(9)} ${who.padEnd(5)} ${what}`);
  }
  return lines.join('\n');
}

function faultLines({ seed, ...options }: RunOfSeed, kept: readonly number[] | undefined): string[] {
  return scenarioFor(seed, options).faults.flatMap((fault, index) =>
    kept && !kept.includes(index) ? [] : [`    ${index}: ${(fault.atMs / 1000).toFixed(1)} s ${describeFault(fault)}`],
  );
}
