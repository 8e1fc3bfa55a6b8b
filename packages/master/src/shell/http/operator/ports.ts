// What the operator API needs of the rest of the master, besides what the reading endpoints need.
import type { FilesService } from '@mini-mesos/daemon';
import type { RequestId } from '../../../core/effects.js';
import type { MasterEvent } from '../../../core/events.js';
import type { ReadSideDeps } from '../read/ports.js';
import type { OperatorStreams } from './operator-streams.js';

export interface OperatorApiDeps extends ReadSideDeps {
  readonly files: Pick<FilesService, 'browse' | 'read'>;
  readonly operators: OperatorStreams;
  readonly runtime: {
    /** Gives the machine an event that it answers, and resolves with the answer. */
    ask(make: (request: RequestId) => MasterEvent): Promise<{ status: number; text?: string | undefined }>;
  };
}
