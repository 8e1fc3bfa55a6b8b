// The tables of what operators lay down: quota, weights, maintenance, volumes. Pure.
import type { RoleMessage } from '../cluster/messages.js';
import { unavailabilityOf } from '../operator/schedule.js';
import type { MaintenanceStatusMessage, MachineMessage, ScheduleMessage } from '../operator/schedule.js';
import type { Volume } from '../operator/reservations.js';
import { printable } from '../text/printable.js';
import { listed, mibText, numberText } from '../text/units.js';
import type { Table } from './table-of.js';

export type QuotaMessage = NonNullable<RoleMessage['quota']> & {
  readonly consumed?: { readonly [name: string]: number };
};

/** Roles with a guarantee or a limit. */
export function quotasOf(roles: readonly RoleMessage[]): { role: string; quota: QuotaMessage }[] {
  return roles.flatMap(({ name, quota = {} }) => {
    const has = (amounts: object = {}) => Object.keys(amounts).length > 0;
    return has(quota.guarantee) || has(quota.limit) ? [{ role: name, quota }] : [];
  });
}

export function quotaTable(roles: readonly RoleMessage[]): Table {
  const rows = quotasOf(roles).map(({ role, quota: { guarantee, limit, consumed } }) => [
    printable(role),
    amountsText(guarantee),
    amountsText(limit),
    amountsText(consumed),
  ]);
  return { columns: ['ROLE', 'GUARANTEE', 'LIMIT', 'CONSUMED'].map((title) => ({ title, shrinksTo: 8 })), rows };
}

function amountsText(amounts: { readonly [name: string]: number } = {}): string {
  const texts = Object.entries(amounts).map(([name, amount]) => `${name}:${numberText(amount)}`);
  return texts.length === 0 ? '-' : texts.join(';');
}

export interface WeightMessage {
  readonly role: string;
  readonly weight: number;
}

export function weightTable(weights: readonly WeightMessage[]): Table {
  return {
    columns: [{ title: 'ROLE' }, { title: 'WEIGHT', align: 'right' }],
    rows: weights.map(({ role, weight }) => [printable(role), numberText(weight)]),
  };
}

export function maintenanceTable(
  { draining_machines: draining = [], down_machines: down = [] }: MaintenanceStatusMessage,
  schedule: ScheduleMessage,
  { timeText }: { timeText: (atMs: number) => string },
): Table {
  const row = (id: MachineMessage, state: string, answers: string) => {
    const { start, duration } = unavailabilityOf(schedule, id) ?? {};
    return [
      printable(id.hostname ?? ''),
      id.ip ?? '',
      state,
      start ? timeText(start.nanoseconds / 1e6) : '',
      duration ? minutesText(duration.nanoseconds / 1e6) : '',
      answers,
    ];
  };
  return {
    columns: [
      { title: 'HOST', shrinksTo: 8 },
      { title: 'ADDRESS' },
      { title: 'STATE' },
      { title: 'START' },
      { title: 'DURATION', align: 'right', isOptional: true },
      { title: 'FRAMEWORKS', isOptional: true, shrinksTo: 10 },
    ],
    rows: [
      ...draining.map(({ id, statuses = [] }) => row(id, 'draining', answersText(statuses))),
      ...down.map((id) => row(id, 'down', '')),
    ],
  };
}

/** `2 accept, 1 decline`: what frameworks said to the request to leave. */
function answersText(statuses: readonly { readonly status: string }[]): string {
  const counts = new Map<string, number>();
  for (const { status } of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status.toLowerCase()}`).join(', ');
}

function minutesText(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 120 ? `${numberText(minutes)}m` : `${numberText(minutes / 60)}h`;
}

export function volumeTable(volumes: readonly (Volume & { readonly agent: string })[]): Table {
  return {
    columns: [
      { title: 'AGENT' },
      { title: 'ROLE' },
      { title: 'ID' },
      { title: 'SIZE', align: 'right' },
      { title: 'PATH' },
    ],
    rows: volumes.map(({ agent, role, id, mib, path }) => [
      agent,
      printable(role),
      printable(id),
      mibText(mib),
      printable(path),
    ]),
  };
}

/** `cpus:2 and mem:64` of resource messages, for talk. */
export function resourcesTalk(
  resources: readonly { readonly name: string; readonly scalar?: { readonly value: number } | undefined }[],
): string {
  return listed(resources.map(({ name, scalar }) => `${name}:${numberText(scalar?.value ?? 0)}`));
}
