import type { Service, Snapshot } from '@flotilla/mesh';
import type { Cause } from '../explanation.ts';

/** The resources that say there is a service, and what says which protocol one of its ports speaks. */
export function serviceCauses(snapshot: Snapshot, service: Service, port: number): Cause[] {
  return [...service.sources.map((resource): Cause => ({ of: 'cluster', resource: written(resource), path: 'spec' })), ...protocolCauses(snapshot, service, port)];
}

/** What says which protocol a port speaks: the field, or the port alone where nothing says it and each connection is looked into. */
function protocolCauses({ resources }: Snapshot, { sources, ports }: Service, number: number): Cause[] {
  const found = sources.flatMap((source) => {
    const resource = resources.get(source);
    const at = resource?.kind === 'ServiceEntry' ? (resource.spec.ports ?? []).findIndex((port) => port.number === number) : -1;
    return resource?.kind !== 'ServiceEntry' || at === -1 ? [] : [{ source, at, declared: Boolean(resource.spec.ports?.[at]?.protocol) }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const named = ports.some((port) => port.number === number && port.protocol !== 'AUTO') ? '.name' : '';
  const field = isMade(first.source) ? '' : first.declared ? '.protocol' : named;
  return [{ of: 'protocol', resource: written(first.source), path: `spec.ports[${first.at}]${field}` }];
}

/** Whether a ServiceEntry was made of a Kubernetes object, whose fields are called otherwise. */
function isMade(source: string): boolean {
  return written(source) !== source;
}

/** What the user knows a resource as: `ServiceEntry/shop/Service:reviews` is made of the Service `reviews`. */
export function written(resource: string): string {
  return resource.replace(/^ServiceEntry\/([^/]+)\/(\w+):/, '$2/$1/');
}
