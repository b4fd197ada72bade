import { targetNamesAnnotation, type ServiceEntry } from '@flotilla/resources';
import { endpointPort, serving, type Endpoint } from './endpoint.ts';
import { portsOf } from './service.ts';

/**
 * Workloads that a Service of a cluster selects, as far as they serve it: a port whose target is a name is served where they say
 * what they have under that name, and not at all where they do not.
 */
export function withNamedTargets(workloads: readonly Endpoint[], entry: ServiceEntry): readonly Endpoint[] {
  const named = entry.metadata.annotations?.[targetNamesAnnotation];
  if (named === undefined) return workloads;
  const targets = new Map(named.split(',').map((pair) => pair.split('=') as [string, string]));
  const ports = portsOf([entry]);
  return workloads.map((workload) => {
    const served = ports.flatMap((port) => {
      const { name, number } = port;
      const target = targets.get(name);
      const own = target === undefined ? endpointPort(workload, port) : workload.ports[target];
      return own === undefined ? [] : [{ name, number, own }];
    });
    return serving(workload, served, ports.length);
  });
}
