// Shared by the programs: named checks, one line of output each, exit code 1 when one failed.
import assert from 'node:assert/strict';

const failures = [];

/** Runs one named check; goes on after a failure, so that one run shows all of them. */
export async function check(name, run) {
  const started = performance.now();
  try {
    await run();
    console.log(`ok ${name} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAILED ${name}: ${error instanceof Error ? error.stack : error}`);
  }
}

export function finish() {
  if (failures.length > 0) {
    console.log(`${failures.length} checks failed: ${failures.join(', ')}`);
    process.exitCode = 1;
  }
}

/** A text by which records are put in one order, whatever order they came in. */
export function orderText(value) {
  if (Object.is(value, -0)) return '0';
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined) return 'undefined';
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (Array.isArray(value)) return `[${value.map(orderText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.keys(value)
      .toSorted()
      .map((name) => `${name}:${orderText(value[name])}`)
      .join(',')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Both hold the same records, in any order. */
export function sameRecords(actual, expected) {
  assert.deepEqual(actual.map(orderText).toSorted(), expected.map(orderText).toSorted());
}

export { assert };
