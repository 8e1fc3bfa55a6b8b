// An executor as /state and /frameworks show it (Mesos: json(…, ExecutorInfo) in src/common/http.cpp).
import type { CommandInfo, ExecutorInfo } from '@mini-mesos/proto';
import { Resources, resourcesToStateJson } from '@mini-mesos/resources';
import { toJsonValue } from '@mini-mesos/wire';
import type { AgentId, FrameworkId } from '@mini-mesos/wire';
import { publicExecutor } from '../secrets.js';
import { labelsJson } from './labels.js';

export function executorJson(
  given: ExecutorInfo,
  { frameworkId, agentId }: { frameworkId: FrameworkId; agentId: AgentId },
) {
  const info = publicExecutor(given);
  const resources = info.resources ?? [];
  return {
    executor_id: info.executor_id.value,
    name: info.name ?? '',
    framework_id: frameworkId,
    command: commandJson(info.command ?? {}),
    resources: resourcesToStateJson(Resources.fromProto(resources)),
    ...(resources.length > 0 && { role: resources[0]?.allocation_info?.role ?? '' }),
    ...(info.labels && { labels: labelsJson(info.labels) }),
    ...(info.type !== undefined && { type: info.type }),
    slave_id: agentId,
  };
}

function commandJson({ shell, value, arguments: argv = [], environment, uris = [] }: CommandInfo) {
  return {
    ...(shell !== undefined && { shell }),
    ...(value !== undefined && { value }),
    argv,
    ...(environment && { environment: toJsonValue('mesos.v1.Environment', environment) }),
    uris: uris.map((uri) => ({ value: uri.value, executable: uri.executable ?? false })),
  };
}
