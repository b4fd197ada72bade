import { adsTypes, envoyReferences } from '@flotilla/testing';
import { fieldOf, subscription, type SentResource } from './delta-messages.ts';

/** A name that a resource makes its receiver ask for, and its encoded subscription. */
export interface Wanted {
  readonly name: string;
  readonly frame: Uint8Array;
}

/** What a resource makes its receiver ask for of one type: names, or all there is. */
export interface Reference {
  readonly typeUrl: string;
  readonly wanted: readonly Wanted[] | 'all';
}

/** Types whose resources refer to others. */
export const referring: ReadonlySet<string> = new Set([adsTypes.cluster, adsTypes.listener, adsTypes.route]);

/** By type, and by name and version: read once for the whole fleet, for most proxies are sent the same. */
const known = new Map<string, Map<string, readonly Reference[]>>();

/**
 * What Envoy asks for next when it is sent this: the endpoints of a cluster, the routes of a listener, and the virtual
 * hosts of a route configuration that leaves them to virtual host discovery.
 */
export function referencesOf(typeUrl: string, { name, version, any }: SentResource): readonly Reference[] {
  let ofType = known.get(typeUrl);
  if (ofType === undefined) known.set(typeUrl, (ofType = new Map<string, readonly Reference[]>()));
  const key = `${version} ${name}`;
  let references = ofType.get(key);
  if (references === undefined) ofType.set(key, (references = read(typeUrl, name, fieldOf(any, 2) ?? new Uint8Array())));
  return references;
}

/** `RouteConfiguration.vhds`. */
const vhdsField = 9;

function read(typeUrl: string, name: string, bytes: Uint8Array): Reference[] {
  if (typeUrl === adsTypes.route) return fieldOf(bytes, vhdsField) === undefined ? [] : [{ typeUrl: adsTypes.virtualHost, wanted: 'all' }];
  return envoyReferences({ typeUrl, name, version: '', bytes }).map((reference) => ({
    typeUrl: reference.typeUrl,
    wanted: reference.names.map((each) => ({ name: each, frame: subscription(each) })),
  }));
}
