// Goal: the repository's scenarios play as they say, with both allocators, and what cannot be read is said to be so.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runScenario, scenarioUsages } from '@mini-mesos/allocator';
import { describe, expect, test } from 'vitest';
import { must } from './support/build.js';

const folder = join(import.meta.dirname, '..', 'scenarios');
const scenarios = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe.each(['fast', 'reference'])('with the %s allocator', (kind) => {
  test.each(scenarios)('%s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const { transcript, failures } = must(runScenario(`option allocator ${kind}\n${text}`));
    expect(failures, transcript).toEqual([]);
    expect(text).toMatch(/^expect /m);
  });
});

test('the example of the README plays', () => {
  const readme = readFileSync(join(folder, '..', 'README.md'), 'utf8');
  const [, example = ''] = /```\n(# Two roles share[^`]*)```/.exec(readme) ?? [];
  const { transcript, failures } = must(runScenario(example));
  expect(failures, transcript).toEqual([]);
  expect(transcript).toContain('explain f dev a1');
});

test('the transcript repeats each line and says what came of it', () => {
  const text = [
    '# two CPUs',
    'agent a cpus:2;mem:64',
    'framework f r  # asks',
    'decline f r a refuse=10s',
    'explain f r a',
  ];
  expect(must(runScenario(text.join('\n'))).transcript.split('\n')).toEqual([
    '# two CPUs',
    '> agent a cpus:2;mem:64',
    '> framework f r',
    '  0s offer f r a cpus:2;mem:64',
    '> decline f r a refuse=10s',
    '> explain f r a',
    '  framework f in role r on agent a: the framework refused cpus:2; mem:64 there, for another 10 s.',
    '',
  ]);
});

test('expectations that are not met are failures with their lines, and so is what nobody expected', () => {
  const text = 'agent a cpus:2\nframework f r\nexpect f r a cpus:1\nbatch\nexpect f r a cpus:2';
  expect(must(runScenario(text)).failures).toEqual([
    'line 3: f r a cpus:1 was expected',
    'line 3: 0s offer f r a cpus:2 was not expected',
    'line 5: f r a cpus:2 was expected',
  ]);
});

test.each([
  ['agnet a cpus:1', /^line 1: 'agnet' is no statement; expected one of option, agent, framework, /],
  ['agent a', 'line 1: resources is missing; expected: agent ID RESOURCES'],
  ['agent a cpus:x:y', "line 1: resources 'cpus:x:y': "],
  [
    '\nquota r guarantee=cpus:1 maximum=2',
    "line 2: 'maximum=2' is not understood; expected: quota ROLE [guarantee=AMOUNTS]",
  ],
  ['weight r heavy', "line 1: the weight is 'heavy', which is no number; expected: weight ROLE NUMBER"],
  ['weight r 0', 'line 1: allocator command update-weights cannot be carried out: the weight of role r is 0'],
  ['framework f -r', "line 1: Role component '-r' is invalid"],
  [
    'framework f r only=rack~(',
    "line 1: Offer constraints are not valid: A role r has an invalid 'AttributeConstraint'",
  ],
  ['framework f r capabilities=FLYING', "line 1: 'FLYING' is none of GPU_RESOURCES"],
  ['advance 5', "line 1: '5' is no duration, such as 500ms, 5s, 2m or 1h; expected: advance DURATION"],
  ['advance 9000h', 'line 1: that would be more than 100000 batches'],
  ['decline f r a', 'line 1: no offer of the kind is out: f r a; expected: decline FRAMEWORK ROLE AGENT'],
  ['agent a cpus:1\noption interval 2s', 'line 2: options come before everything else'],
  ['option speed 2', "line 1: 'speed' is no option; there are interval, seed,"],
  ['expect', 'line 1: what to expect is missing; expected: expect FRAMEWORK ROLE AGENT RESOURCES'],
  ['remove agent a', 'line 1: allocator command remove-agent cannot be carried out: agent a was not added'],
])('%j cannot be carried out', (text, message) => {
  const result = runScenario(text);
  expect(result.ok ? 'ok' : result.error).toMatch(message);
});

test('every statement has a usage that begins with its name', () => {
  expect(scenarioUsages().every((usage) => /^[a-z-]+( |$)/.test(usage))).toBe(true);
});
