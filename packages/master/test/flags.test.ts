// Goal: flags that make no sense are refused at the start, with what was expected. Method: the schema, as it is loaded.
import { fileReaders, loadFlags } from '@mini-mesos/daemon';
import { expect, test } from 'vitest';
import { masterFlags } from '../src/flags.js';

const refusal = (argument: string): string => {
  const loaded = loadFlags(masterFlags, { ...fileReaders, env: {}, argv: [argument] });
  return loaded.ok ? 'taken' : loaded.errors.join('\n');
};

test.each([
  ['--weights=dev=2,prod/web=0.5', 'taken'],
  ['--weights=dev', "'dev' is none: expected role=weight with a weight above 0, for example dev=2"],
  ['--weights=dev=-1', "'dev=-1' is none: expected role=weight with a weight above 0, for example dev=2"],
  ['--weights=a//b=2', "Role 'a//b' cannot contain two adjacent slashes"],
  ['--roles=dev,prod', 'taken'],
  ['--roles=dev,..', "Role '..' cannot include '..' as a component"],
])('%s', (argument, said) => {
  expect(refusal(argument)).toContain(said);
});
