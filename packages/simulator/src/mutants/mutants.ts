// Deliberate mistakes. Each one breaks a promise that the checks watch over; a simulator that does not catch it proves
// nothing. They are made where effects and events pass by, so the production code stays as it is.
import type { Effect as AgentEffect } from '@mini-mesos/agent';
import type { Effect as MasterEffect } from '@mini-mesos/master';
import type { Invariant } from '../checks/violation.js';
import type { Tampering } from '../cluster/tampering.js';
import type { Fault, Scenario } from '../faults/scenario.js';

export interface Mutant {
  readonly name: string;
  /** What is wrong with it. */
  readonly mistake: string;
  /** What may be found broken. */
  readonly breaks: readonly Invariant[];
  /** Fresh for every run: some count. */
  readonly tampering: () => Tampering;
  /** Makes scenarios worse in the way that brings it out: a mistake that shows in a moment takes many moments. */
  readonly reshape?: (scenario: Scenario) => Scenario;
}

const dropsMaster = (isDropped: (effect: MasterEffect) => boolean): Tampering => ({
  masterEffects: (effects) => effects.filter((effect) => !isDropped(effect)),
});
const dropsAgent = (isDropped: (effect: AgentEffect) => boolean): Tampering => ({
  agentEffects: (effects) => effects.filter((effect) => !isDropped(effect)),
});
/** True every `period` times. */
const everyTime = (period: number) => {
  let count = 0;
  return () => ++count % period === 0;
};

/** On a network that takes its time, so that more is under way when it happens. */
function withFaultEvery(scenario: Scenario, everyMs: number, fault: (atMs: number, number: number) => Fault): Scenario {
  const count = Math.floor(scenario.activeMs / everyMs);
  const more = Array.from({ length: count }, (_, number) => fault((number + 0.5) * everyMs, number));
  const network = { ...scenario.network, delayMaxMs: 200 };
  return { ...scenario, network, faults: [...scenario.faults, ...more] };
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'forget-recover',
    mistake: 'the master does not give resources back to the allocator',
    breaks: ['books-agree', 'nothing-leaks'],
    tampering: () => {
      const isTurn = everyTime(50);
      return dropsMaster((effect) => effect.type === 'allocator' && effect.command.type === 'recover' && isTurn());
    },
  },
  {
    name: 'recover-twice',
    mistake: 'the master gives resources back twice',
    breaks: ['books-agree', 'allocated-within-total', 'no-crash'],
    tampering: () => {
      const isTurn = everyTime(20);
      return {
        masterEffects: (effects) =>
          effects.flatMap((effect) =>
            effect.type === 'allocator' && effect.command.type === 'recover' && isTurn() ? [effect, effect] : [effect],
          ),
      };
    },
  },
  {
    name: 'drop-resend',
    mistake: 'the agent does not send an update again that was not acknowledged',
    breaks: ['updates-arrive', 'tasks-end'],
    tampering: () => {
      const sent = new Set<string>();
      return dropsAgent((effect) => {
        const uuid = effect.type === 'send' ? effect.call.update_status?.status.uuid : undefined;
        if (!uuid) return false;
        const text = Buffer.from(uuid).toString('hex');
        if (sent.has(text)) return true;
        sent.add(text);
        return false;
      });
    },
  },
  {
    name: 'resend-acknowledged',
    mistake: 'the agent sends updates again that were acknowledged',
    breaks: ['acknowledged-is-over'],
    tampering: () => {
      const isTurn = everyTime(40);
      let last: AgentEffect | undefined;
      return {
        agentEffects: (effects) => {
          const before = last;
          last =
            effects.findLast((effect) => effect.type === 'send' && effect.call.update_status !== undefined) ?? last;
          return before && isTurn() ? [before, ...effects] : effects;
        },
      };
    },
  },
  {
    name: 'skip-update',
    mistake: 'the agent forgets updates that say that a task runs',
    breaks: ['updates-in-order', 'updates-arrive', 'tasks-end'],
    tampering: () => ({
      agentEvent: (event) => {
        const ack = event.type === 'link-event' ? event.event.acknowledge_status : undefined;
        return ack && ack.task_id.value.endsWith('7') ? undefined : event;
      },
    }),
  },
  {
    name: 'lose-kill',
    mistake: 'the agent is told to kill a task and does nothing',
    breaks: ['tasks-end', 'nothing-leaks'],
    tampering: () => dropsAgent((effect) => effect.type === 'signal-container' || effect.type === 'destroy-container'),
  },
  {
    name: 'forget-shutdown',
    mistake: 'the master does not tell agents that a framework is gone',
    breaks: ['nothing-leaks'],
    tampering: () => dropsMaster((effect) => effect.type === 'link-send' && effect.event.type === 'SHUTDOWN_FRAMEWORK'),
  },
  {
    name: 'offer-twice',
    mistake: 'the master makes two offers of one allocation',
    breaks: ['books-agree', 'allocated-within-total', 'no-crash'],
    tampering: () => {
      const isTurn = everyTime(10);
      return {
        masterEvent: (event) =>
          event.type === 'allocated' && isTurn()
            ? { ...event, allocations: [...event.allocations, ...event.allocations] }
            : event,
      };
    },
  },
  {
    name: 'forget-rescind',
    mistake: 'the master does not tell frameworks that an offer is void',
    breaks: ['offers-agree'],
    tampering: () => dropsMaster((effect) => effect.type === 'deliver' && effect.event.type === 'RESCIND'),
  },
  {
    name: 'forget-quota',
    mistake: 'the master does not tell the allocator of quota',
    breaks: ['quota-kept'],
    tampering: () => dropsMaster((effect) => effect.type === 'allocator' && effect.command.type === 'update-quota'),
  },
  {
    name: 'skip-reconciliation',
    mistake: 'the master does not ask an agent that is back for tasks that it did not name',
    breaks: ['tasks-end'],
    reshape: (scenario) => withFaultEvery(scenario, 2_000, (atMs) => ({ type: 'break-streams', atMs, count: 5 })),
    tampering: () => ({
      masterEffects: (effects) =>
        effects.map((effect) => {
          const reregistered = effect.type === 'link-send' ? effect.event.reregistered : undefined;
          if (effect.type !== 'link-send' || !reregistered) return effect;
          return { ...effect, event: { ...effect.event, reregistered: { ...reregistered, reconciliations: [] } } };
        }),
    }),
  },
  {
    name: 'skip-journal',
    mistake: 'the agent does not write updates down before it sends them',
    reshape: (scenario) =>
      withFaultEvery(scenario, 4_000, (atMs, number) => {
        const target = `a${number % scenario.agents.length}`;
        return { type: 'crash', atMs, target, afterEffects: number % 7, downMs: 1_500 };
      }),
    breaks: ['updates-arrive', 'tasks-end', 'ended-means-ended', 'updates-in-order'],
    tampering: () => dropsAgent((effect) => effect.type === 'checkpoint' && effect.record.type === 'update'),
  },
  {
    name: 'forget-tasks',
    mistake: 'the agent does not write down which tasks it got',
    breaks: ['used-once', 'tasks-end', 'ended-means-ended', 'updates-arrive', 'no-crash'],
    tampering: () => dropsAgent((effect) => effect.type === 'checkpoint' && effect.record.type === 'tasks'),
  },
  {
    name: 'acknowledge-early',
    mistake: 'the registrar says that writes are durable before they are, and some never are',
    breaks: ['registry-survives', 'tasks-end', 'nothing-leaks'],
    tampering: () => ({ losesWrite: everyTime(4) }),
  },
  {
    name: 'skip-fencing',
    mistake: 'the registry takes writes of a leader that was deposed and does not give up',
    breaks: ['one-writer', 'registry-survives'],
    tampering: () => ({ isUnfenced: true, neverGivesUp: true }),
  },
];

export function mutantNamed(name: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
}
