// Whether checks and health checks are described completely. Texts are Mesos' (src/common/validation.cpp).
import type { CheckInfo, CommandInfo, HealthCheck } from '@mini-mesos/proto';
import { invalidCommand } from './validate-command.js';

export function invalidHealthCheck(check: HealthCheck): string | undefined {
  if (check.type === undefined) return "HealthCheck must specify 'type'";
  return invalidHealthBody(check) ?? invalidTimes(check, check.grace_period_seconds);
}

function invalidHealthBody({ type, command, http, tcp }: HealthCheck): string | undefined {
  switch (type) {
    case 'COMMAND':
      if (!command) return "Expecting 'command' to be set for COMMAND health check";
      return invalidCheckCommand(command, 'Command health check', "Health check's");
    case 'HTTP':
      if (!http) return "Expecting 'http' to be set for HTTP health check";
      if (http.scheme !== undefined && http.scheme !== 'http' && http.scheme !== 'https') {
        return `Unsupported HTTP health check scheme: '${http.scheme}'`;
      }
      return invalidPath(http.path, 'HTTP health check');
    case 'TCP':
      return tcp ? undefined : "Expecting 'tcp' to be set for TCP health check";
    default:
      return `'${type}' is not a valid health check type`;
  }
}

export function invalidCheck(check: CheckInfo): string | undefined {
  if (check.type === undefined) return "CheckInfo must specify 'type'";
  return invalidCheckBody(check) ?? invalidTimes(check, undefined);
}

function invalidCheckBody({ type, command, http, tcp }: CheckInfo): string | undefined {
  switch (type) {
    case 'COMMAND':
      if (!command) return "Expecting 'command' to be set for COMMAND check";
      return invalidCheckCommand(command.command, 'Command check', "Check's");
    case 'HTTP':
      return http ? invalidPath(http.path, 'HTTP check') : "Expecting 'http' to be set for HTTP check";
    case 'TCP':
      return tcp ? undefined : "Expecting 'tcp' to be set for TCP check";
    default:
      return `'${type}' is not a valid check type`;
  }
}

function invalidCheckCommand(command: CommandInfo, name: string, owner: string): string | undefined {
  if (command.value === undefined) {
    return `${name} must contain ${(command.shell ?? true) ? "'shell command'" : "'executable path'"}`;
  }
  const reason = invalidCommand(command);
  return reason === undefined ? undefined : `${owner} \`CommandInfo\` is invalid: ${reason}`;
}

function invalidPath(path: string | undefined, name: string): string | undefined {
  return path === undefined || path.startsWith('/') ? undefined : `The path '${path}' of ${name} must start with '/'`;
}

type Times = Pick<CheckInfo, 'delay_seconds' | 'interval_seconds' | 'timeout_seconds'>;

function invalidTimes(times: Times, grace: number | undefined): string | undefined {
  const all = [
    ['delay_seconds', times.delay_seconds],
    ['grace_period_seconds', grace],
    ['interval_seconds', times.interval_seconds],
    ['timeout_seconds', times.timeout_seconds],
  ] as const;
  const negative = all.find(([, seconds]) => seconds !== undefined && !(seconds >= 0));
  return negative && `Expecting '${negative[0]}' to be non-negative`;
}
