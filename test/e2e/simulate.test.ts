// Goal: people can play with the allocator before they change a cluster. Method: the built command line with scenario
// files, and with a real cluster whose weights and quota are to change.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WhatIf } from '@mini-mesos/allocator';
import { describe, expect, test } from 'vitest';
import { useScene } from './support/scene.js';

const scene = useScene('simulate');
const scenarios = join(import.meta.dirname, '..', '..', 'packages', 'allocator', 'scenarios');

function scenario(name: string, lines: readonly string[]): string {
  mkdirSync(scene.directory, { recursive: true });
  const path = scene.path(name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('a scenario', () => {
  test('prints its transcript, with what was offered and why', async () => {
    const file = scenario('why.txt', [
      'agent a cpus:4;mem:4096',
      'framework f dev',
      'go',
      'decline f dev a refuse=1mins',
      'batch',
      'explain f',
    ]);
    const { code, stdout } = await scene.run(['simulate', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('offer f dev a cpus:4;mem:4096');
    expect(stdout).toMatch(/> explain f\n.*framework f in role dev on agent a: .*refused/);
  });

  test('the example of the DRF paper comes true', async () => {
    const { code } = await scene.run(['simulate', join(scenarios, 'drf-paper.txt')]);
    expect(code).toBe(0);
  });

  test('an expectation that is not met fails, and a line that cannot be read is named', async () => {
    const wrong = scenario('wrong.txt', ['agent a cpus:1', 'framework f dev', 'go', 'expect f dev a cpus:2']);
    expect(await scene.run(['simulate', wrong])).toMatchObject({ code: 1 });
    const unknown = await scene.run(['simulate', scenario('unknown.txt', ['agent a cpus:1', 'frobnicate'])]);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining("line 2: 'frobnicate' is no statement"),
    ]);
    const missing = await scene.run(['simulate', scene.path('missing.txt')]);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('cannot read the scenario')]);
    expect((await scene.run(['simulate'])).code).toBe(2);
  });
});

describe('a live cluster', () => {
  test('who would gain and lose by another weight, quota or agent', async () => {
    const master = await scene.startMaster(['--weights=dev=1']);
    const from = `--from-master=${master.address}`;
    await scene.startAgent(master, ['--resources=cpus:8;mem:8192;disk:0;ports:[]']);
    const work = ['dev', 'prod'].map((role) =>
      scene.start(['execute', `--master=${master.address}`, `--role=${role}`, `--name=${role}`, '--command=sleep 600']),
    );
    for (const task of work) await task.writes('stderr', /TASK_RUNNING/);

    const weighted = await scene.run(['simulate', from, '--set-weight=prod=3', '--json']);
    expect(weighted.code, weighted.stderr).toBe(0);
    const { inTheLongRun } = JSON.parse(weighted.stdout) as WhatIf;
    const prod = inTheLongRun.find(({ role, frameworkId }) => role === 'prod' && frameworkId === undefined);
    expect(prod?.shareBefore).toBeCloseTo(0.5, 1);
    expect(prod?.shareAfter).toBeCloseTo(0.75, 1);

    const limited = await scene.run(['simulate', from, '--set-limit=dev=cpus:1;mem:1024', '--set-quota=prod=cpus:4']);
    expect(limited.code, limited.stderr).toBe(0);
    expect(limited.stdout).toMatch(/^role (dev|prod): .* of the cluster before, .* after/);
    expect(limited.stdout).toContain('in the long run');

    const unreadable = await scene.run(['simulate', from, '--set-weight=prod']);
    expect([unreadable.code, unreadable.stderr]).toEqual([2, expect.stringContaining("cannot read 'prod'")]);
    for (const task of work) task.signal('SIGINT');
  });
});
