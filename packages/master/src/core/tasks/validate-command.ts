// Whether a command and a container are described without contradictions. Texts are Mesos' (src/common/validation.cpp).
import type { CommandInfo, ContainerInfo, Environment, Secret, Volume } from '@mini-mesos/proto';

export function invalidCommand({ environment }: CommandInfo): string | undefined {
  return (environment?.variables ?? []).map(invalidVariable).find((reason) => reason !== undefined);
}

function invalidVariable({ name, type = 'VALUE', value, secret }: Environment.Variable): string | undefined {
  const fail = (reason: string) => `Environment variable '${name}' ${reason}`;
  if (type === 'UNKNOWN') return "Environment variable of type 'UNKNOWN' is not allowed";
  if (type === 'VALUE') {
    if (value === undefined) return fail("of type 'VALUE' must have a value set");
    return secret ? fail("of type 'VALUE' must not have a secret set") : undefined;
  }
  if (!secret) return fail("of type 'SECRET' must have a secret set");
  if (value !== undefined) return fail("of type 'SECRET' must not have a value set");
  const reason = invalidSecret(secret);
  if (reason !== undefined) return fail(`specifies an invalid secret: ${reason}`);
  return secret.value?.data.includes(0)
    ? fail('specifies a secret containing null bytes, which is not allowed in the environment')
    : undefined;
}

function invalidSecret({ type, reference, value }: Secret): string | undefined {
  if (type === 'REFERENCE') {
    if (!reference) return "Secret of type REFERENCE must have the 'reference' field set";
    return value ? "Secret '" + reference.name + "' of type REFERENCE must not have the 'value' field set" : undefined;
  }
  if (type !== 'VALUE') return "Secret of type 'UNKNOWN' is not allowed";
  if (!value) return "Secret of type VALUE must have the 'value' field set";
  return reference ? "Secret of type VALUE must not have the 'reference' field set" : undefined;
}

export function invalidContainer({ type, volumes, docker }: ContainerInfo): string | undefined {
  const volume = (volumes ?? []).map(invalidVolume).find((reason) => reason !== undefined);
  if (volume !== undefined) return `Invalid volume: ${volume}`;
  if (type !== 'DOCKER') return undefined;
  if (!docker) return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo";
  return (docker.parameters ?? []).some(({ key }) => key === 'name')
    ? "Parameter in DockerInfo must not be 'name'"
    : undefined;
}

const SOURCE_FIELD: { [type in Volume.Source.Type]?: keyof Volume.Source } = {
  DOCKER_VOLUME: 'docker_volume',
  HOST_PATH: 'host_path',
  SANDBOX_PATH: 'sandbox_path',
  SECRET: 'secret',
  CSI_VOLUME: 'csi_volume',
};

function invalidVolume({ host_path: hostPath, image, source }: Volume): string | undefined {
  if ([hostPath, image, source].filter((field) => field !== undefined).length !== 1) {
    return "Only one of them should be set: 'host_path', 'image' and 'source'";
  }
  if (!source) return undefined;
  const field = source.type && SOURCE_FIELD[source.type];
  if (!field) return "'source.type' is unknown";
  return source[field] === undefined ? `'source.${field}' is not set for ${source.type} volume` : undefined;
}
