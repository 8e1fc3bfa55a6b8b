// Puts the records of a registry together again.
import { applyRegistryOperation, emptyRegistry } from '../../core/registry/registry.js';
import type { Registry } from '../../core/registry/registry.js';
import { HEAD, logPiece, readHead, readOperations, snapshotName, unseal } from './records.js';
import type { Head, LogPiece } from './records.js';
import { RegistryError } from './storage.js';

export interface StoredRegistry {
  readonly registry: Registry;
  /** The last entry of the log that counts; 0 where there is none. */
  readonly sequence: number;
  readonly snapshotBytes: number;
  readonly logBytes: number;
  /** Names of records that do not count: of older snapshots, or of a write that was never finished. */
  readonly leftovers: readonly string[];
}

/** Throws RegistryError where records are missing, damaged, or of a newer version. */
export function assemble(records: ReadonlyMap<string, Buffer>, place: string): StoredRegistry {
  const registry = emptyRegistry();
  const used = new Set<string>([HEAD]);
  const read = (name: string): Buffer => {
    const record = records.get(name);
    if (!record) throw new RegistryError('corrupt', `record ${name} of the registry at ${place} is missing`);
    used.add(name);
    return unseal(record, { name, place });
  };
  const apply = (payload: Buffer): void => {
    for (const operation of readOperations(payload, place)) applyRegistryOperation(registry, operation);
  };
  const head = headOf(records, { read, place });
  const snapshot = Buffer.concat(
    Array.from({ length: head.pieces }, (_, piece) => read(snapshotName(head.snapshot, piece))),
  );
  apply(snapshot);
  let sequence = head.snapshot;
  let logBytes = 0;
  for (const pieces of entriesAfter(head.snapshot, { records, place })) {
    const entry = Buffer.concat(pieces.map(({ name }) => read(name)));
    apply(entry);
    sequence += 1;
    logBytes += entry.length;
  }
  const leftovers = [...records.keys()].filter((name) => !used.has(name));
  return { registry, sequence, snapshotBytes: snapshot.length, logBytes, leftovers };
}

/** A registry that nobody has written yet has no head; one that has lost it still has other records. */
function headOf(
  records: ReadonlyMap<string, Buffer>,
  { read, place }: { read: (name: string) => Buffer; place: string },
): Head {
  return records.size === 0 ? { snapshot: 0, pieces: 0 } : readHead(read(HEAD), place);
}

/** Whole entries in order. Only the last may lack pieces: it was being written, and nobody was told that it is stored. */
function entriesAfter(
  snapshot: number,
  { records, place }: { records: ReadonlyMap<string, Buffer>; place: string },
): LogPiece[][] {
  const bySequence = new Map<number, LogPiece[]>();
  for (const name of [...records.keys()].toSorted()) {
    const piece = logPiece(name);
    if (!piece || piece.sequence <= snapshot) continue;
    const entry = bySequence.get(piece.sequence);
    if (entry) entry.push(piece);
    else bySequence.set(piece.sequence, [piece]);
  }
  const last = [...bySequence.keys()].reduce((a, b) => Math.max(a, b), snapshot);
  const entries: LogPiece[][] = [];
  for (let sequence = snapshot + 1; sequence <= last; sequence += 1) {
    const pieces = (bySequence.get(sequence) ?? []).toSorted((a, b) => a.piece - b.piece);
    const isWhole = pieces.length > 0 && pieces.length === pieces[0]?.pieces;
    if (isWhole) entries.push(pieces);
    else if (sequence < last || pieces.length === 0) {
      throw new RegistryError('corrupt', `entry ${sequence} of the registry's log at ${place} is not whole`);
    }
  }
  return entries;
}
