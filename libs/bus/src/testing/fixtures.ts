import { createLogger } from '@flotilla/runtime';
import type { MeshResource } from '@flotilla/resources';

/** A logger that writes nothing. */
export const silent = createLogger('test', { level: 'silent' });

/** A VirtualService to one destination; `weight` makes versions of it. */
export function virtualService(name: string, weight = 100): MeshResource {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'default' },
    spec: { hosts: [name], http: [{ route: [{ destination: { host: name }, weight }] }] },
  };
}

/** The key of the VirtualService `name`. */
export function keyOf(name: string): string {
  return `VirtualService/default/${name}`;
}
