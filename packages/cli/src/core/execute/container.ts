// The container that the flags of `execute` ask for (getContainerInfo in Mesos' src/cli/execute.cpp). Pure.
import type { ContainerInfo, Volume } from '@mini-mesos/proto';
import { fail, ok } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';

export interface ContainerWishes {
  readonly containerizer: 'docker' | 'mesos';
  readonly dockerImage: string | undefined;
  readonly networks: readonly string[];
  readonly volumes: readonly Volume[];
}

/** Undefined where nothing but a plain process is asked for. */
export function containerInfo(wishes: ContainerWishes): Result<ContainerInfo | undefined> {
  const { containerizer, dockerImage, networks, volumes } = wishes;
  const shared = {
    ...(volumes.length > 0 && { volumes: [...volumes] }),
    ...(networks.length > 0 && { network_infos: networks.map((name) => ({ name })) }),
  };
  if (containerizer === 'mesos') {
    if (dockerImage === undefined && Object.keys(shared).length === 0) return ok(undefined);
    return ok({
      type: 'MESOS',
      ...shared,
      ...(dockerImage !== undefined && { mesos: { image: { type: 'DOCKER', docker: { name: dockerImage } } } }),
    });
  }
  if (dockerImage === undefined) {
    return fail('--containerizer=docker needs an image: give --docker_image=IMAGE, for example --docker_image=busybox');
  }
  if (networks.length > 1) {
    return fail(`--networks: the docker containerizer joins one network, got ${networks.join(',')}: name one`);
  }
  return ok({
    type: 'DOCKER',
    ...shared,
    docker: { image: dockerImage, ...(networks.length > 0 && { network: 'USER' }) },
  });
}
