import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { allSteps } from '@flotilla/translate';
import { configOfProxy } from '../config-of-proxy.ts';
import { explainRequests } from '../explain-requests.ts';
import type { Explanation } from '../explanation.ts';
import { readProxy } from '../read-proxy.ts';

/** Explains one request at one proxy, both as users describe them, of a mesh with some resources in namespace `shop`. */
export function asked(yaml: string): (proxy: object, request: object) => Explanation {
  const { resources, failures } = readYaml(yaml, { file: 'mesh.yaml', defaultNamespace: 'shop' });
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: resources, removals: [] });
  return (described, request) => {
    const proxy = readProxy(described);
    const [explanation] = allSteps(explainRequests(snapshot, proxy, configOfProxy(snapshot, proxy), [request]));
    if (explanation === undefined) throw new Error('nothing was explained');
    return explanation;
  };
}

/** Causes of an explanation as lines, `route VirtualService/shop/reviews spec.http[0]`. */
export function causesIn({ causes }: Explanation, ...of: readonly string[]): string[] {
  return causes.filter((cause) => of.length === 0 || of.includes(cause.of)).map((cause) => `${cause.of} ${cause.resource} ${cause.path}`);
}

/** Near misses that say what they come of, as lines. */
export function missesIn({ nearMisses }: Explanation): string[] {
  return nearMisses.flatMap(({ at, resource, path = '', reason }) => (resource === undefined ? [] : [`${at} ${resource} ${path}: ${reason}`]));
}
