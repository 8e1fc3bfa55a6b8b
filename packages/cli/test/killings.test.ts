// Goal: the demo with --chaos kills one after the other, each when the job is under way and the one before is back.
import { expect, test } from 'vitest';
import { Killings } from '../src/core/demo/killings.js';

test('the leader, an agent and a server are due one after the other as tasks end', () => {
  const killings = new Killings({ hasEnsemble: true });
  expect(killings.next(9, 100)).toBeUndefined();
  expect(killings.next(10, 100)).toBe('leader');
  expect(killings.next(90, 100)).toBeUndefined();
  killings.recovered();
  expect(killings.next(39, 100)).toBeUndefined();
  expect(killings.next(91, 100)).toBe('agent');
  killings.recovered();
  expect(killings.areOver).toBe(false);
  expect(killings.next(92, 100)).toBe('server');
  expect(killings.areOver).toBe(false);
  killings.recovered();
  expect(killings.areOver).toBe(true);
  expect(killings.next(100, 100)).toBeUndefined();
});

test('without an ensemble no server is killed', () => {
  const killings = new Killings({ hasEnsemble: false });
  const killed: unknown[] = [];
  for (let done = 0; done < 100; done++) {
    const victim = killings.next(done, 100);
    if (victim !== undefined) killed.push(victim);
    killings.recovered();
  }
  expect(killed).toEqual(['leader', 'agent']);
  expect(killings.areOver).toBe(true);
});
