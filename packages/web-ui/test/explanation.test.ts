import { expect, test } from 'vitest';
import { explainPath, reasonLabel, shortSentence } from '../src/core/explanation.js';

test('ids are shown by their last part, and nothing else is shortened', () => {
  const master = '2779d30c-48a5-4d6d-9e54-4b0d5dd54246';
  expect(shortSentence(`framework ${master}-0003 refused agent ${master}-S12, of ${master}`)).toBe(
    `framework 0003 refused agent S12, of ${master}`,
  );
});

test('a question is asked of what is given, and reasons of a newer master keep their name', () => {
  expect(explainPath({ framework: 'a b', agent: 'S1' })).toBe('/allocator/explain?framework=a+b&agent=S1');
  expect([reasonLabel('lower-share'), reasonLabel('brand-new')]).toEqual(['a lower share', 'brand-new']);
});
