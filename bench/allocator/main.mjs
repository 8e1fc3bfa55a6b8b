// npm run bench -- allocator [--json] [--cpu] [--workers] [--quick|--full] [--only=TEXT] [--repeats=3] [--plot=FILE]
// The workloads of Mesos' own allocator benchmarks, full cycles, and cycles over few changed agents, each against the plain
// allocator in the same run where that is done in reasonable time, with the C++ figure beside it.
import { writeFileSync } from 'node:fs';
import { createAllocator } from '@mini-mesos/allocator';
import { linePlot } from '../lib/plot.mjs';
import { median, option, printHeader, report } from '../lib/report.mjs';
import { isCpu, repeats } from './clock.mjs';
import { cppMs } from './cpp.mjs';
import { fullCycles, heapOver, incrementalCycles } from './cycles.mjs';
import { benchSorter } from './sorter.mjs';
import { benchWorkers } from './workers.mjs';
import { workloads } from './workloads.mjs';

const args = process.argv.slice(2);
const size = args.includes('--full') ? 'full' : args.includes('--quick') ? 'quick' : 'usual';
const only = option('only', '');
const unit = isCpu ? 'cpu ms' : 'ms';

/** Agents times frameworks above which the plain allocator would take minutes. */
const REFERENCE_MAX = 1000 * 200;

const GRID = {
  quick: [
    [1000, 50],
    [1000, 200],
  ],
  usual: [
    [1000, 50],
    [1000, 200],
    [1000, 1000],
    [5000, 200],
    [10000, 200],
    [10000, 1000],
  ],
  full: [
    [1000, 50],
    [1000, 200],
    [1000, 1000],
    [5000, 200],
    [10000, 200],
    [10000, 1000],
    [50000, 200],
    [50000, 6000],
  ],
}[size];

/** Samples of all repetitions, phase by phase. The first repetition of several warms up. */
function repeat(name, options, parameters, times) {
  const all = new Map();
  for (let i = 0; i < times; i += 1) {
    const phases = workloads[name](createAllocator(options), parameters);
    if (i === 0 && times > 1) continue;
    for (const [phase, samples] of phases) all.set(phase, [...(all.get(phase) ?? []), ...samples]);
  }
  return all;
}

function bench(name, parameters, { label = '', sizeKey, options = {}, isReferenceFeasible }) {
  if (!name.toLowerCase().includes(only.toLowerCase())) return;
  const phases = repeat(name, options, parameters, repeats);
  const reference = isReferenceFeasible
    ? repeat(name, { ...options, kind: 'reference' }, { ...parameters, rounds: 2 }, 1)
    : undefined;
  for (const [phase, samples] of phases) {
    const cpp = cppMs(`${name}/${phase}${label}`, sizeKey);
    const plain = reference?.get(phase);
    const row = {
      name: `allocator/${name}/${phase}`,
      parameters: {
        ...parameters,
        ...(options.roleSorter ? { sorter: options.roleSorter } : {}),
        min: round(Math.min(...samples)),
      },
      samples,
      unit,
    };
    if (cpp !== undefined)
      Object.assign(row.parameters, { cppMs: cpp, timesFasterThanCpp: round(cpp / median(samples)) });
    if (plain === undefined) row.parameters.reference = 'skipped, it would take minutes';
    else row.reference = { name: 'plain allocator', samples: plain };
    report(row);
  }
}

const round = (value) => Number(value.toPrecision(3));

printHeader(`allocator: ${size} sizes, ${isCpu ? "the process' processor time" : 'time on the wall'}`);

for (const [agents, frameworks] of GRID) {
  const sizeKey = `${agents}x${frameworks}`;
  const isReferenceFeasible = agents * frameworks <= REFERENCE_MAX;
  const setting = { sizeKey, isReferenceFeasible };
  const common = { agents, frameworks };
  if (agents < 50000) bench('DeclineOffers', { ...common, rounds: 10 }, setting);
  bench('SuppressOffers', common, setting);
  bench('ExtremeSuppressOffers', common, setting);
  bench('AddAndUpdateSlave', common, setting);
  // Frameworks times cycles over all agents: the plain allocator looks at every agent each time.
  bench('AllocatorBacklog', common, { ...setting, isReferenceFeasible: agents * frameworks <= 50_000 });
  if (agents < 50000) bench('ResourceLabels', { ...common, rounds: 10 }, setting);
  if (agents <= 10000 && frameworks <= 200) {
    for (const volumes of ['regular', 'shared', 'mixed']) {
      bench('PersistentVolumes', { ...common, volumes }, { ...setting, label: ` ${volumes}` });
    }
    bench('Metrics', common, { ...setting, isReferenceFeasible: agents * frameworks <= 50_000 });
  }
}
bench('DeclineOffersFull', { agents: 1000, frameworks: 50 }, { sizeKey: '1000x50', isReferenceFeasible: false });
for (const roles of [50, 100, 200]) {
  bench('UpdateAllocation', { roles }, { sizeKey: String(roles), isReferenceFeasible: roles === 50 });
}
bench('MultiFrameworkAllocations', {}, { sizeKey: '', isReferenceFeasible: false });
for (const sorter of ['drf', 'random']) {
  const options = { roleSorter: sorter, frameworkSorter: sorter };
  for (const [small, large] of size === 'quick'
    ? [
        [25, 5],
        [250, 50],
      ]
    : [
        [25, 5],
        [250, 50],
        [2500, 500],
      ]) {
    const sizeKey = String(small / 5 + 5 * large);
    bench(
      'LargeAndSmallQuota',
      { small, large },
      { options, label: ` ${sorter}`, sizeKey, isReferenceFeasible: small < 2500 },
    );
  }
  for (const roles of size === 'quick' ? [10, 100] : [10, 100, 1000]) {
    for (const quota of [false, true]) {
      const label = ` ${sorter}${quota ? ' quota' : ''}`;
      bench(
        'NonQuotaVsQuota',
        { roles, quota },
        { options, label, sizeKey: String(roles), isReferenceFeasible: roles < 1000 },
      );
    }
  }
}
if ('fullsort'.includes(only.toLowerCase())) benchSorter({ unit });

const CYCLES = {
  quick: [
    [1000, 100],
    [5000, 500],
  ],
  usual: [
    [1000, 100],
    [5000, 500],
    [10000, 1000],
    [20000, 2000],
    [50000, 6000],
  ],
  full: [
    [1000, 100],
    [5000, 500],
    [10000, 1000],
    [20000, 2000],
    [50000, 6000],
  ],
}[size];
const plots = { '1 role': [], '200 weighted roles': [], '200 roles, all rules': [] };
if ('cycle'.includes(only.toLowerCase())) {
  for (const [agents, frameworks] of CYCLES) {
    const rounds = agents >= 50000 ? 10 : agents >= 20000 ? 15 : 40;
    // The rules one by one say little more at the largest size, where everything takes long to come back.
    const isLarge = agents >= 50000 && size !== 'full';
    for (const [label, roles, rules] of [
      ['1 role', 1, []],
      ['200 weighted roles', 200, []],
      ['quota', 200, ['quota']],
      ['reservations', 200, ['reservations']],
      ['filters', 200, ['filters']],
      ['constraints', 200, ['constraints']],
      ['200 roles, all rules', 200, ['quota', 'reservations', 'filters', 'constraints']],
    ]) {
      if (isLarge && rules.length === 1) continue;
      const setting = { agents, frameworks, roles, rules };
      const { samples, bytes, offers } = fullCycles(createAllocator({}), setting, rounds + 6);
      const measured = samples.slice(6);
      const isFeasible = agents <= 1000;
      const plain = isFeasible ? fullCycles(createAllocator({ kind: 'reference' }), setting, 3).samples : undefined;
      plots[label]?.push([agents, median(measured)]);
      report({
        name: 'allocator/full cycle',
        parameters: {
          agents,
          frameworks,
          roles,
          rules: rules.join('+') || 'none',
          offers,
          min: round(Math.min(...measured)),
          bytesPerAgent: Math.round(median(bytes) / agents),
          heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
          ...(isFeasible ? {} : { reference: 'skipped, it would take minutes' }),
        },
        samples: measured,
        unit,
        reference: plain && { name: 'plain allocator', samples: plain },
      });
    }
  }
  for (const [agents, frameworks, roles] of [
    [10000, 1000, 1],
    [10000, 1000, 200],
  ]) {
    const setting = { agents, frameworks, roles, dirty: 100 };
    const { samples } = incrementalCycles(createAllocator({}), setting, 300);
    const measured = samples.slice(50);
    report({
      name: 'allocator/incremental cycle',
      parameters: { ...setting, min: round(Math.min(...measured)) },
      samples: measured,
      unit,
    });
  }
}

if ('heap'.includes(only.toLowerCase())) {
  const [setting, cycles] = [{ agents: 1000, frameworks: 100, roles: 20 }, 10_000];
  const kib = heapOver(createAllocator({}), setting, cycles);
  const [first] = kib;
  const parameters = { ...setting, cycles, grownKiB: Math.round(kib[kib.length - 1] - first) };
  const reference = { name: 'heap after the first tenth', samples: [first] };
  report({ name: 'allocator/heap over cycles', parameters, samples: kib, unit: 'KiB', reference });
}

const plot = option('plot', undefined);
if (plot !== undefined) {
  const series = Object.entries(plots).map(([name, points]) => ({ name, points }));
  const title = 'Time of a full cycle, one framework for every 10 agents (50,000: 6,000)';
  writeFileSync(plot, linePlot({ title, x: { label: 'agents', isLog: true }, y: { label: unit }, series }));
}
if (args.includes('--workers')) await benchWorkers();
