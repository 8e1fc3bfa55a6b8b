// Where things lie under an agent's work directory (src/slave/paths.hpp of Mesos, which tools and people rely on).

/** Ids become directory names; whoever takes an id in has checked it with `invalidId`. */
export interface RunIds {
  workDir: string;
  agentId: string;
  frameworkId: string;
  executorId: string;
  containerId: string;
}

export function agentDirectory(workDir: string, agentId: string): string {
  return `${workDir}/slaves/${agentId}`;
}

export function frameworkDirectory({ workDir, agentId, frameworkId }: Omit<RunIds, 'executorId' | 'containerId'>) {
  return `${agentDirectory(workDir, agentId)}/frameworks/${frameworkId}`;
}

export function executorDirectory(ids: Omit<RunIds, 'containerId'>): string {
  return `${frameworkDirectory(ids)}/executors/${ids.executorId}`;
}

/** The sandbox of an executor. */
export function runDirectory(ids: RunIds): string {
  return `${executorDirectory(ids)}/runs/${ids.containerId}`;
}

export function latestRun(ids: Omit<RunIds, 'containerId'>): string {
  return `${executorDirectory(ids)}/runs/latest`;
}

/** The name of a sandbox in the files service that tells neither work directory nor agent. */
export function virtualRun({ frameworkId, executorId }: { frameworkId: string; executorId: string }): string {
  return `/frameworks/${frameworkId}/executors/${executorId}/runs/latest`;
}

/** Roles have slashes, directories do not: Mesos writes a space instead. */
export function volumeDirectory(root: string, volume: { role: string; id: string }): string {
  return `${root}/volumes/roles/${volume.role.replaceAll('/', ' ')}/${volume.id}`;
}

/** A container's id with those of its parents: `parent.child`. */
export function containerPath(id: { value: string; parent?: { value: string } | undefined }): string {
  return id.parent ? `${containerPath(id.parent)}.${id.value}` : id.value;
}
