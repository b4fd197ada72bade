import type { AdsReference, AdsResource } from '@flotilla/testing';
import type { XdsResource } from '../encoded-resource.ts';
import { resourceTypes } from '../resource-type.ts';

/** A mesh in four lines: names to what is in them. Routes name clusters, listeners name routes. */
export interface SmallMesh {
  readonly clusters: Readonly<Record<string, string>>;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly routes: Readonly<Record<string, readonly string[]>>;
  readonly listeners: Readonly<Record<string, readonly string[]>>;
}

/** A resource whose name is field 1, as in all of Envoy's types, and whose text is field 2. */
export function resource(typeUrl: string, name: string, text: string): XdsResource {
  const field = (tag: number, value: string): Buffer => Buffer.concat([Buffer.from([tag, Buffer.byteLength(value)]), Buffer.from(value)]);
  return { typeUrl, name, bytes: Buffer.concat([field(0x0a, name), field(0x12, text)]) };
}

export function textOf({ name, bytes }: Pick<AdsResource, 'name' | 'bytes'>): string {
  return Buffer.from(bytes).toString('utf8', 4 + Buffer.byteLength(name));
}

/** The names that a route or a listener refers to. */
export function namesIn(each: Pick<AdsResource, 'name' | 'bytes'>): readonly string[] {
  return textOf(each).split(' ').filter((name) => name !== '');
}

/** What the small mesh's proxies ask for next. */
export function references(each: AdsResource): readonly AdsReference[] {
  if (each.typeUrl === resourceTypes.cluster) return [{ typeUrl: resourceTypes.endpoint, names: [each.name] }];
  if (each.typeUrl === resourceTypes.listener) return [{ typeUrl: resourceTypes.route, names: namesIn(each) }];
  return [];
}

/** The same of a proxy whose route configurations all say that their virtual hosts are discovered. */
export function discoveringReferences(each: AdsResource): readonly AdsReference[] {
  return each.typeUrl === resourceTypes.route ? [{ typeUrl: resourceTypes.virtualHost, names: [] }] : references(each);
}

/** The mesh as resources; a route's clusters are also in virtual hosts of its own, `<route>/<cluster>`. */
export function resourcesOf({ clusters, endpoints, routes, listeners }: SmallMesh): readonly XdsResource[] {
  return [
    ...Object.entries(clusters).map(([name, text]) => resource(resourceTypes.cluster, name, text)),
    ...Object.entries(endpoints).map(([name, text]) => resource(resourceTypes.endpoint, name, text)),
    ...Object.entries(listeners).map(([name, names]) => resource(resourceTypes.listener, name, names.join(' '))),
    ...Object.entries(routes).map(([name, names]) => resource(resourceTypes.route, name, names.join(' '))),
    ...Object.entries(routes).flatMap(([route, names]) => names.map((name) => resource(resourceTypes.virtualHost, `${route}/${name}`, name))),
  ];
}
