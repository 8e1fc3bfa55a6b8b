// The command line as a library: for whoever starts it from a program of their own.
export { COMMANDS } from './commands/registry.js';
export type { CommandEntry } from './commands/registry.js';
export { main } from './main.js';
export type { MainOptions } from './main.js';
