// mini-mesos maintenance, and maintenance schedule, cancel, start and stop
import { flag } from '@mini-mesos/daemon';
import { maintenanceTable } from '../../core/listing/operator.js';
import {
  chooseMachine,
  machineOf,
  machinesOf,
  machineText,
  without,
  withWindow,
} from '../../core/operator/schedule.js';
import type { MachineMessage, MaintenanceStatusMessage, ScheduleMessage } from '../../core/operator/schedule.js';
import { listed } from '../../core/text/units.js';
import { CommandError, EXIT } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { callOperator, readAgents } from '../../master-api/operator-calls.js';
import { printJson, printTable } from '../../output/listing.js';
import { connectionFlags, connectionOf, jsonFlag } from '../client-flags.js';
import { command } from '../command.js';

/** How many machines can be named at once. */
const MACHINES_MAX = 1000;

const machines = {
  positionals: 'MACHINE …',
  positionalsCount: [1, MACHINES_MAX],
  environment: 'connection',
} as const;

const timeText = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
const readSchedule = (client: MasterClient) => client.read<ScheduleMessage>('/maintenance/schedule');
const namesOf = (chosen: readonly MachineMessage[]): string => listed(chosen.map(machineText));

export const maintenance = command({
  name: 'maintenance',
  summary: 'Lists the machines with planned maintenance, and what frameworks say about leaving them.',
  examples: ['mini-mesos maintenance', 'mini-mesos maintenance --json'],
  environment: 'connection',
  flags: { ...connectionFlags, ...jsonFlag },
  async run({ values, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const status = await client.read<MaintenanceStatusMessage>('/maintenance/status');
    const schedule = await readSchedule(client);
    if (values.json) {
      printJson(terminal, { status, schedule });
      return EXIT.ok;
    }
    const table = maintenanceTable(status, schedule, { timeText });
    if (table.rows.length > 0) printTable(terminal, table);
    else terminal.say('no maintenance is planned: mini-mesos maintenance schedule plans one');
    return EXIT.ok;
  },
});

export const maintenanceSchedule = command({
  name: 'maintenance schedule',
  summary: 'Plans maintenance of machines. Offers carry the time, and frameworks are asked to leave until then.',
  ...machines,
  examples: ['mini-mesos maintenance schedule node7 --in=2hrs --duration=30mins'],
  flags: {
    ...connectionFlags,
    in: flag.duration({ help: 'When it begins, from now on.', default: '0secs', min: '0secs' }),
    duration: flag.duration({ help: 'How long it takes. Default: without end.', example: '1hrs', min: '0secs' }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const schedule = await readSchedule(client);
    const agents = await readAgents(client);
    const chosen = choose([...agents.map(machineOf), ...machinesOf(schedule)], positionals);
    const startMs = Date.now() + values.in;
    const next = withWindow(schedule, chosen, { startMs, durationMs: values.duration });
    await update(client, next, `plan the maintenance of ${namesOf(chosen)}`);
    terminal.say(`maintenance of ${namesOf(chosen)} begins at ${timeText(startMs)}`);
    return EXIT.ok;
  },
});

export const maintenanceCancel = command({
  name: 'maintenance cancel',
  summary: 'Takes machines that are not down out of the maintenance schedule.',
  ...machines,
  examples: ['mini-mesos maintenance cancel node7'],
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const schedule = await readSchedule(client);
    const chosen = choose(machinesOf(schedule), positionals);
    await update(client, without(schedule, chosen), `cancel the maintenance of ${namesOf(chosen)}`);
    terminal.say(`no maintenance of ${namesOf(chosen)} is planned any more`);
    return EXIT.ok;
  },
});

export const maintenanceStart = command({
  name: 'maintenance start',
  summary: 'Takes scheduled machines down: their agents end, their tasks are lost, and none may register from there.',
  ...machines,
  examples: ['mini-mesos maintenance start node7'],
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const chosen = choose(machinesOf(await readSchedule(client)), positionals);
    await callOperator(
      client,
      { type: 'START_MAINTENANCE', start_maintenance: { machines: chosen } },
      { purpose: `start the maintenance of ${namesOf(chosen)}` },
    );
    terminal.say(`down for maintenance: ${namesOf(chosen)}`);
    return EXIT.ok;
  },
});

export const maintenanceStop = command({
  name: 'maintenance stop',
  summary: 'Ends the maintenance of machines: they leave the schedule, and their agents may register again.',
  ...machines,
  examples: ['mini-mesos maintenance stop node7'],
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const chosen = choose(machinesOf(await readSchedule(client)), positionals);
    await callOperator(
      client,
      { type: 'STOP_MAINTENANCE', stop_maintenance: { machines: chosen } },
      { purpose: `end the maintenance of ${namesOf(chosen)}` },
    );
    terminal.say(`up again: ${namesOf(chosen)}`);
    return EXIT.ok;
  },
});

function choose(known: readonly MachineMessage[], wanted: readonly string[]): MachineMessage[] {
  return wanted.map((name) => {
    const found = chooseMachine(known, name);
    if (!found.ok) throw new CommandError(found.error);
    return found.value;
  });
}

async function update(client: MasterClient, schedule: ScheduleMessage, purpose: string): Promise<void> {
  await callOperator(
    client,
    { type: 'UPDATE_MAINTENANCE_SCHEDULE', update_maintenance_schedule: { schedule } },
    { purpose, hints: [['is deactivated', 'mini-mesos maintenance stop brings machines up that are down']] },
  );
}
