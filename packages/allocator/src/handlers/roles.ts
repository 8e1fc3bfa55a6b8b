// What operators say about roles. Nothing of it asks for a run.
import { BrokenCommandError } from '../broken-command.js';
import type { Command, Desk } from './desk.js';

/** Weights that are not named stay as they are. */
export function updateWeights({ cluster }: Desk, command: Command<'update-weights'>): void {
  for (const [role, weight] of command.weights) {
    if (!(weight > 0 && weight < Infinity)) {
      throw new BrokenCommandError(command, `the weight of role ${role} is ${weight}, which is not above zero`);
    }
  }
  for (const [role, weight] of command.weights) {
    cluster.setWeight(role, weight);
  }
}

export function updateQuota({ cluster }: Desk, command: Command<'update-quota'>): void {
  const { role, guarantees, limits } = command;
  if (role.includes('/') && !(cluster.settings.nestedLimits && guarantees.isEmpty)) {
    throw new BrokenCommandError(command, `role ${role} is not at the top, and only roles at the top have quota`);
  }
  cluster.setQuota(role, { guarantees, limits });
}

export function updateWhitelist({ cluster }: Desk, command: Command<'update-whitelist'>): void {
  cluster.whitelist = command.hostnames;
}
