// Answers to the operator calls that read the machine's state.
import type { agent, Task } from '@mini-mesos/proto';
import { withoutSecrets } from '@mini-mesos/wire';
import type { AgentMachine } from '../machine.js';
import type { Executor, Framework, TaskPhase } from '../model.js';

const frameworksOf = ({ state }: AgentMachine): Framework[] => [...state.frameworks.values()];
const liveExecutors = (framework: Framework): Executor[] => [...framework.executors.values()];

export function getTasks(machine: AgentMachine): agent.Response.GetTasks {
  const active = frameworksOf(machine);
  const executors = active.flatMap(liveExecutors);
  const inPhase = (phase: TaskPhase): Task[] =>
    executors.flatMap(({ tasks }) =>
      [...tasks.values()].filter((entry) => entry.phase === phase).map(({ task }) => withoutSecrets(task)),
    );
  const completed = [...active, ...machine.state.completedFrameworks]
    .flatMap((framework) => [...liveExecutors(framework), ...framework.completedExecutors])
    .flatMap(({ completedTasks }) => completedTasks.map(withoutSecrets));
  return {
    pending_tasks: [],
    queued_tasks: inPhase('queued'),
    launched_tasks: inPhase('launched'),
    terminated_tasks: inPhase('terminated'),
    completed_tasks: completed,
  };
}

export function getExecutors(machine: AgentMachine): agent.Response.GetExecutors {
  const active = frameworksOf(machine);
  const completed = [...active, ...machine.state.completedFrameworks].flatMap(
    (framework) => framework.completedExecutors,
  );
  const described = ({ info }: Executor) => ({ executor_info: withoutSecrets(info) });
  return {
    executors: active.flatMap(liveExecutors).map(described),
    completed_executors: completed.map(described),
  };
}

export function getFrameworks(machine: AgentMachine): agent.Response.GetFrameworks {
  const described = ({ info }: Framework) => ({ framework_info: info });
  return {
    frameworks: frameworksOf(machine).map(described),
    completed_frameworks: machine.state.completedFrameworks.map(described),
  };
}

export function getState(machine: AgentMachine): agent.Response.GetState {
  return {
    get_tasks: getTasks(machine),
    get_executors: getExecutors(machine),
    get_frameworks: getFrameworks(machine),
  };
}

export function getAgent({ state }: AgentMachine): agent.Response.GetAgent {
  const { info, drain } = state;
  return {
    agent_info: info,
    ...(drain ? { drain_config: drain.config } : {}),
    ...(drain ? { estimated_drain_start_time: { nanoseconds: drain.startedMs * 1e6 } } : {}),
  };
}

export function getOperations({ state }: AgentMachine): agent.Response.GetOperations {
  return { operations: [...state.operations.values()] };
}
