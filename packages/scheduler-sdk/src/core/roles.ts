// The roles in which the framework wants no offers just now. A master forgets them with every subscription, so they
// are told again with the next one; it drops a call that names an invalid role in silence, so that is refused here.
import { failure, success } from '../errors.js';
import type { Result } from '../errors.js';

export class SuppressedRoles {
  #roles: readonly string[];
  readonly #suppressed: Set<string>;

  constructor(roles: readonly string[], suppressed: readonly string[] = []) {
    this.#roles = roles;
    this.#suppressed = new Set(suppressed.filter((role) => roles.includes(role)));
  }

  /** In the framework's order of roles. */
  get suppressed(): string[] {
    return this.#roles.filter((role) => this.#suppressed.has(role));
  }

  /** Whether a call may name the roles. No roles at all stand for all of the framework's. */
  check(roles: readonly string[]): Result<undefined> {
    const unknown = roles.find((role) => !this.#roles.includes(role));
    if (unknown === undefined) return success(undefined);
    return failure('MM_SDK_UNKNOWN_ROLE', `'${unknown}' is none of the framework's roles ${this.#roles.join(', ')}`);
  }

  suppress(roles: readonly string[]): void {
    for (const role of roles.length === 0 ? this.#roles : roles) this.#suppressed.add(role);
  }

  revive(roles: readonly string[]): void {
    for (const role of roles.length === 0 ? this.#roles : roles) this.#suppressed.delete(role);
  }

  /** The framework has other roles now. */
  replace(roles: readonly string[], suppressed: readonly string[]): void {
    this.#roles = roles;
    this.#suppressed.clear();
    for (const role of suppressed) if (roles.includes(role)) this.#suppressed.add(role);
  }
}
