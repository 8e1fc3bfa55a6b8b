// Goal: two masters do not share a work directory, and a crash leaves it free. Method: processes that live and that do not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockWorkDir } from '../../src/shell/store/work-dir-lock.js';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'mini-mesos-lock-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** The lock as another process would have left it. */
async function heldBy(path: string, end: 'alive' | 'dead'): Promise<void> {
  const child = spawn('sleep', ['100']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  writeFileSync(join(path, 'master.lock'), JSON.stringify({ pid: child.pid, startTicks }));
  if (end === 'alive') return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a directory is held until it is given free, in this process too', () => {
  const path = directory();
  const unlock = lockWorkDir(path);
  expect(() => lockWorkDir(path)).toThrow(/--work_dir: cannot use '.*': another master uses it/);
  unlock();
  lockWorkDir(path)();
});

test('a living process holds it, a dead one does not, nor one that has the number of a dead one', async () => {
  const path = directory();
  await heldBy(path, 'alive');
  expect(() => lockWorkDir(path)).toThrow(/another master uses it \(process \d+\); give each master/);
  const { pid } = JSON.parse(readFileSync(join(path, 'master.lock'), 'utf8')) as { pid: number };
  writeFileSync(join(path, 'master.lock'), JSON.stringify({ pid, startTicks: 1 }));
  lockWorkDir(path)();
  await heldBy(path, 'dead');
  lockWorkDir(path)();
});

test('a lock that was cut short holds nobody up', () => {
  const path = directory();
  writeFileSync(join(path, 'master.lock'), '{"pid":');
  lockWorkDir(path)();
});
