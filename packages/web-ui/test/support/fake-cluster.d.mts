import type { master, Task, TaskState, TaskStatus } from '@mini-mesos/proto';

type Framework = master.Response.GetFrameworks.Framework;
type Agent = master.Response.GetAgents.Agent;

export declare class FakeCluster {
  constructor(options?: { seed?: number; agents?: number; frameworks?: number; tasks?: number; nowMs?: number });
  nowMs: number;
  readonly masterId: string;
  readonly agents: Map<string, Agent>;
  readonly frameworks: Map<string, Framework>;
  readonly tasks: Map<string, Task>;
  readonly completedTasks: Task[];
  onEvent: (event: master.Event) => void;
  step(ms?: number): void;
  addAgent(index?: number): Agent;
  removeAgent(id: string): void;
  addFramework(): Framework;
  tearDown(id: string): boolean;
  launch(framework: Framework, options?: { name?: string; launchedMs?: number }): Task | undefined;
  update(
    task: Task,
    state: TaskState,
    options?: {
      message?: string;
      reason?: TaskStatus.Reason;
      source?: TaskStatus.Source;
      atMs?: number;
      healthy?: boolean;
    },
  ): void;
  getState(): master.Response.GetState;
}
