// What an allocator throws when its commands contradict each other or what went before. Whoever gives the commands has
// a bug then; the command was not carried out, not even in part.
import type { AllocatorCommand } from './commands.js';

export class BrokenCommandError extends Error {
  readonly command: AllocatorCommand;

  constructor(command: AllocatorCommand, reason: string) {
    super(`allocator command ${command.type} cannot be carried out: ${reason}`);
    this.name = 'BrokenCommandError';
    this.command = command;
  }
}
