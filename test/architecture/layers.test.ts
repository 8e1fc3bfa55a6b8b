// Goal: the house stays as ARCHITECTURE.md draws it: packages import downward only and through the front door, cores
// touch nothing outside themselves, files stay readable. Method: read every source file and look.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const home = join(import.meta.dirname, '..', '..');

/** Which floor a package stands on. Imports go to lower floors only; web-ui is in the hands of the cli. */
const FLOOR: { [name: string]: number } = {
  proto: 0,
  resources: 1,
  wire: 1,
  allocator: 2,
  election: 2,
  daemon: 2,
  master: 3,
  agent: 3,
  'scheduler-sdk': 3,
  'spark-framework': 4,
  simulator: 4,
  'web-ui': 4,
  cli: 5,
};

/** What a package may use beyond its floor's rule. */
const ONLY: { [name: string]: readonly string[] } = {
  allocator: ['proto', 'resources'],
  'web-ui': ['proto'],
};

const packages = readdirSync(join(home, 'packages'));

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** Comments and texts may talk of imports too, so a static one starts or ends its statement at the start of a line. */
const importsOf = (text: string): string[] => [
  ...[...text.matchAll(/^(?:import|export|\})\b[^'"`;]*?\bfrom '([^']+)';$/gm)].map(([, name]) => name ?? ''),
  ...[...text.matchAll(/^import '([^']+)';$/gm)].map(([, name]) => name ?? ''),
  ...[...text.matchAll(/(?:^|[\s(])import\('([^']+)'\)/g)].map(([, name]) => name ?? ''),
];

const files = packages.flatMap((name) =>
  [...sources(join(home, 'packages', name, 'src'))].map((path) => ({
    package: name,
    path: relative(home, path),
    text: readFileSync(path, 'utf8'),
  })),
);

test('every package has a floor', () => {
  expect([...packages].sort()).toEqual(
    Object.keys(FLOOR)
      .filter((name) => name !== 'proto')
      .sort(),
  );
});

describe.each(packages)('%s', (name) => {
  const own = files.filter((file) => file.package === name);

  test('imports downward only, and only through the front door', () => {
    const wrong = own.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((target) => target.startsWith('@mini-mesos/'))
        .filter((target) => {
          const [, other = '', ...deeper] = target.split('/');
          const allowed = ONLY[name] ? ONLY[name].includes(other) : (FLOOR[other] ?? 99) < (FLOOR[name] ?? -1);
          return !allowed || deeper.length > 0;
        })
        .map((target) => `${path}: ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('says in package.json what it imports, and nothing more', () => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(home, 'packages', name, 'package.json'), 'utf8'),
    ) as { dependencies?: object; devDependencies?: object };
    const said = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
    const used = new Set(
      own
        .flatMap(({ text }) => importsOf(text))
        .filter((target) => !/^(\.|node:)/.test(target))
        .map((target) =>
          target
            .split('/')
            .slice(0, target.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const unsaid = [...used].filter((target) => !said.has(target));
    expect(unsaid).toEqual([]);
    const ours = [...said].filter((target) => target.startsWith('@mini-mesos/'));
    expect(ours.filter((target) => !used.has(target))).toEqual([]);
  });
});

test('a core imports no shell and nothing of node', () => {
  const cores = files.filter(
    ({ path, package: name }) => /\/src\/core\//.test(path) || name === 'allocator' || name === 'resources',
  );
  const wrong = cores.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((target) => target.startsWith('node:') || target.includes('/shell/'))
      .map((target) => `${path}: ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no source file is longer than 500 lines', () => {
  expect(files.filter(({ text }) => text.split('\n').length > 500).map(({ path }) => path)).toEqual([]);
});

test('every source file opens by saying what it is for', () => {
  expect(files.filter(({ text }) => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(text)).map(({ path }) => path)).toEqual([]);
});

test('nothing is switched off or left for later', () => {
  const marks = /\b(it|test|describe)\.(only|skip|todo)\(|\b(TODO|FIXME|XXX)\b/;
  const tests = ['test', ...packages.map((name) => join('packages', name, 'test'))].flatMap((folder) => {
    try {
      return [...sources(join(home, folder))];
    } catch {
      return [];
    }
  });
  const texts = [
    ...files.map(({ path, text }) => [path, text] as const),
    ...tests.map((path) => [path, readFileSync(path, 'utf8')] as const),
  ];
  const self = relative(home, import.meta.filename);
  expect(texts.filter(([path, text]) => !path.endsWith(self) && marks.test(text)).map(([path]) => path)).toEqual([]);
});
