// Answers and snapshots of the operator API as bytes.
//
// In JSON the lists of the great readings are written item by item, and also where they are empty: Mesos writes these
// readings by hand, and clients rely on the arrays. LISTS names them; everything else leaves empty lists out.
import type { master, MessageName, MessageTypes } from '@mini-mesos/proto';
import { encodeProtobuf, JSON_TYPE, toJsonText } from '@mini-mesos/wire';
import type { MediaType } from '@mini-mesos/wire';
import { Listing } from '../../../core/views/listing.js';
import type { AgentsView } from '../../../core/views/v1/agent.js';
import type { FrameworksView } from '../../../core/views/v1/framework.js';
import type { Snapshot } from '../../../core/views/v1/snapshot.js';
import type { ExecutorsView, TasksView } from '../../../core/views/v1/tasks.js';
import { JsonText, writeJson, writeJsonInSlices } from '../read/json-writer.js';

/** A Response whose great lists are made when they are written. */
export type ResponseView = Omit<master.Response, keyof Snapshot | 'get_state'> &
  Partial<Snapshot> & { readonly get_state?: Snapshot };

type Section = AgentsView | ExecutorsView | FrameworksView | TasksView;
type ItemsOf<L> = L extends Listing<infer T> ? T : never;
type ItemWriters = {
  readonly [section in keyof Snapshot]: {
    readonly [list in keyof Snapshot[section]]: (item: ItemsOf<Snapshot[section][list]>) => string;
  };
};

const item =
  <N extends MessageName>(name: N) =>
  (message: MessageTypes[N]): string =>
    toJsonText(name, message);

const LISTS: ItemWriters = {
  get_tasks: {
    tasks: item('mesos.v1.Task'),
    unreachable_tasks: item('mesos.v1.Task'),
    completed_tasks: item('mesos.v1.Task'),
  },
  get_executors: { executors: item('mesos.v1.master.Response.GetExecutors.Executor') },
  get_frameworks: {
    frameworks: item('mesos.v1.master.Response.GetFrameworks.Framework'),
    completed_frameworks: item('mesos.v1.master.Response.GetFrameworks.Framework'),
  },
  get_agents: { agents: agentText, recovered_agents: agentInfoText },
};

/** Mesos writes here a field that its v1 messages no longer have: true, because agents always keep their state. */
function agentInfoText(info: MessageTypes['mesos.v1.AgentInfo']): string {
  return `${toJsonText('mesos.v1.AgentInfo', info).slice(0, -1)},"checkpoint":true}`;
}

/** An agent's text begins with its info, which gets that field. */
function agentText(agent: master.Response.GetAgents.Agent): string {
  const name = 'mesos.v1.master.Response.GetAgents.Agent';
  const plain = `{"agent_info":${toJsonText('mesos.v1.AgentInfo', agent.agent_info)}`;
  return `{"agent_info":${agentInfoText(agent.agent_info)}${toJsonText(name, agent).slice(plain.length)}`;
}

export async function encodeResponse(response: ResponseView, type: MediaType): Promise<Buffer> {
  if (type === JSON_TYPE) return writeJsonInSlices(responseJson(response));
  return Buffer.from(encodeProtobuf('mesos.v1.master.Response', wholeResponse(response)));
}

/** The first event of a subscription: all of one moment. */
export function encodeSubscribed(state: Snapshot, heartbeatIntervalMs: number, type: MediaType): Buffer {
  const seconds = heartbeatIntervalMs / 1000;
  if (type === JSON_TYPE) {
    const interval = new JsonText(Number.isInteger(seconds) ? `${seconds}.0` : String(seconds));
    const subscribed = { get_state: snapshotJson(state), heartbeat_interval_seconds: interval };
    return writeJson({ type: 'SUBSCRIBED', subscribed });
  }
  const subscribed = { get_state: wholeSnapshot(state), heartbeat_interval_seconds: seconds };
  return Buffer.from(encodeProtobuf('mesos.v1.master.Event', { type: 'SUBSCRIBED', subscribed }));
}

function responseJson(response: ResponseView): object {
  if (response.get_state) return { type: response.type, get_state: snapshotJson(response.get_state) };
  for (const name of Object.keys(LISTS) as (keyof Snapshot)[]) {
    const section = response[name];
    if (section) return { type: response.type, [name]: sectionJson(name, section) };
  }
  return new JsonText(toJsonText('mesos.v1.master.Response', wholeResponse(response)));
}

function snapshotJson(state: Snapshot): object {
  const sections = (Object.keys(LISTS) as (keyof Snapshot)[]).map((name) => [name, sectionJson(name, state[name])]);
  return Object.fromEntries(sections) as object;
}

function sectionJson(name: keyof Snapshot, section: Section): object {
  const writers = LISTS[name] as unknown as { readonly [list: string]: (item: unknown) => string };
  const lists = Object.entries(writers).map(([list, write]) => {
    const items = (section as unknown as { readonly [list: string]: Listing<unknown> })[list] ?? [];
    return [list, new Listing(() => texts(items, write))];
  });
  return Object.fromEntries(lists) as object;
}

function* texts(items: Iterable<unknown>, write: (item: unknown) => string): Generator<JsonText> {
  for (const one of items) yield new JsonText(write(one));
}

function wholeResponse(response: ResponseView): master.Response {
  const { get_tasks, get_executors, get_frameworks, get_agents, get_state, ...rest } = response;
  return {
    ...rest,
    ...(get_state && { get_state: wholeSnapshot(get_state) }),
    ...(get_tasks && { get_tasks: whole(get_tasks) }),
    ...(get_executors && { get_executors: whole(get_executors) }),
    ...(get_frameworks && { get_frameworks: whole(get_frameworks) }),
    ...(get_agents && { get_agents: whole(get_agents) }),
  };
}

function wholeSnapshot(state: Snapshot): master.Response.GetState {
  return {
    get_tasks: whole(state.get_tasks),
    get_executors: whole(state.get_executors),
    get_frameworks: whole(state.get_frameworks),
    get_agents: whole(state.get_agents),
  };
}

type Whole<S> = { -readonly [list in keyof S]: ItemsOf<S[list]>[] };

function whole<S extends Section>(section: S): Whole<S> {
  const lists = Object.entries(section).map(([list, items]) => [list, [...(items as Listing<unknown>)]]);
  return Object.fromEntries(lists) as Whole<S>;
}
