// Goal: what operators write is understood or refused with what was expected, and turned into exactly the reservations,
// volumes and machines that they mean. Method: the pure choices on what a master tells.
import type { Resource } from '@mini-mesos/proto';
import { describe, expect, test } from 'vitest';
import { maintenanceTable, quotaTable } from '../src/core/listing/operator.js';
import { parseQuantities, parseScalars, parseWeights, scalarsText } from '../src/core/operator/amounts.js';
import { newVolume, reservationsOf, unreservable, volumesOn } from '../src/core/operator/reservations.js';
import { chooseMachine, machineOf, machineText, without, withWindow } from '../src/core/operator/schedule.js';

describe('amounts', () => {
  test('are read, and zero is an amount', () => {
    expect(parseScalars('cpus:4; mem : 1024.5;gpus:0')).toEqual({
      ok: true,
      value: { cpus: { value: 4 }, mem: { value: 1024.5 }, gpus: { value: 0 } },
    });
    expect(scalarsText({ cpus: { value: 4 }, mem: { value: 1 } })).toBe('cpus:4;mem:1');
    expect(scalarsText({})).toBe('-');
  });

  test.each(['cpus', 'cpus:-1', 'cpus:x', 'cpus:1;cpus:2', 'cpus=1'])('%s is refused', (text) => {
    expect(parseScalars(text)).toEqual({ ok: false, error: expect.stringContaining('expected amounts such as') });
  });

  test('of nothing cannot be reserved', () => {
    expect(parseQuantities('cpus:0')).toMatchObject({ ok: false });
  });

  test('of weights are above zero', () => {
    expect(parseWeights(['prod=2', 'dev=0.5'])).toEqual({
      ok: true,
      value: [
        { role: 'prod', weight: 2 },
        { role: 'dev', weight: 0.5 },
      ],
    });
    for (const pair of ['dev', 'dev=0', 'dev=-1', '=2', 'dev=x'])
      expect(parseWeights([pair])).toMatchObject({ ok: false });
  });
});

describe('reservations', () => {
  const labels = { labels: [{ key: 'k', value: 'v' }] };
  const reserved = (name: string, value: number, extra: Partial<Resource> = {}, more = {}): Resource => ({
    name,
    type: 'SCALAR',
    scalar: { value },
    role: 'ops',
    reservation: {},
    reservations: [{ type: 'DYNAMIC', role: 'ops', ...more }],
    ...extra,
  });
  const volume = reserved('disk', 32, {
    disk: { persistence: { id: 'v1' }, volume: { container_path: 'd', mode: 'RW' } },
  });
  const fixed: Resource = { ...reserved('mem', 64), reservations: [{ type: 'STATIC', role: 'ops' }] };
  const agent = {
    reserved_resources_full: { ops: [reserved('cpus', 2, {}, { labels }), reserved('disk', 64), volume, fixed] },
  };

  test('are made of plain amounts', () => {
    const quantities = parseQuantities('cpus:0.5');
    if (!quantities.ok) throw new Error(quantities.error);
    expect(reservationsOf(quantities.value, { role: 'ops', principal: 'bob' })).toEqual([
      {
        name: 'cpus',
        type: 'SCALAR',
        scalar: { value: 0.5 },
        reservations: [{ type: 'DYNAMIC', role: 'ops', principal: 'bob' }],
      },
    ]);
  });

  test('are undone with their labels, without those that are static or hold a volume', () => {
    expect(unreservable(agent, 'ops')).toMatchObject({
      ok: true,
      value: [
        { name: 'cpus', scalar: { value: 2 }, reservations: [{ labels }] },
        { name: 'disk', scalar: { value: 64 } },
      ],
    });
  });

  test('are undone in part', () => {
    const one = parseQuantities('cpus:1');
    if (!one.ok) throw new Error(one.error);
    expect(unreservable(agent, 'ops', one.value)).toMatchObject({ ok: true, value: [{ scalar: { value: 1 } }] });
    const many = parseQuantities('cpus:9');
    if (!many.ok) throw new Error(many.error);
    expect(unreservable(agent, 'ops', many.value)).toMatchObject({ ok: false });
    expect(unreservable(agent, 'web')).toMatchObject({ ok: false });
  });

  test('become volumes, and volumes are found', () => {
    const made = newVolume(agent, { role: 'ops', id: 'db', path: 'data', mib: 48 });
    expect(made).toMatchObject({
      ok: true,
      value: {
        name: 'disk',
        scalar: { value: 48 },
        reservations: [{ type: 'DYNAMIC', role: 'ops' }],
        disk: { persistence: { id: 'db' }, volume: { container_path: 'data', mode: 'RW' } },
      },
    });
    expect(newVolume(agent, { role: 'ops', id: 'db', path: 'data', mib: 65 })).toMatchObject({ ok: false });
    expect(volumesOn(agent)).toMatchObject([{ id: 'v1', role: 'ops', mib: 32, path: 'd' }]);
  });
});

describe('machines', () => {
  const node = { hostname: 'node7', ip: '10.0.0.7' };
  const twin = { hostname: 'node7', ip: '10.0.0.8' };

  test('are those of agents', () => {
    expect(machineOf({ id: 'S1', hostname: 'node7', pid: 'slave(1)@10.0.0.7:5051' })).toEqual(node);
    expect([machineText(node), machineText({ ip: '10.0.0.7' })]).toEqual(['node7 (10.0.0.7)', '10.0.0.7']);
  });

  test('are chosen by name or address, and not guessed at', () => {
    for (const wanted of ['NODE7', '10.0.0.7'])
      expect(chooseMachine([node, node], wanted)).toEqual({ ok: true, value: node });
    expect(chooseMachine([node, twin], 'node7')).toMatchObject({
      ok: false,
      error: expect.stringContaining('2 machines'),
    });
    expect(chooseMachine([], 'node9,10.0.0.9')).toEqual({ ok: true, value: { hostname: 'node9', ip: '10.0.0.9' } });
    expect(chooseMachine([node], 'node9')).toMatchObject({ ok: false });
  });

  test('enter the schedule once, and leave it', () => {
    const first = withWindow({}, [node, twin], { startMs: 1000, durationMs: 500 });
    const second = withWindow(first, [node], { startMs: 2000 });
    expect(second.windows).toEqual([
      { machine_ids: [twin], unavailability: { start: { nanoseconds: 1e9 }, duration: { nanoseconds: 5e8 } } },
      { machine_ids: [node], unavailability: { start: { nanoseconds: 2e9 } } },
    ]);
    expect(without(second, [twin, node])).toEqual({ windows: [] });
  });
});

describe('tables', () => {
  test('of quota show roles that have some', () => {
    const roles = [
      { name: 'dev', quota: { guarantee: { cpus: 1 }, limit: {}, consumed: { cpus: 0.5 } } },
      { name: 'web', quota: { guarantee: {}, limit: {} } },
    ];
    expect(quotaTable(roles).rows).toEqual([['dev', 'cpus:1', '-', 'cpus:0.5']]);
  });

  test('of maintenance show when, and what frameworks say', () => {
    const host = { hostname: 'a', ip: '10.0.0.1' };
    const down = { hostname: 'b', ip: '10.0.0.2' };
    const answer = (status: string) => ({ status, framework_id: { value: 'f' } });
    const status = {
      draining_machines: [{ id: host, statuses: [answer('ACCEPT'), answer('ACCEPT'), answer('DECLINE')] }],
      down_machines: [down],
    };
    const schedule = withWindow({}, [host], { startMs: 5000, durationMs: 5_400_000 });
    expect(maintenanceTable(status, schedule, { timeText: (atMs) => `at ${atMs}` }).rows).toEqual([
      ['a', '10.0.0.1', 'draining', 'at 5000', '90m', '2 accept, 1 decline'],
      ['b', '10.0.0.2', 'down', '', '', ''],
    ]);
  });
});
