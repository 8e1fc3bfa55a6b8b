// mini-mesos drain, deactivate, reactivate and gone
import { flag, realTime } from '@mini-mesos/daemon';
import { plural } from '../../core/text/units.js';
import { EXIT } from '../../errors.js';
import { MasterClient } from '../../master-api/master-client.js';
import { agentIdOf, callOperator, readAgent } from '../../master-api/operator-calls.js';
import { untilDrained } from '../../master-api/until-drained.js';
import { connectionFlags, connectionOf } from '../client-flags.js';
import { command } from '../command.js';

const MS_PER_SECOND = 1000;
const UNKNOWN_AGENT = ['Unknown agent', 'mini-mesos agents lists the agents that are registered'] as const;
const yesFlag = {
  yes: flag.bool({ help: 'Does not ask first. Nobody is asked without a terminal.', default: false, short: 'y' }),
};

export const drain = command({
  name: 'drain',
  summary: 'Drains an agent: no more offers, its tasks are killed. Waits until nothing is left on it.',
  positionals: 'AGENT',
  positionalsCount: [1, 1],
  examples: ['mini-mesos drain S3 --grace-period=30secs', 'mini-mesos drain node7 --mark-gone --no-wait'],
  environment: 'connection',
  flags: {
    ...connectionFlags,
    grace_period: flag.duration({
      help: 'No task has more time than this between SIGTERM and SIGKILL. Default: each has its own.',
      example: '5mins',
      min: '0secs',
    }),
    mark_gone: flag.bool({ help: 'Marks the agent gone when it is empty: it can never come back.', default: false }),
    wait: flag.bool({ help: 'Whether to wait until the agent is empty.', default: true }),
  },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, positionals[0] ?? '');
    const { grace_period: graceMs, mark_gone } = values;
    const seconds = graceMs === undefined ? 0 : Math.floor(graceMs / MS_PER_SECOND);
    const nanos = graceMs === undefined ? 0 : Math.round((graceMs % MS_PER_SECOND) * 1e6);
    await callOperator(
      client,
      {
        type: 'DRAIN_AGENT',
        drain_agent: {
          agent_id: { value: id },
          mark_gone,
          ...(graceMs !== undefined && { max_grace_period: { seconds, nanos } }),
        },
      },
      { purpose: `drain agent ${id}`, hints: [UNKNOWN_AGENT] },
    );
    terminal.say(`agent ${id} is draining`);
    if (!values.wait || (await readAgent(client, id)) === undefined) return EXIT.ok;
    const end = await untilDrained(client, id, {
      interrupted,
      timers: realTime,
      onTasks: (count) => terminal.say(`${plural(count, 'task')} left`),
    });
    terminal.say(
      {
        drained: `agent ${id} is drained: mini-mesos reactivate ${id} gives it work again`,
        gone: mark_gone ? `agent ${id} is gone for good` : `agent ${id} is not registered any more`,
        reactivated: `agent ${id} does not drain any more: somebody reactivated it`,
      }[end],
    );
    return end === 'reactivated' ? EXIT.failure : EXIT.ok;
  },
});

export const deactivate = command({
  name: 'deactivate',
  summary: 'Stops offering an agent. What runs there goes on, until mini-mesos reactivate and after a restart too.',
  positionals: 'AGENT',
  positionalsCount: [1, 1],
  examples: ['mini-mesos deactivate S3'],
  environment: 'connection',
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, positionals[0] ?? '');
    await callOperator(
      client,
      { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id: { value: id } } },
      { purpose: `deactivate agent ${id}`, hints: [UNKNOWN_AGENT] },
    );
    terminal.say(`agent ${id} is not offered any more`);
    return EXIT.ok;
  },
});

export const reactivate = command({
  name: 'reactivate',
  summary: 'Offers an agent again that was deactivated, or has drained.',
  positionals: 'AGENT',
  positionalsCount: [1, 1],
  examples: ['mini-mesos reactivate S3'],
  environment: 'connection',
  flags: connectionFlags,
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, positionals[0] ?? '');
    await callOperator(
      client,
      { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id: { value: id } } },
      {
        purpose: `reactivate agent ${id}`,
        hints: [['Agent removed', 'it is away, and will be offered when it is back']],
      },
    );
    terminal.say(`agent ${id} is offered again`);
    return EXIT.ok;
  },
});

export const gone = command({
  name: 'gone',
  summary: 'Marks an agent gone: all that ran there is over, and an agent with this id can never come back.',
  positionals: 'AGENT',
  positionalsCount: [1, 1],
  examples: ['mini-mesos gone S3', 'mini-mesos gone --yes 7aa267e0-b487-4a57-9cdf-1096543f0a39-S3'],
  environment: 'connection',
  flags: { ...connectionFlags, ...yesFlag },
  async run({ values, positionals, terminal, interrupted }) {
    const client = await MasterClient.connect(connectionOf(values, interrupted));
    const id = await agentIdOf(client, positionals[0] ?? '');
    if (!values.yes && terminal.canAsk) {
      const question = `mark agent ${id} gone for good, with all that runs there? [y/N] `;
      if (!/^y(es)?$/i.test(await terminal.ask(question, interrupted))) {
        terminal.say('nothing was done');
        return EXIT.failure;
      }
    }
    await callOperator(
      client,
      { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: id } } },
      {
        purpose: `mark agent ${id} gone`,
        hints: [
          ['not found', UNKNOWN_AGENT[1]],
          ['being transitioned', 'try again in a moment'],
        ],
      },
    );
    terminal.say(`agent ${id} is gone for good`);
    return EXIT.ok;
  },
});
