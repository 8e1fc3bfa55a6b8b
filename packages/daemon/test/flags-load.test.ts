// Goal: what a flag comes to from the command line, with its type, its origin and what /flags shows. Method: literal
// arguments over one schema that has a flag of every kind.
import { describe, expect, expectTypeOf, test } from 'vitest';
import { asksFor, flag, loadFlags } from '@mini-mesos/daemon';
import type { FlagSources } from '@mini-mesos/daemon';

const schema = {
  work_dir: flag.path({ help: 'Where state is kept.' }),
  port: flag.int({ help: 'Port.', default: 5050, min: 0, max: 65_535 }),
  quiet: flag.bool({ help: 'Says nothing.', default: false, short: 'q' }),
  hostname_lookup: flag.bool({ help: 'Asks the resolver.', default: true }),
  agent_ping_timeout: flag.duration({
    help: 'Time for a ping.',
    default: '15secs',
    min: '1secs',
    max: '15mins',
    aliases: ['slave_ping_timeout'],
  }),
  fetcher_cache_size: flag.bytes({ help: 'Cache.', default: '2GB' }),
  allocator_agent_recovery_factor: flag.float({ help: 'Share.', default: 0.8, min: 0, max: 1 }),
  role_sorter: flag.oneOf(['drf', 'random'], { help: 'Sorter.', default: 'drf' }),
  recovery_agent_removal_limit: flag.percent({ help: 'Limit.', default: '100%' }),
  agent_removal_rate_limit: flag.rate({ help: 'Rate.' }),
  isolation: flag.list({ help: 'Isolators.', default: 'posix/cpu,posix/mem' }),
  domain: flag.json({
    help: 'Domain.',
    read: (value) =>
      typeof value === 'object' && value !== null && 'region' in value
        ? { ok: true, value: value as { region: string } }
        : { ok: false, error: "expected an object with 'region'" },
  }),
  password: flag.string({ help: 'Secret.', secret: true }),
  attributes: flag.string({ help: 'Attributes.' }),
};

const nothing: FlagSources = {
  argv: [],
  env: {},
  readFile: (path) => {
    throw new Error(`no such file ${path}`);
  },
  listDirectory: () => [],
};

function load(argv: string[], sources: Partial<FlagSources> = {}) {
  const loaded = loadFlags(schema, { ...nothing, argv, ...sources });
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded;
}

function errorsOf(argv: string[], sources: Partial<FlagSources> = {}): readonly string[] {
  const loaded = loadFlags(schema, { ...nothing, argv, ...sources });
  return loaded.ok ? [] : loaded.errors;
}

describe('values', () => {
  test('are the defaults where nothing is given, with their static types', () => {
    const { values } = load([]);
    expect(values).toEqual({
      work_dir: undefined,
      port: 5050,
      quiet: false,
      hostname_lookup: true,
      agent_ping_timeout: 15_000,
      fetcher_cache_size: 2 ** 31,
      allocator_agent_recovery_factor: 0.8,
      role_sorter: 'drf',
      recovery_agent_removal_limit: 1,
      agent_removal_rate_limit: undefined,
      isolation: ['posix/cpu', 'posix/mem'],
      domain: undefined,
      password: undefined,
      attributes: undefined,
    });
    expectTypeOf(values.work_dir).toEqualTypeOf<string | undefined>();
    expectTypeOf(values.port).toEqualTypeOf<number>();
    expectTypeOf(values.role_sorter).toEqualTypeOf<'drf' | 'random'>();
    expectTypeOf(values.domain).toEqualTypeOf<{ region: string } | undefined>();
    expectTypeOf(values.isolation).toEqualTypeOf<readonly string[]>();
  });

  test.each([
    ['--work_dir=/x', 'work_dir', '/x'],
    ['--work-dir=/x', 'work_dir', '/x'],
    ['--WORK_DIR=/x', 'work_dir', '/x'],
    ['--work_dir=', 'work_dir', ''],
    ['--work_dir=a=b', 'work_dir', 'a=b'],
    ['--port=0', 'port', 0],
    ['--quiet', 'quiet', true],
    ['--quiet=true', 'quiet', true],
    ['--quiet=1', 'quiet', true],
    ['--quiet=', 'quiet', true],
    ['-q', 'quiet', true],
    ['--no-hostname_lookup', 'hostname_lookup', false],
    ['--no_hostname_lookup', 'hostname_lookup', false],
    ['--no-hostname-lookup', 'hostname_lookup', false],
    ['--hostname_lookup=0', 'hostname_lookup', false],
    ['--agent_ping_timeout=1.5mins', 'agent_ping_timeout', 90_000],
    ['--fetcher_cache_size=512MB', 'fetcher_cache_size', 512 * 1024 * 1024],
    ['--agent_removal_rate_limit=1/10mins', 'agent_removal_rate_limit', { permits: 1, intervalMs: 600_000 }],
    ['--recovery_agent_removal_limit=50%', 'recovery_agent_removal_limit', 0.5],
    ['--isolation= a ,,b', 'isolation', ['a', 'b']],
    ['--domain={"region":"r"}', 'domain', { region: 'r' }],
  ] as const)('%s sets %s', (argument, name, value) => {
    expect(load([argument]).values[name]).toEqual(value);
  });

  test('a value may be the next argument, but booleans take none', () => {
    const { values, positionals } = load(['--work_dir', '/x', '--port', '1', '--quiet', 'true', '--attributes', '-5']);
    expect([values.work_dir, values.port, values.quiet, values.attributes]).toEqual(['/x', 1, true, '-5']);
    expect(positionals).toEqual(['true']);
  });

  test('-- ends the flags; what is no flag is returned in order', () => {
    const { positionals, values } = load(['a', '--port=1', '-', '-5', '--', '--quiet', 'b']);
    expect(positionals).toEqual(['a', '-', '-5', '--quiet', 'b']);
    expect(values.quiet).toBe(false);
  });
});

describe('refusals name the argument and what was expected', () => {
  test.each([
    [['--port=x'], "--port: cannot read 'x': expected a whole number"],
    [['--port=70000'], "--port: cannot take '70000': expected at most 65535"],
    [['--agent_ping_timeout=1ms'], "--agent_ping_timeout: cannot take '1ms': expected at least 1secs"],
    [['--agent_ping_timeout=5'], "--agent_ping_timeout: cannot read '5' as a duration"],
    [['--allocator_agent_recovery_factor=2'], 'expected at most 1'],
    [['--allocator_agent_recovery_factor=0x1'], 'expected a number'],
    [['--quiet=maybe'], "--quiet: cannot read 'maybe': expected true or false"],
    [['--no-quiet=true'], '--no-quiet: expected no value'],
    [['--no-work_dir'], '--no-work_dir: --work_dir holds a value and cannot be negated'],
    [['--work_dir'], '--work_dir: --work_dir expects a value: --work_dir=VALUE'],
    [['--work_dir', '--quiet'], '--work_dir: --work_dir expects a value'],
    [['--role_sorter=fair'], "--role_sorter: cannot read 'fair': expected one of drf, random"],
    [['--domain={"zone":1}'], "--domain: expected an object with 'region'"],
    [['--domain={'], '--domain: cannot read the value as JSON'],
    [['--wrok_dir=x'], 'unknown flag --wrok_dir: did you mean --work_dir?'],
    [['--no-hostnamelookup'], 'unknown flag --no-hostnamelookup: did you mean --hostname_lookup?'],
    [['--completely-different'], 'unknown flag --completely-different: expected one of those that --help lists'],
    [['-x'], 'unknown flag -x'],
    [['--port=1', '--port=1'], '--port: --port is given twice, first as --port: expected it once'],
    [
      ['--slave_ping_timeout=2secs', '--agent_ping_timeout=2secs'],
      '--agent_ping_timeout is given twice, first as --slave_ping_timeout',
    ],
    [['--quiet', '--no-quiet'], '--no-quiet: --quiet is given twice'],
  ])('%j', (argv, text) => {
    expect(errorsOf(argv).join('\n')).toContain(text);
  });

  test('all problems are told at once', () => {
    expect(errorsOf(['--port=x', '--nope=1', '--quiet=maybe'])).toHaveLength(3);
  });

  test('a required flag says what it is for', () => {
    const needy = { zk: flag.string({ help: 'Where ZooKeeper is.', required: true }) };
    const loaded = loadFlags(needy, nothing);
    expect(loaded).toEqual({ ok: false, errors: ['--zk is required: Where ZooKeeper is.'] });
  });

  test('a secret is not repeated', () => {
    const guarded = { password: flag.string({ help: '', secret: true, check: () => 'expected another' }) };
    const loaded = loadFlags(guarded, { ...nothing, argv: ['--password=hunter2'] });
    expect(JSON.stringify(loaded)).not.toContain('hunter2');
  });

  test('a default that cannot be read is a mistake of the schema, found when it is made', () => {
    expect(() => flag.duration({ help: '', default: '5' })).toThrow('a default cannot be read');
    expect(() => flag.int({ help: '', default: 5, max: 1 })).toThrow('expected at most 1');
  });
});

describe('what is told of the values', () => {
  test('/flags shows every flag with a value as Mesos prints it, under the name it was given by', () => {
    const { printable } = load(['--slave_ping_timeout=120secs', '--fetcher_cache_size=4096B', '--password=hunter2']);
    expect(printable()).toEqual({
      allocator_agent_recovery_factor: '0.8',
      fetcher_cache_size: '4KB',
      hostname_lookup: 'true',
      isolation: 'posix/cpu,posix/mem',
      password: '[redacted]',
      port: '5050',
      quiet: 'false',
      recovery_agent_removal_limit: '100%',
      role_sorter: 'drf',
      slave_ping_timeout: '2mins',
    });
    expect(Object.keys(printable())).toEqual(Object.keys(printable()).toSorted());
  });

  test('a deprecated name is taken with a warning', () => {
    expect(load(['--slave_ping_timeout=2secs']).warnings).toEqual([
      '--slave_ping_timeout is a deprecated name: use --agent_ping_timeout',
    ]);
    expect(load(['--agent-ping-timeout=2secs']).warnings).toEqual([]);
  });

  test('help is asked for whatever else is wrong, but not after --', () => {
    expect([
      asksFor(['--nope', '--help'], 'help'),
      asksFor(['-h'], 'help'),
      asksFor(['--', '--help'], 'help'),
      asksFor(['--version'], 'help'),
      asksFor(['--version'], 'version'),
    ]).toEqual([true, true, false, false, true]);
  });
});
