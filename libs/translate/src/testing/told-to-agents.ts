import { effectiveProxyConfig } from '@flotilla/mesh';
import { registeredWorkload, type WorkloadGroup } from '@flotilla/resources';
import type { MeshCase } from './mesh-case.ts';

/** What agents are told in a case: how they are to run the proxy, and what becomes of a workload that joins a group. */
export function toldToAgents({ snapshot, proxy }: MeshCase): unknown {
  const groups = [...snapshot.resources.values()].flatMap((resource) => (resource.kind === 'WorkloadGroup' ? [resource] : []));
  return { proxyConfig: effectiveProxyConfig(snapshot, proxy.namespace, proxy.labels), groups: groups.map(joined) };
}

function joined(group: WorkloadGroup): unknown {
  const { name, namespace } = group.metadata;
  const spec = { address: '10.0.0.7' };
  return { workload: registeredWorkload({ namespace, name: `${name}-1`, spec }, group), ...(group.spec.probe === undefined ? {} : { probe: group.spec.probe }) };
}
