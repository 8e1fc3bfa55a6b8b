// Whether the reservation fields of a Resource message are well formed, in whichever of the three formats they are.
import type { Labels, Resource } from '@mini-mesos/proto';
import { labelsEqual } from '../items/key.js';
import { printLabels } from '../items/print.js';
import { isStrictSubroleOf, validateRole } from '../roles.js';

const NO_LABELS: Labels = { labels: [] };

/** `role` and `reservation` alone. */
function validateOldFormat({ role = '*', reservation }: Resource): string | undefined {
  const error = validateRole(role);
  if (error !== undefined || reservation === undefined) return error;
  for (const field of ['type', 'role'] as const) {
    if (reservation[field] !== undefined) {
      return `'Resource.ReservationInfo.${field}' must not be set for the 'Resource.reservation' field`;
    }
  }
  return role === '*' ? 'Invalid reservation: role "*" cannot be dynamically reserved' : undefined;
}

function validateEntry({ type, role }: Resource.ReservationInfo): string | undefined {
  if (type === undefined) return "Invalid reservation: 'Resource.ReservationInfo.type' field must be set.";
  if (type !== 'STATIC' && type !== 'DYNAMIC') return "Unsupported 'Resource.ReservationInfo.Type'";
  if (role === undefined) return "Invalid reservation: 'Resource.ReservationInfo.role' field must be set.";
  const error = validateRole(role);
  if (error !== undefined) return error;
  return role === '*' ? 'Invalid reservation: role "*" cannot be reserved' : undefined;
}

/** Each entry by itself, and each above the first a DYNAMIC one of a role below the one before. */
function validateStack(stack: readonly Resource.ReservationInfo[]): string | undefined {
  for (const entry of stack) {
    const error = validateEntry(entry);
    if (error !== undefined) return error;
  }
  for (let i = 1; i < stack.length; i += 1) {
    if (stack[i]!.type === 'STATIC') {
      return 'Invalid refined reservation: A refined reservation cannot be STATIC';
    }
    const role = stack[i]!.role ?? '';
    const below = stack[i - 1]!.role ?? '';
    if (!isStrictSubroleOf(role, below)) {
      return `Invalid refined reservation: role '${role}' is not a refinement of '${below}'`;
    }
  }
  return undefined;
}

/** Whether the old fields, where given beside a single entry, say the same. */
function validateAgreement(resource: Resource, entry: Resource.ReservationInfo): string | undefined {
  const { role, reservation } = resource;
  if (role !== undefined && role !== entry.role) {
    return (
      `Invalid resource format: 'Resource.role' field with '${role}' does not match the role` +
      ` '${entry.role ?? ''}' in 'Resource.reservations'`
    );
  }
  const single = "if the single reservation in 'Resource.reservations' is";
  if (entry.type === 'STATIC') {
    if (reservation === undefined) return undefined;
    return `Invalid resource format: 'Resource.reservation' must not be set ${single} STATIC`;
  }
  if ((role !== undefined) !== (reservation !== undefined)) {
    return (
      "Invalid resource format: 'Resource.role' and 'Resource.reservation' must either be both set or both not set" +
      ` ${single} DYNAMIC`
    );
  }
  return reservation === undefined ? undefined : validateSameInfo(reservation, entry);
}

function validateSameInfo(old: Resource.ReservationInfo, entry: Resource.ReservationInfo): string | undefined {
  if ((old.principal ?? '') !== (entry.principal ?? '')) {
    return (
      `Invalid resource format: 'Resource.reservation.principal' field with '${old.principal ?? ''}' does not match` +
      ` the principal '${entry.principal ?? ''}' in 'Resource.reservations'`
    );
  }
  const oldLabels = old.labels ?? NO_LABELS;
  const labels = entry.labels ?? NO_LABELS;
  if (!labelsEqual(oldLabels, labels)) {
    return (
      `Invalid resource format: 'Resource.reservation.labels' field with '${printLabels(oldLabels)}' does not match` +
      ` the labels '${printLabels(labels)}' in 'Resource.reservations'`
    );
  }
  return undefined;
}

/** Why the reservation fields are not well formed, undefined where they are. */
export function validateReservations(resource: Resource): string | undefined {
  const stack = resource.reservations ?? [];
  const [first] = stack;
  if (first === undefined) return validateOldFormat(resource);
  const error = validateStack(stack);
  if (error !== undefined) return error;
  if (stack.length === 1) return validateAgreement(resource, first);
  for (const field of ['role', 'reservation'] as const) {
    if (resource[field] !== undefined) {
      return (
        `Invalid resource format: 'Resource.${field}' must not be set if there is more than one reservation` +
        " in 'Resource.reservations'"
      );
    }
  }
  return undefined;
}
