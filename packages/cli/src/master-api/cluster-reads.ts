// Reads of the cluster that several commands make, and how a person's word for a thing becomes the thing.
import type { AgentMessage, FrameworkMessage, StateMessage } from '../core/cluster/messages.js';
import { allFrameworks, tasksOf } from '../core/cluster/tasks.js';
import type { TaskInCluster } from '../core/cluster/tasks.js';
import { findOne } from '../core/lookup/find-one.js';
import type { Found } from '../core/lookup/find-one.js';
import { printable } from '../core/text/printable.js';
import { plural } from '../core/text/units.js';
import { CommandError } from '../errors.js';
import type { MasterClient } from './master-client.js';

/** So many of several are named in a message. */
const NAMED_MAX = 5;

export const readState = (client: MasterClient): Promise<StateMessage> => client.read<StateMessage>('/state');

export interface TaskWish {
  readonly task: string;
  /** Of this framework: an id, the beginning of one, its last part, or a name. */
  readonly framework?: string | undefined;
}

/** Any task that the master remembers. Those that run come before those that ended, where both have the name. */
export function chooseTask(state: StateMessage, { task, framework }: TaskWish): TaskInCluster {
  const all = tasksOf(state);
  const ofFramework = framework === undefined ? undefined : chooseFramework(state, framework);
  const tasks = ofFramework === undefined ? all : all.filter((one) => one.task.framework_id === ofFramework.id);
  const find = (among: readonly TaskInCluster[]): Found<TaskInCluster> =>
    findOne(among, task, { id: (one) => one.task.id, names: (one) => [one.task.name] });
  const running = find(tasks.filter(({ isCompleted }) => !isCompleted));
  const found = running.kind === 'none' ? find(tasks) : running;
  return one(found, {
    what: 'task',
    wanted: task,
    where: ofFramework === undefined ? '' : ` of framework ${printable(ofFramework.name)}`,
    nameOf: (item) => `${item.task.id} (${item.task.state} of framework ${item.framework.id})`,
    hint: 'mini-mesos tasks --all lists them',
    several: 'give more of the id, or --framework',
  });
}

/** A registered one before a completed one. */
export function chooseFramework(state: StateMessage, wanted: string): FrameworkMessage {
  const all = allFrameworks(state);
  const find = (among: typeof all): Found<FrameworkMessage> =>
    findOne(
      among.map(({ framework }) => framework),
      wanted,
      { id: ({ id }) => id, names: ({ name }) => [name] },
    );
  const registered = find(all.filter(({ isCompleted }) => !isCompleted));
  return one(registered.kind === 'none' ? find(all) : registered, {
    what: 'framework',
    wanted,
    nameOf: ({ id, name }) => `${id} (${name})`,
    hint: 'mini-mesos frameworks lists them',
    several: 'give the id',
  });
}

export function chooseAgent({ slaves = [] }: StateMessage, wanted: string): AgentMessage {
  return one(findOne(slaves, wanted, { id: ({ id }) => id, names: ({ hostname }) => [hostname] }), {
    what: 'agent',
    wanted,
    nameOf: ({ id, hostname }) => `${id} (${hostname})`,
    hint: 'mini-mesos agents lists them',
    several: 'give the id',
  });
}

interface Wording<T> {
  readonly what: string;
  readonly wanted: string;
  readonly where?: string;
  readonly nameOf: (item: T) => string;
  readonly hint: string;
  readonly several: string;
}

function one<T>(found: Found<T>, { what, wanted, where = '', nameOf, hint, several }: Wording<T>): T {
  switch (found.kind) {
    case 'one':
      return found.item;
    case 'none':
      throw new CommandError(`no ${what} ${printable(wanted)}${where} is known: ${hint}`);
    case 'several': {
      const named = found.items.slice(0, NAMED_MAX).map((item) => `\n  ${printable(nameOf(item))}`);
      const more = found.items.length > NAMED_MAX ? '\n  …' : '';
      const count = plural(found.items.length, what);
      throw new CommandError(`${printable(wanted)} can mean ${count}: ${several}${named.join('')}${more}`);
    }
  }
}
