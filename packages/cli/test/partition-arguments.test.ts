// Goal: `local` passes each flag on to the daemons that have it, in every spelling that a flag has. Method: the pure
// function, with examples and a property.
import { flag } from '@mini-mesos/daemon';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partition } from '../src/core/arguments/partition.js';

const SCHEMA = {
  conf: flag.string({ help: '' }),
  name: flag.string({ help: '', short: 'n' }),
  total_cores: flag.int({ help: '', aliases: ['cores_total'] }),
  verbose: flag.bool({ help: '', default: false, short: 'v' }),
};
const isMine = (name: string): boolean => name !== 'conf';
const mine = (...argv: string[]) => partition(argv, SCHEMA, isMine).mine;

test.each([
  [['--name', 'x', '--conf', 'a=1'], ['--name=x']],
  [['-n', 'x'], ['-n=x']],
  [['--conf=1', '--total-cores', '4'], ['--total-cores=4']],
  [['--TOTAL_CORES=4'], ['--TOTAL_CORES=4']],
  [['--cores-total', '4'], ['--cores-total=4']],
  [['--no-verbose'], ['--no-verbose']],
  [['--no-verbose=true'], ['--no-verbose=true']],
  [['--verbose', 'word'], ['--verbose']],
  [
    ['--name', '--verbose'],
    ['--name', '--verbose'],
  ],
  [['--', '--name=x'], []],
])('of %j mine are %j', (argv, expected) => expect(mine(...argv)).toEqual(expected));

test('every flag is in exactly one part', () => {
  const words = fc.constantFrom('--name=x', '--no-verbose', '--conf=1', '--nonsense', '--total-cores=2');
  fc.assert(
    fc.property(fc.array(words), (argv) => {
      const parts = partition(argv, SCHEMA, isMine);
      expect([...parts.mine, ...parts.others].sort()).toEqual([...argv].sort());
    }),
  );
});
