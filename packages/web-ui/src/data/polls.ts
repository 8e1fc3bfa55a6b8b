// All that is polled of the master, and the history that is made of it.
import { signal } from '@preact/signals';
import type { master } from '@mini-mesos/proto';
import { clusterCapacity } from '../core/capacity.js';
import type { Metrics } from '../core/capacity.js';
import { History } from '../core/history.js';
import type { Sample } from '../core/history.js';
import type { RoleMessage } from '../core/roles.js';
import { changed, cluster, connection } from './live.js';
import { createPoll } from './poll.js';
import { callMaster, getJson } from './requests.js';

/** Offers live for seconds. */
const OFFERS_EVERY_MS = 2000;
const METRICS_EVERY_MS = 3000;
/** What does not change while a master lives is asked for again only in case that another one took its place. */
const FACTS_EVERY_MS = 60_000;

const history = new History();
/** Offers outstanding, by whichever answer is newer: metrics or frameworks. */
export const offerCount = signal<number | undefined>(undefined);
/** The last minutes. */
export const samples = signal<readonly Sample[]>([]);

export const metricsPoll = createPoll<Metrics>({
  everyMs: METRICS_EVERY_MS,
  request: (signal) => getJson('/metrics/snapshot', signal),
  onAnswer: remember,
});

export const rolesPoll = createPoll<{ roles: RoleMessage[] }>({
  everyMs: OFFERS_EVERY_MS,
  request: (signal) => getJson('/roles', signal),
});

export const frameworksPoll = createPoll<master.Response>({
  everyMs: OFFERS_EVERY_MS,
  request: (signal) => callMaster({ type: 'GET_FRAMEWORKS' }, signal),
  onAnswer: ({ get_frameworks: answer }) => {
    cluster.refreshFrameworks(answer ?? {});
    offerCount.value = (answer?.frameworks ?? []).reduce((sum, { offers = [] }) => sum + offers.length, 0);
    changed();
  },
});

export const agentsPoll = createPoll<master.Response>({
  everyMs: OFFERS_EVERY_MS,
  request: (signal) => callMaster({ type: 'GET_AGENTS' }, signal),
  onAnswer: ({ get_agents: answer }) => {
    cluster.refreshAgents(answer ?? {});
    changed();
  },
});

export const masterPoll = createPoll<master.Response>({
  everyMs: FACTS_EVERY_MS,
  request: (signal) => callMaster({ type: 'GET_MASTER' }, signal),
});

export const flagsPoll = createPoll<{ flags: { readonly [name: string]: string | undefined } }>({
  everyMs: FACTS_EVERY_MS,
  request: (signal) => getJson('/flags', signal),
});

export const versionPoll = createPoll<{ version: string; git_sha?: string; build_date?: string }>({
  everyMs: FACTS_EVERY_MS,
  request: (signal) => getJson('/version', signal),
});

/** These are watched from the first moment: the head of every page shows them, and the charts need them. */
export function startPolls(): void {
  for (const poll of [metricsPoll, masterPoll, flagsPoll, versionPoll]) poll.watch();
}

function remember(metrics: Metrics): void {
  offerCount.value = metrics['master/outstanding_offers'] ?? offerCount.peek();
  if (connection.peek().phase !== 'live') return;
  const parts = clusterCapacity(metrics, cluster.agents.values());
  const part = (name: string) => {
    const capacity = parts.find((of) => of.name === name);
    return capacity && capacity.total > 0 ? capacity.used / capacity.total : 0;
  };
  history.add({
    atMs: Date.now(),
    cpus: part('cpus'),
    mem: part('mem'),
    launches: cluster.launches,
    endings: cluster.endings,
  });
  samples.value = history.samples;
}
