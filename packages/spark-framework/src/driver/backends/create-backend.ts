// The backend a master URL asks for.
import type { SparkConf } from '../../core/conf/spark-conf.js';
import type { MasterUrl } from '../../core/master-url.js';
import type { DriverServices } from '../driver-endpoint.js';
import type { SchedulerBackend } from '../scheduler-backend.js';
import { LocalBackend } from './local-backend.js';
import { LocalClusterBackend } from './local-cluster-backend.js';

export interface BackendOptions {
  readonly conf: SparkConf;
  readonly services: DriverServices;
  readonly name: string;
}

/** Makes a backend; throws when the properties make no sense for that cluster. */
export type OpenBackend = (options: BackendOptions) => SchedulerBackend;

/** How to make the backend for a master. */
export async function backendFor(master: MasterUrl): Promise<OpenBackend> {
  switch (master.kind) {
    case 'local':
      return ({ conf, services }) => new LocalBackend({ threads: master.threads, conf, services });
    case 'localCluster':
      return ({ conf }) => new LocalClusterBackend({ ...master, conf });
    case 'mesos': {
      // Loaded when a program asks for Mesos: what lies below it is half of the start-up time.
      const { MesosBackend } = await import('../../mesos/mesos-backend.js');
      return ({ conf, name }) => new MesosBackend({ master: master.master, conf, name });
    }
  }
}
