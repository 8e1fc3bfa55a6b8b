// Goal: what --resources does not name is taken from the machine by Mesos' rules. Method: table of machines.
import { describe, expect, test } from 'vitest';
import { detectResources, parseResourcesFlag } from '@mini-mesos/resources';
import type { MachineFacts } from '@mini-mesos/resources';
import { must } from './support/build.js';

const GIB = 2 ** 30;
const MACHINE: MachineFacts = { cpuCount: 8, memTotalBytes: 16 * GIB, diskTotalBytes: 100 * GIB };

const detect = (text: string, facts: MachineFacts = MACHINE, role?: string): string => {
  const result = detectResources(must(parseResourcesFlag(text, role)), facts);
  return result.ok ? result.value.toString() : result.error;
};

describe('without --resources', () => {
  test.each<[string, MachineFacts, string]>([
    ['all of a large machine but a reserve', MACHINE, 'cpus:8; mem:15360; disk:97280; ports:[31000-32000]'],
    [
      'half of a small one',
      { cpuCount: 1, memTotalBytes: 2 * GIB - 1, diskTotalBytes: 10 * GIB - 1 },
      'cpus:1; mem:1023; disk:5119; ports:[31000-32000]',
    ],
    [
      'at the border the reserve',
      { cpuCount: 2, memTotalBytes: 2 * GIB, diskTotalBytes: 10 * GIB },
      'cpus:2; mem:1024; disk:5120; ports:[31000-32000]',
    ],
    ['a guess where nothing is known', {}, 'cpus:1; mem:1024; disk:10240; ports:[31000-32000]'],
    [
      'gpus where they are isolated',
      { ...MACHINE, gpuCount: 2 },
      'cpus:8; gpus:2; mem:15360; disk:97280; ports:[31000-32000]',
    ],
    ['none where there are none', { ...MACHINE, gpuCount: 0 }, 'cpus:8; mem:15360; disk:97280; ports:[31000-32000]'],
  ])('%s', (_what, facts, expected) => {
    expect(detect('', facts)).toBe(expected);
  });
});

describe('what is given is not detected', () => {
  test.each([
    ['cpus:4;mem:4096;disk:8192;ports:[31000-32000]', 'cpus:4; mem:4096; disk:8192; ports:[31000-32000]'],
    ['cpus:0;ports:[]', 'mem:15360; disk:97280'],
    ['cpus(web):2;mem:1;disk:1;ports:[1-2]', 'cpus(reservations: [(STATIC,web)]):2; mem:1; disk:1; ports:[1-2]'],
    ['bandwidth:7;mem:0;disk:0;ports:[]', 'cpus:8; bandwidth:7'],
  ])('%s', (text, expected) => {
    expect(detect(text)).toBe(expected);
  });

  test('what is detected belongs to the default role', () => {
    expect(detect('mem:1;disk(*):2;ports:[]', MACHINE, 'web')).toBe(
      'cpus(reservations: [(STATIC,web)]):8; mem(reservations: [(STATIC,web)]):1; disk:2',
    );
  });
});

describe('gpus', () => {
  const rest = 'mem:1;disk:1;cpus:1;ports:[]';
  test.each<[string, MachineFacts, string]>([
    ['gpus:3', {}, 'cpus:1; gpus:3; mem:1; disk:1'],
    ['gpus:0', { gpuCount: 4 }, 'cpus:1; mem:1; disk:1'],
    ['gpus:2', { gpuCount: 4, gpuDevices: [0, 3] }, 'cpus:1; gpus:2; mem:1; disk:1'],
    ['gpus:2', { gpuCount: 4 }, "The 'gpus' resource cannot be set without also setting '--nvidia_gpu_devices'"],
    [
      '',
      { gpuCount: 4, gpuDevices: [0] },
      "'--nvidia_gpu_devices' cannot be set without also setting 'gpus' in '--resources'",
    ],
    [
      'gpus:0',
      { gpuCount: 4, gpuDevices: [0] },
      "'--nvidia_gpu_devices' cannot be specified when '--resources' specifies 0 GPUs",
    ],
    ['gpus:1.5', { gpuCount: 4, gpuDevices: [0] }, "The 'gpus' resource must be a non-negative integer"],
    ['gpus:2', { gpuCount: 4, gpuDevices: [1, 1] }, "'--nvidia_gpu_devices' contains duplicates"],
    [
      'gpus:1',
      { gpuCount: 4, gpuDevices: [0, 1] },
      "'--resources' and '--nvidia_gpu_devices' specify different numbers of GPU devices",
    ],
    [
      'gpus:2',
      { gpuCount: 1, gpuDevices: [0, 1] },
      'The number of GPUs requested is greater than the number of GPUs available on the machine',
    ],
  ])('%j on %j: %s', (text, facts, expected) => {
    expect(detect(`${rest};${text}`, facts)).toBe(expected);
  });
});
