import { isDeepStrictEqual } from 'node:util';
import type { MeshResource, ServiceEntry } from '@flotilla/resources';

/** Whether one state of a resource differs from another in endpoints alone: those of workloads, or listed by a ServiceEntry. */
export function onlyEndpoints(before: MeshResource | undefined, after: MeshResource | undefined): boolean {
  if ((after ?? before)?.kind === 'WorkloadEntry') return true;
  return before?.kind === 'ServiceEntry' && after?.kind === 'ServiceEntry' && isDeepStrictEqual(allElse(before), allElse(after));
}

function allElse({ metadata: { labels, annotations }, spec }: ServiceEntry): object {
  return { labels, annotations, spec: { ...spec, endpoints: [] } };
}
