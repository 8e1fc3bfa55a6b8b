// Compares what frameworks saw with what agents ran. The rules carry numbers that reports quote.
//   C1 every launched task reaches exactly one terminal state that its framework learnt; that the task is unknown, when that
//      answers a question asked before its end was learnt, is no second one
//   C2 no task ran twice
//   C3 nothing ran that was not launched
//   C4 what was told agrees with what ran: FINISHED ran to its end, DROPPED never began, nothing began after its end was
//      told, and what began ends as FINISHED, or as KILLED where its framework asked for that: nobody's death ends a task.
//      Agents whose disk was full are excused
//   C5 nothing is used at the end, and offers cover everything
//   C6 every agent is registered with one id, as many as there are
//   C7 a daemon ends only where somebody ended it, or as a master that lost its leadership
//   C8 never do two masters answer as leader at one time

/** A line of a framework's log. Times are milliseconds since 1970. */
export type Seen =
  | { readonly type: 'launch'; readonly atMs: number; readonly task: string; readonly agent: string }
  | {
      readonly type: 'update';
      readonly atMs: number;
      readonly task: string;
      readonly state: string;
      readonly reason?: string | undefined;
      readonly message?: string | undefined;
    }
  | { readonly type: 'kill'; readonly atMs: number; readonly task: string }
  | {
      readonly type: 'subscribed' | 'disconnected' | 'refused' | 'started' | 'quiet' | 'finished';
      readonly atMs: number;
    };

/** A line that a task itself wrote. */
export interface Ran {
  readonly type: 'start' | 'end';
  readonly task: string;
  readonly atMs: number;
}

export interface Ending {
  /** Of /state when all tasks had ended: agents with what is used of them. */
  readonly agents: readonly { readonly id: string; readonly used: { readonly [name: string]: unknown } }[];
  /** How many agents there are. */
  readonly agentsExpected: number;
  /** What of all the agents' resources was not offered to somebody who asked for everything. */
  readonly unoffered: readonly string[];
  /** Daemons that ended by themselves otherwise than they may. */
  readonly unexpectedEnds: readonly string[];
  /** Ids of agents whose disk was full for a while: what runs there may fail. */
  readonly excusedAgents: readonly string[];
  /** Masters that answered as leaders at one moment, wherever there were several. */
  readonly rivals: readonly string[];
}

export interface History {
  readonly frameworks: readonly { readonly name: string; readonly seen: readonly Seen[] }[];
  readonly ran: readonly Ran[];
  readonly ending: Ending;
}

const TERMINAL = new Set([
  ...['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_ERROR'],
  ...['TASK_DROPPED', 'TASK_GONE', 'TASK_GONE_BY_OPERATOR'],
]);
/** Clocks of one machine, read by a shell and by Node, agree to this. */
const CLOCK_SLACK_MS = 50;

export const isTerminalState = (state: string): boolean => TERMINAL.has(state);

interface TaskHistory {
  readonly framework: string;
  readonly agent: string;
  launches: number;
  isToBeKilled: boolean;
  /** In the order in which they were told. */
  readonly states: { state: string; atMs: number; why: string }[];
  readonly starts: number[];
  readonly ends: number[];
}

/** One line for each broken rule; none where all hold. */
export function check(history: History): string[] {
  const { tasks, violations } = gather(history);
  const excused = new Set(history.ending.excusedAgents);
  for (const [id, task] of tasks) {
    violations.push(...checkTask(id, task));
    if (!excused.has(task.agent)) violations.push(...checkSurvival(id, task));
  }
  return [...violations, ...checkEnding(history.ending)];
}

function gather({ frameworks, ran }: History): { tasks: Map<string, TaskHistory>; violations: string[] } {
  const tasks = new Map<string, TaskHistory>();
  const violations: string[] = [];
  for (const { name, seen } of frameworks) {
    for (const entry of seen) {
      if (entry.type === 'launch') {
        const known = tasks.get(entry.task);
        if (known) known.launches += 1;
        else tasks.set(entry.task, newTask(name, entry.agent));
      }
      if (entry.type === 'kill') {
        const task = tasks.get(entry.task);
        if (task) task.isToBeKilled = true;
      }
      if (entry.type === 'update') {
        const task = tasks.get(entry.task);
        const why = [entry.reason, entry.message].filter(Boolean).join(': ');
        if (task) task.states.push({ state: entry.state, atMs: entry.atMs, why });
        else violations.push(`C1 ${name} was told ${entry.state} of ${entry.task}, which it had not launched`);
      }
    }
  }
  for (const { type, task: id, atMs } of ran) {
    const task = tasks.get(id);
    if (!task) violations.push(`C3 ${id} ran, but nobody launched it`);
    else (type === 'start' ? task.starts : task.ends).push(atMs);
  }
  return { tasks, violations };
}

const newTask = (framework: string, agent: string): TaskHistory => ({
  framework,
  agent,
  launches: 1,
  isToBeKilled: false,
  states: [],
  starts: [],
  ends: [],
});

/** What began goes on, whoever dies. */
function checkSurvival(id: string, { framework, states, starts, isToBeKilled }: TaskHistory): string[] {
  const end = states.find(({ state }) => TERMINAL.has(state));
  if (!end || starts.length === 0 || end.state === 'TASK_FINISHED') return [];
  if (end.state === 'TASK_KILLED' && isToBeKilled) return [];
  return [`C4 ${id} ran, and did not survive: ${framework} was told ${end.state} (${end.why})`];
}

function checkTask(id: string, { framework, launches, states, starts, ends }: TaskHistory): string[] {
  const violations: string[] = [];
  const told =
    withoutRepeats(states.map(({ state, why }) => (why ? `${state} (${why})` : state))).join(', ') || 'nothing';
  const [first, ...later] = states.filter(({ state }) => TERMINAL.has(state));
  const terminal = first ? [first, ...later.filter((status) => !isStaleAnswer(status))] : [];
  const kinds = new Set(terminal.map(({ state }) => state));
  if (launches > 1) violations.push(`C1 ${framework} launched ${id} ${launches} times: the framework is wrong`);
  if (!first) violations.push(`C1 ${id} has no terminal state: ${framework} was told ${told}`);
  if (kinds.size > 1) violations.push(`C1 ${id} has ${kinds.size} terminal states: ${framework} was told ${told}`);
  const firstIndex = first ? states.indexOf(first) : states.length;
  const revived = states.slice(firstIndex).find(({ state }) => !TERMINAL.has(state));
  if (revived) violations.push(`C1 ${id} came back from its end: ${framework} was told ${told}`);
  if (starts.length > 1) violations.push(`C2 ${id} ran ${starts.length} times`);
  const [start] = starts;
  if (kinds.has('TASK_FINISHED') && (start === undefined || ends.length === 0)) {
    violations.push(`C4 ${id} was told to have finished, but did not run to its end`);
  }
  if (kinds.has('TASK_DROPPED') && start !== undefined) violations.push(`C4 ${id} was told to be dropped, but ran`);
  if (first && start !== undefined && start > first.atMs + CLOCK_SLACK_MS) {
    violations.push(`C4 ${id} began ${start - first.atMs} ms after ${framework} was told ${told}`);
  }
  return violations;
}

/** A task whose end was acknowledged is forgotten, and a question that was under way then is answered so. */
const isStaleAnswer = ({ state, why }: { state: string; why: string }): boolean =>
  state === 'TASK_GONE' && why.startsWith('REASON_RECONCILIATION');

const withoutRepeats = (texts: readonly string[]): string[] => texts.filter((text, index) => text !== texts[index - 1]);

function checkEnding({ agents, agentsExpected, unoffered, unexpectedEnds, rivals }: Ending): string[] {
  const violations: string[] = [];
  for (const { id, used } of agents) {
    const left = Object.entries(used).filter(([, amount]) => amount !== 0 && amount !== '');
    if (left.length > 0) violations.push(`C5 ${id} still has in use: ${JSON.stringify(Object.fromEntries(left))}`);
  }
  violations.push(...unoffered.map((what) => `C5 not offered: ${what}`));
  if (agents.length !== agentsExpected) {
    violations.push(
      `C6 ${agentsExpected} agents have ${agents.length} registrations: ${agents.map(({ id }) => id).join(', ')}`,
    );
  }
  violations.push(...unexpectedEnds.map((end) => `C7 ${end}`));
  return [...violations, ...rivals.map((rival) => `C8 ${rival}`)];
}

/** For the account of a run: how many tasks were told each terminal state first. */
export function outcomes({ frameworks }: Pick<History, 'frameworks'>): { [state: string]: number } {
  const ends = new Map<string, string>();
  for (const { seen } of frameworks) {
    for (const entry of seen) {
      if (entry.type === 'update' && TERMINAL.has(entry.state) && !ends.has(entry.task)) {
        ends.set(entry.task, entry.state);
      }
    }
  }
  const counts: { [state: string]: number } = {};
  for (const state of [...ends.values()].sort()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
