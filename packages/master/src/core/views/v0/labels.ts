// Labels in the JSON of /state and its relatives: a bare list.
import type { Label, Labels } from '@mini-mesos/proto';

export function labelsJson({ labels = [] }: Labels): Label[] {
  return labels;
}
