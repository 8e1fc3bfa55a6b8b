// Dynamic reservations and persistent volumes on disk, in the form in which Mesos keeps them: one Resource message after
// the other, each behind its length as a 32-bit little-endian number.
//
// Writing is synchronous: operations are rare, and a task that uses a volume may be next in line.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from '@mini-mesos/daemon';
import type { Resource } from '@mini-mesos/proto';
import { Resources } from '@mini-mesos/resources';
import { decodeProtobuf, encodeProtobuf } from '@mini-mesos/wire';
import type { PersistedResources } from '../core/events.js';
import { writeWhole } from './meta/durable.js';

const LENGTH_BYTES = 4;

export class ResourcesStore {
  readonly #file: string;
  readonly #logger: Logger;

  constructor(workDir: string, logger: Logger) {
    this.#file = `${workDir}/meta/resources/resources.info`;
    this.#logger = logger;
  }

  /** Throws where there is something that cannot be read: starting without it would lose reservations. */
  load(): Resources {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Resources.EMPTY;
      throw error;
    }
    return Resources.fromProto(parse(bytes, this.#file));
  }

  /** Durable when it returns. Throws where it is not; nothing has changed then but directories that are empty. */
  save({ resources, created, destroyed }: PersistedResources): void {
    for (const path of created) mkdirSync(path, { recursive: true });
    writeWhole(this.#file, Buffer.concat(resources.toProto().map(framed)));
    for (const path of destroyed) this.#destroy(path);
  }

  /** Out of the way at once, so that a new volume of the same name is empty; what was in it is removed afterwards. */
  #destroy(path: string): void {
    const doomed = `${dirname(path)}/.destroyed-${basename(path)}-${Date.now()}`;
    const failed = (error: unknown) =>
      this.#logger.error({ err: error }, `cannot remove the persistent volume '${path}'`);
    try {
      renameSync(path, doomed);
      rm(doomed, { recursive: true, force: true }).catch(failed);
    } catch {
      // A disk of its own stays, as it is the mount point; only its content goes.
      rm(path, { recursive: true, force: true }).catch(failed);
    }
  }
}

function framed(resource: Resource): Buffer {
  const body = encodeProtobuf('mesos.v1.Resource', resource);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

function parse(bytes: Buffer, file: string): Resource[] {
  const resources: Resource[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + LENGTH_BYTES <= bytes.length ? at + LENGTH_BYTES + bytes.readUInt32LE(at) : Infinity;
    if (end > bytes.length) {
      throw new Error(
        `'${file}' is cut short; restore it, or remove it to give up all dynamic reservations and volumes`,
      );
    }
    resources.push(decodeProtobuf('mesos.v1.Resource', bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return resources;
}
