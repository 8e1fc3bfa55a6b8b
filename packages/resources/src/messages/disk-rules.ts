// Which disks a cluster accepts (Mesos: validateDiskInfo in src/master/validation.cpp).
import type { Resource } from '@mini-mesos/proto';
import { reservationsOf } from './format.js';

/** NAME_MAX: persistence ids become names of directories. */
const PERSISTENCE_ID_BYTES_MAX = 255;

function invalidPersistenceId(id: string): string | undefined {
  if (id === '') return 'ID must not be empty';
  if (new TextEncoder().encode(id).length > PERSISTENCE_ID_BYTES_MAX) {
    return `ID must not be greater than ${PERSISTENCE_ID_BYTES_MAX} characters`;
  }
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001f\u007f/\\]/.test(id) ? `'${id}' contains invalid characters` : undefined;
}

/** The path must stay below the sandbox, into which the volume is put. */
function isInsideSandbox(containerPath: string): boolean {
  return containerPath !== '' && !containerPath.startsWith('/') && !containerPath.split('/').includes('..');
}

function validatePersistence(resource: Resource, persistence: Resource.DiskInfo.Persistence): string | undefined {
  if (resource.revocable !== undefined) return 'Persistent volumes cannot be created from revocable resources';
  if (reservationsOf(resource).length === 0) return 'Persistent volumes cannot be created from unreserved resources';
  const volume = resource.disk?.volume;
  if (volume === undefined) return "Expecting 'volume' to be set for persistent volume";
  if (volume.host_path !== undefined) return "Expecting 'host_path' to be unset for persistent volume";
  if (!isInsideSandbox(volume.container_path)) {
    return (
      "Expecting 'container_path' to be a relative path without '..' for persistent volume," +
      ` not '${volume.container_path}'`
    );
  }
  const error = invalidPersistenceId(persistence.id);
  return error === undefined ? undefined : `Invalid persistence ID for persistent volume: ${error}`;
}

/** Why the disk of a well-formed message is not acceptable (Mesos' texts), undefined where it is. */
export function validateDiskInfo(resource: Resource): string | undefined {
  const { disk } = resource;
  if (disk === undefined) return undefined;
  if (disk.persistence !== undefined) return validatePersistence(resource, disk.persistence);
  if (disk.volume !== undefined) return 'Non-persistent volume not supported';
  return disk.source === undefined ? 'DiskInfo is set but empty' : undefined;
}
