// One handler per command.
import type { AllocatorCommand } from '../commands.js';
import * as agents from './agents.js';
import type { Command, Desk } from './desk.js';
import * as frameworks from './frameworks.js';
import * as operators from './operators.js';
import * as resources from './resources.js';
import * as roles from './roles.js';

type Handlers = { readonly [T in AllocatorCommand['type']]: (desk: Desk, command: Command<T>) => void };

const HANDLERS: Handlers = {
  'add-framework': frameworks.addFramework,
  'remove-framework': frameworks.removeFramework,
  'activate-framework': frameworks.activateFramework,
  'deactivate-framework': frameworks.deactivateFramework,
  'update-framework': frameworks.updateFramework,
  suppress: frameworks.suppress,
  revive: frameworks.revive,
  'add-agent': agents.addAgent,
  'remove-agent': agents.removeAgent,
  'update-agent': agents.updateAgent,
  'activate-agent': agents.activateAgent,
  'deactivate-agent': agents.deactivateAgent,
  'update-unavailability': operators.updateUnavailability,
  'answer-inverse-offer': operators.answerInverseOffer,
  'await-agents': operators.awaitAgents,
  recover: resources.recover,
  'update-allocation': resources.updateAllocation,
  'update-available': resources.updateAvailable,
  'update-weights': roles.updateWeights,
  'update-quota': roles.updateQuota,
  'update-whitelist': roles.updateWhitelist,
};

/** @throws {BrokenCommandError} before anything was changed */
export function handleCommand<T extends AllocatorCommand['type']>(desk: Desk, command: Command<T>): void {
  (HANDLERS[command.type] as (desk: Desk, command: AllocatorCommand) => void)(desk, command);
}
