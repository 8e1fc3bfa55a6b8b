// npm run bench -- nsdi [--json] [--agents=50000] [--frameworks=200] [--newcomers=100] [--seconds=60] [--plot=FILE]
// How long a newcomer waits, and how full the cluster is, against the allocation interval: on virtual time.
import { option, printHeader, report, seed } from '../lib/report.mjs';
import { seededRandom } from '../lib/random.mjs';
import { linePlot } from '../lib/plot.mjs';
import { writeFileSync } from 'node:fs';
import { simulate } from './simulation.mjs';

const INTERVALS_MS = [1000, 500, 200, 100, 50];
const WARM_UP_MS = 60_000;

const setting = {
  agents: Number(option('agents', 50_000)),
  frameworks: Number(option('frameworks', 200)),
  newcomers: Number(option('newcomers', 100)),
  warmUpMs: WARM_UP_MS,
  measuredMs: Number(option('seconds', 60)) * 1000,
};

printHeader('nsdi: waiting time and utilisation against the allocation interval, on virtual time');

let base;
const waits = { 'next interval only': [], 'also at once': [] };
for (const intervalMs of INTERVALS_MS) {
  for (const isEventDriven of [false, true]) {
    const random = seededRandom(`${seed} ${intervalMs}`);
    const result = simulate({ ...setting, intervalMs, isEventDriven, random });
    const { agents, frameworks } = setting;
    const parameters = { agents, frameworks, intervalMs, newcomersStart: isEventDriven ? 'at-once' : 'next-interval' };
    base ??= result;
    const reference = (samples) => ({ name: '1000 ms, next interval', samples });
    const name = (what) => `nsdi/${what}`;
    report({ name: name('wait'), parameters, samples: result.waitsMs, unit: 'ms', reference: reference(base.waitsMs) });
    report({
      name: name('utilisation'),
      parameters,
      samples: [result.utilisation * 100],
      unit: '%',
      reference: reference([base.utilisation * 100]),
    });
    report({
      name: name('cycle'),
      parameters,
      samples: result.cyclesMs,
      unit: 'ms',
      reference: reference(base.cyclesMs),
    });
    const sorted = result.waitsMs.toSorted((a, b) => a - b);
    waits[isEventDriven ? 'also at once' : 'next interval only'].push([intervalMs, sorted[sorted.length >> 1] ?? NaN]);
  }
}

const plot = option('plot', undefined);
if (plot !== undefined) {
  const text = linePlot({
    title: `Median wait of a newcomer, ${setting.agents.toLocaleString('en')} agents, full cluster`,
    x: { label: 'allocation interval, ms', isLog: true },
    y: { label: 'wait, ms' },
    series: Object.entries(waits).map(([name, points]) => ({ name, points })),
  });
  writeFileSync(plot, text);
  console.error(`plot written to ${plot}`);
}
