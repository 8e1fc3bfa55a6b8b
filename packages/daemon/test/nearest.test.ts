// Goal: a mistyped word names the one that was meant. Method: pairs of words.
import { nearest } from '@mini-mesos/daemon';
import { describe, expect, test } from 'vitest';

const NAMES = ['agent', 'agents', 'master', 'tasks', 'tail', 'spark submit', 'teardown'];

describe('nearest', () => {
  test.each([
    ['taks', 'tasks'],
    ['TASKS', 'tasks'],
    ['amster', 'master'],
    ['teardwon', 'teardown'],
    ['spark submti', 'spark submit'],
  ])('%s means %s', (word, meant) => expect(nearest(word, NAMES, 2)).toBe(meant));

  test('of two that are equally near the first in order of names', () => {
    expect(nearest('agentz', ['agents', 'agenty'], 2)).toBe('agents');
  });

  test('nothing is suggested for what is like nothing', () => {
    expect(nearest('frobnicate', NAMES, 2)).toBeUndefined();
    expect(nearest('fault', ['acls', 'ip', 'zk'], 3)).toBeUndefined();
  });
});
