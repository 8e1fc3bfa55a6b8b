// Goal: where values come from: command line, then environment, then the configuration directory, then the default.
// Method: literal environments and directories behind the passed-in readers.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fileReaders, flag, loadFlags } from '@mini-mesos/daemon';
import type { DirectoryEntry, FlagSources } from '@mini-mesos/daemon';

const schema = {
  config_dir: flag.path({ help: '' }),
  quorum: flag.int({ help: '' }),
  zk: flag.string({ help: '', aliases: ['zookeeper'] }),
  quiet: flag.bool({ help: '', default: false }),
  strict: flag.bool({ help: '', default: true }),
  attributes: flag.string({ help: '' }),
  resources: flag.string({ help: '' }),
  acls: flag.json({ help: '', read: (value) => ({ ok: true, value }) }),
  credential: flag.path({ help: '' }),
  password: flag.string({ help: '', secret: true }),
};

/** A file system of literal files. */
function sources(files: Record<string, string>, rest: Partial<FlagSources> = {}): FlagSources {
  const fail = (path: string): never => {
    throw new Error(`ENOENT: ${path}`);
  };
  return {
    argv: [],
    env: {},
    readFile: (path) => files[path] ?? fail(path),
    listDirectory: (path) => {
      const entries = new Map<string, DirectoryEntry>();
      for (const file of Object.keys(files).filter((name) => name.startsWith(`${path}/`))) {
        const [name = '', ...deeper] = file.slice(path.length + 1).split('/');
        entries.set(name, { name, kind: deeper.length > 0 ? 'directory' : 'file' });
      }
      return entries.size > 0 ? [...entries.values()] : fail(path);
    },
    ...rest,
  };
}

function load(from: FlagSources) {
  const loaded = loadFlags(schema, from);
  if (!loaded.ok) throw new Error(loaded.errors.join('\n'));
  return loaded;
}

describe('precedence', () => {
  const files = { '/etc/m/quorum': '3\n', '/etc/m/zk': 'from-file', '/etc/m/resources': 'from-file' };
  const env = { MESOS_CONFIG_DIR: '/etc/m', MESOS_ZK: 'from-env', MESOS_RESOURCES: 'from-env' };

  test('the command line wins over the environment, that over files, those over the default', () => {
    const { values, origins } = load(sources(files, { argv: ['--resources=from-argv'], env }));
    expect([values.quorum, values.zk, values.resources, values.strict]).toEqual([3, 'from-env', 'from-argv', true]);
    expect(origins).toMatchObject({
      resources: { source: 'command-line', place: '--resources' },
      zk: { source: 'environment', place: 'MESOS_ZK' },
      quorum: { source: 'config-dir', place: '/etc/m/quorum' },
      strict: { source: 'default' },
      attributes: { source: 'unset' },
    });
  });

  test('a flag may stand in several layers, but once in each', () => {
    const loaded = loadFlags(schema, sources({}, { env: { MESOS_ZK: 'a', MESOS_ZOOKEEPER: 'b' } }));
    expect(loaded.ok ? [] : loaded.errors).toEqual([
      'MESOS_ZOOKEEPER: --zk is given twice, first as MESOS_ZK: expected it once',
    ]);
  });

  test('a value that loses need not be readable', () => {
    expect(load(sources({}, { argv: ['--quorum=1'], env: { MESOS_QUORUM: 'x' } })).values.quorum).toBe(1);
  });
});

describe('the environment', () => {
  test('negates with MESOS_NO_…, ignores what names no flag and what has another prefix', () => {
    const env = {
      MESOS_NO_STRICT: '1',
      MESOS_QUIET: '',
      MESOS_NATIVE_JAVA_LIBRARY: 'x',
      ZK: 'no',
      MESOS_UNSET: undefined,
    };
    const { values } = load(sources({}, { env }));
    expect([values.strict, values.quiet, values.zk]).toEqual([false, true, undefined]);
  });

  test('refuses a negation that says no, and a value that cannot be read', () => {
    const loaded = loadFlags(schema, sources({}, { env: { MESOS_NO_STRICT: 'false', MESOS_QUORUM: 'x' } }));
    expect(loaded.ok ? [] : loaded.errors).toEqual([
      "MESOS_NO_STRICT: cannot negate with 'false': expected nothing, 1 or true",
      "MESOS_QUORUM: cannot read 'x': expected a whole number",
    ]);
  });

  test('is not read where there is no prefix', () => {
    expect(load(sources({}, { env: { MESOS_ZK: 'x' }, envPrefix: null })).values.zk).toBeUndefined();
  });
});

describe('the configuration directory', () => {
  const argv = ['--config_dir=/etc/m'];

  test('holds a file per flag, switches as ?flag and ?no-flag, and directories of keys', () => {
    const files = {
      '/etc/m/quorum': ' 2\n',
      '/etc/m/?quiet': '',
      '/etc/m/?no-strict': '',
      '/etc/m/attributes/zone': 'b\n',
      '/etc/m/attributes/rack': 'r1',
      '/etc/m/attributes/.swp': 'x',
      '/etc/m/resources/cpus': '4',
      '/etc/m/.hidden': 'x',
    };
    const { values } = load(sources(files, { argv }));
    expect(values).toMatchObject({
      quorum: 2,
      quiet: true,
      strict: false,
      attributes: 'rack:r1;zone:b',
      resources: 'cpus:4',
    });
  });

  test.each([
    [{ '/etc/m/qorum': '1' }, '/etc/m/qorum: unknown flag qorum: did you mean --quorum?'],
    [{ '/etc/m/?zk': '' }, '/etc/m/?zk: --zk expects a value'],
    [{ '/etc/m/zk/x': '' }, '/etc/m/zk: expected a file that holds the value of --zk'],
    [{ '/etc/other/zk': '' }, '--config_dir: cannot read /etc/m: ENOENT: /etc/m'],
  ])('%j is refused', (files, text) => {
    const loaded = loadFlags(schema, sources(files, { argv }));
    expect(loaded.ok ? [] : loaded.errors).toEqual([expect.stringContaining(text)]);
  });

  test('may be missing where it is only the default', () => {
    const withDefault = { ...schema, config_dir: flag.path({ help: '', default: '/etc/mesos-master' }) };
    expect(loadFlags(withDefault, sources({})).ok).toBe(true);
  });
});

test('the readers of this machine: files, directories, and links to them', async () => {
  const base = await mkdtemp(join(tmpdir(), 'flags-'));
  await mkdir(join(base, 'attributes'));
  await writeFile(join(base, 'attributes', 'rack'), 'r1\n');
  await writeFile(join(base, 'elsewhere'), '3\n');
  await mkdir(join(base, 'conf'));
  await symlink(join(base, 'elsewhere'), join(base, 'conf', 'quorum'));
  await symlink(join(base, 'attributes'), join(base, 'conf', 'attributes'));
  const loaded = loadFlags(schema, { argv: ['--config_dir', join(base, 'conf')], env: {}, ...fileReaders });
  await rm(base, { recursive: true });
  expect(loaded.ok && [loaded.values.quorum, loaded.values.attributes]).toEqual([3, 'rack:r1']);
});

describe('file:// values', () => {
  const files = { '/s/zk': 'zk://h/mesos\n', '/s/acls': '{"permissive":false}', 'rel/zk': 'r', '/s/p': 'hunter2' };

  test('stand for what the file holds, wherever they were given', () => {
    expect(load(sources(files, { argv: ['--zk=file:///s/zk'] })).values.zk).toBe('zk://h/mesos');
    expect(load(sources(files, { env: { MESOS_ZK: 'file://rel/zk' } })).values.zk).toBe('r');
  });

  test('JSON may be the path itself; a path stays a path', () => {
    const { values } = load(sources(files, { argv: ['--acls=/s/acls', '--credential=file:///s/credential'] }));
    expect([values.acls, values.credential]).toEqual([{ permissive: false }, '/s/credential']);
  });

  test('a file that is missing is told by its path', () => {
    const loaded = loadFlags(schema, sources({}, { argv: ['--zk=file:///nope'] }));
    expect(loaded.ok ? [] : loaded.errors).toEqual(['--zk: cannot read the file /nope: ENOENT: /nope']);
  });

  test('a secret is shown by the path of its file', () => {
    const { values, printable } = load(sources(files, { argv: ['--password=file:///s/p'] }));
    expect([values.password, printable()['password']]).toEqual(['hunter2', 'file:///s/p']);
  });
});
