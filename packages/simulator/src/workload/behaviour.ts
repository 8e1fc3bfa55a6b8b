// What the tasks of simulated frameworks do: `sleep SECONDS; exit STATUS`, with launches that take a moment or fail, and
// processes that end at once, slowly or not at all when they are asked to.
import type { ContainerConfig } from '@mini-mesos/agent';
import type { SeededRandom } from '@mini-mesos/daemon';
import type { Behaviour } from '../cluster/containers.js';

const COMMAND = /^sleep ([\d.]+)(?:; exit (\d+))?$/;

export function simulatedBehaviour({ process }: ContainerConfig, random: SeededRandom): Behaviour {
  const [, seconds, status] = COMMAND.exec(process?.value ?? '') ?? [];
  return {
    launchMs: random.float() < 0.1 ? 2_000 * random.float() : 20 * random.float(),
    launchFailure: random.float() < 0.02 ? 'no such image' : undefined,
    runMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
    exitStatus: Number(status ?? 0),
    terminateMs: random.float() < 0.2 ? undefined : 1_000 * random.float(),
  };
}
