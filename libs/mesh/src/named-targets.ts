import { targetNamesAnnotation, type ServiceEntry } from '@flotilla/resources';
import type { Endpoint } from './endpoint.ts';
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
    const numbers = ports.map(({ number, name, targetPort }) => {
      const target = targets.get(name);
      return { number, name, own: target === undefined ? (workload.ports[name] ?? targetPort) : workload.ports[target] };
    });
    const served = numbers.filter((port): port is typeof port & { own: number } => port.own !== undefined);
    return {
      ...workload,
      ports: Object.fromEntries(served.map(({ name, own }) => [name, own])),
      ...(served.length === ports.length ? {} : { servicePorts: served.map(({ number }) => number) }),
    };
  });
}
