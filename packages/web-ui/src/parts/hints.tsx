// What to do when there is nothing yet. The commands name this master, so that they can be copied as they are.
import { cluster } from '../data/live.js';
import { Command, Empty, Panel } from './panel.js';

/** The address that the reader came by: it reaches the master from here. */
export const masterAddress = (): string => location.host;

export function StartAgentHint() {
  return (
    <Panel>
      <Empty title="No agents yet">
        <p>An agent brings the resources of a machine into the cluster. Start one:</p>
        <Command>{`mini-mesos agent --master=${masterAddress()} --work_dir=/var/lib/mini-mesos`}</Command>
        {cluster.recoveredAgents.length > 0 && (
          <p>{cluster.recoveredAgents.length} agents of the last master have not come back so far.</p>
        )}
      </Empty>
    </Panel>
  );
}

export function StartTaskHint() {
  return (
    <Empty title="No tasks yet">
      <p>Run a first one:</p>
      <Command>{`mini-mesos execute --master=${masterAddress()} --name=hello --command='echo hello; sleep 60'`}</Command>
    </Empty>
  );
}

export function StartFrameworkHint() {
  return (
    <Empty title="No frameworks yet">
      <p>A framework takes offers and runs tasks. The smallest one is a command:</p>
      <Command>{`mini-mesos execute --master=${masterAddress()} --name=hello --command='echo hello'`}</Command>
    </Empty>
  );
}
