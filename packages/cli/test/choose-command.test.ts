// Goal: a mistyped command names the one that was meant, and every way to ask for help is understood. Method: the pure
// choice, on argument lists.
import { describe, expect, test } from 'vitest';
import { chooseCommand } from '../src/core/arguments/choose-command.js';

const NAMES = ['agent', 'agents', 'master', 'tasks', 'tail', 'spark submit', 'teardown', 'quota', 'quota set'];

describe('the choice of a command', () => {
  test('takes the arguments after its name', () => {
    expect(chooseCommand(['tasks', '--all'], NAMES)).toEqual({ kind: 'command', name: 'tasks', argv: ['--all'] });
  });

  test('takes two words', () => {
    const choice = chooseCommand(['spark', 'submit', '--name', 'x'], NAMES);
    expect(choice).toEqual({ kind: 'command', name: 'spark submit', argv: ['--name', 'x'] });
  });

  test('tells a command from its subcommands', () => {
    expect(chooseCommand(['quota'], NAMES)).toEqual({ kind: 'command', name: 'quota', argv: [] });
    expect(chooseCommand(['quota', '--json'], NAMES)).toEqual({ kind: 'command', name: 'quota', argv: ['--json'] });
    expect(chooseCommand(['quota', 'set', 'dev'], NAMES)).toEqual({
      kind: 'command',
      name: 'quota set',
      argv: ['dev'],
    });
  });

  test.each([[['--help']], [['-h']], [['help']]])('%j lists all commands', (argv) => {
    expect(chooseCommand(argv, NAMES)).toEqual({ kind: 'help', prefix: undefined });
  });

  test.each([[['spark']], [['spark', '--help']], [['help', 'spark']]])('%j lists those of spark', (argv) => {
    expect(chooseCommand(argv, NAMES)).toEqual({ kind: 'help', prefix: 'spark' });
  });

  test.each([
    [['help', 'tasks'], 'tasks'],
    [['help', 'spark', 'submit'], 'spark submit'],
  ])('%j helps on %s', (argv, name) => {
    expect(chooseCommand(argv, NAMES)).toEqual({ kind: 'command', name, argv: ['--help'] });
  });

  test.each([[['version']], [['--version']]])('%j is the version', (argv) => {
    expect(chooseCommand(argv, NAMES)).toEqual({ kind: 'version' });
  });

  test.each([
    [['taks'], 'unknown command taks: did you mean tasks?'],
    [['spark', 'sbmit'], 'unknown command spark sbmit: did you mean spark submit?'],
    [['quota', 'sett'], 'unknown command quota sett: did you mean quota set?'],
    [['help', 'agnts'], 'unknown command agnts: did you mean agents?'],
    [['xyzzyx'], 'unknown command xyzzyx: mini-mesos --help lists them'],
    [['--all'], 'unknown flag --all: expected a command before flags, see mini-mesos --help'],
    [[], 'which command? mini-mesos --help lists them'],
  ])('%j is refused', (argv, message) => {
    expect(chooseCommand(argv, NAMES)).toEqual({ kind: 'wrong', message });
  });
});
