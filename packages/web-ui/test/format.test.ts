// Goal: numbers are short, right, and never hide that there is something. Method: examples.
import { describe, expect, test } from 'vitest';
import {
  formatAgo,
  formatAmount,
  formatBytes,
  formatCount,
  formatDuration,
  formatMiB,
  formatParts,
  formatPercent,
  formatQuantities,
  oneUnit,
  plural,
  shortId,
} from '../src/core/format.js';
import { agentNumber, sharedDomain, sharedHosts, shortHost } from '../src/core/host-names.js';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

describe('amounts', () => {
  test.each([
    [0, '0'],
    [0.5, '0.5 MiB'],
    [128, '128 MiB'],
    [1536, '1.5 GiB'],
    [204_800, '200 GiB'],
    [3_145_728, '3 TiB'],
  ])('%d MiB is %s', (mib, text) => expect(formatMiB(mib)).toBe(text));

  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [47_104, '46 KiB'],
    [5 * 1024 ** 2, '5 MiB'],
    [3 * 1024 ** 3, '3 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test('memory and disk have a unit, processors have none', () => {
    expect([formatAmount('cpus', 0.25), formatAmount('mem', 2048), formatAmount('cpus', 12.34)]).toEqual([
      '0.25',
      '2 GiB',
      '12.3',
    ]);
  });

  test('the unit stands once where part and whole share it', () => {
    expect(formatParts('mem', { part: 2048, whole: 65_536 })).toEqual(['2', '64 GiB']);
    expect(formatParts('mem', { part: 512, whole: 65_536 })).toEqual(['512 MiB', '64 GiB']);
    expect(formatParts('cpus', { part: 1, whole: 8 })).toEqual(['1', '8']);
  });

  test('what there is nothing of is not listed', () => {
    expect(formatQuantities({ mem: 64, cpus: 0.1, gpus: 0 }, ['cpus', 'mem', 'gpus'])).toBe('cpus 0.1 · mem 64 MiB');
  });

  test.each([
    [0, '0 %'],
    [0.000_001, '<1 %'],
    [0.031, '3.1 %'],
    [0.5, '50 %'],
    [1, '100 %'],
    [Number.NaN, '0 %'],
  ])('%d is %s', (part, text) => expect(formatPercent(part)).toBe(text));

  test.each([
    [9999, '9,999'],
    [12_345, '12.3k'],
    [250_000, '250k'],
    [3_400_000, '3.4M'],
  ])('%d things are %s', (count, text) => expect(formatCount(count)).toBe(text));

  test('one is one', () =>
    expect([plural(1, 'task'), plural(2, 'task'), plural(0, 'task')]).toEqual(['1 task', '2 tasks', '0 tasks']));
});

describe('times', () => {
  test.each([
    [0.32, '0.32 ms'],
    [250, '250 ms'],
    [1200, '1.2 s'],
    [59_900, '59 s'],
    [200 * SECOND, '3 m 20 s'],
    [2 * HOUR, '2 h'],
    [76 * HOUR, '3 d 4 h'],
  ])('%d ms last %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    [1000, 'now'],
    [-1500, 'now'],
    [12 * SECOND, '12 s ago'],
    [3 * HOUR, '3 h ago'],
    [-5 * 60 * SECOND, 'in 5 m'],
    [30 * HOUR, '30 h ago'],
    [72 * HOUR, '3 d ago'],
  ])('%d ms before now is %s', (ms, text) => expect(formatAgo(1e12 - ms, 1e12)).toBe(text));

  test('one unit is rounded down', () => expect([oneUnit(119 * SECOND), oneUnit(59_999)]).toEqual(['1 m', '59 s']));
});

describe('names', () => {
  test.each([
    ['633ed80a-4623-4a07-be3b-d9436ec602a2-S12', '633ed80a…-S12'],
    ['633ed80a-4623-4a07-be3b-d9436ec602a2-0003', '633ed80a…-0003'],
    ['633ed80a-4623-4a07-be3b-d9436ec602a2-O1705', '633ed80a…-O1705'],
    ['short-id', 'short-id'],
  ])('%s is shown as %s', (id, short) => expect(shortId(id)).toBe(short));

  test('a domain is left out only where all agents share it', () => {
    const hosts = ['a.x.net', 'b.x.net'];
    expect(hosts.map((name) => shortHost(name, sharedDomain(hosts)))).toEqual(['a', 'b']);
    expect(sharedDomain(['a.x.net', 'b.y.net'])).toBe('');
    expect(sharedDomain(['a.x.net'])).toBe('');
    expect(sharedDomain(['10.0.0.1', '10.0.0.2'])).toBe('');
    expect(sharedDomain([])).toBe('');
  });

  test('agents on one host are told apart by their number', () => {
    expect([...sharedHosts(['a', 'b', 'a', 'a'])]).toEqual(['a']);
    expect(agentNumber('633ed80a-4623-4a07-be3b-d9436ec602a2-S12')).toBe('S12');
  });
});
