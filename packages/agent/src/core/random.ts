// Where the machine takes its random bytes from: a seeded generator in tests and simulations, the system's in daemons.
import { asUuid, uuidText } from '@mini-mesos/wire';

export interface Random {
  /** Fresh bytes, owned by the caller. */
  bytes(length: number): Uint8Array;
  /** At least 0, below 1. */
  float(): number;
}

/** The 16 bytes of a version 4 UUID: what statuses and operations carry. */
export function newUuid(random: Random): Uint8Array {
  return asUuid(random.bytes(16));
}

/** A container's id: the UUID as text. */
export function newContainerId(random: Random): string {
  return uuidText(newUuid(random));
}
