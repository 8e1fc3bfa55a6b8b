// Properties of the jobs a piece of code starts: group and description. They follow the code through awaits, so jobs
// started side by side do not mix them up.
import { AsyncLocalStorage } from 'node:async_hooks';

export interface JobScope {
  readonly group?: string;
  readonly description?: string;
}

const scopes = new AsyncLocalStorage<JobScope>();

export function currentScope(): JobScope {
  return scopes.getStore() ?? {};
}

/** Runs code whose jobs belong to the scope; inner scopes add to outer ones. */
export function withScope<T>(scope: JobScope, run: () => T): T {
  return scopes.run({ ...currentScope(), ...scope }, run);
}
