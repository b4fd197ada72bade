import { FlotillaError } from '@flotilla/errors';
import type { Api } from './api.ts';

export type SyncState = 'SYNCED' | 'STALE' | 'NACKED' | 'NOT_SENT';

/** How far each of the two stores had come. */
export interface Revision {
  readonly config: number;
  readonly endpoints: number;
}

/** A proxy as Pilot lists it, as far as it is shown. */
export interface ProxyStatus {
  readonly id: string;
  readonly userAgent: string;
  readonly state: SyncState;
  readonly answeredRevision: Revision;
  readonly types: readonly {
    readonly typeUrl: string;
    readonly state: SyncState;
    readonly refusals: readonly { readonly reason: string; readonly names: readonly string[]; readonly revision: Revision }[];
  }[];
}

/** What a node id says: `sidecar~127.20.0.2~reviews-v1.default~default.svc.cluster.local`. */
export function partsOf(id: string): { readonly kind: string; readonly address: string; readonly name: string } {
  const [kind = '', address = '', name = id] = id.split('~');
  return { kind: kind === 'router' ? 'gateway' : kind, address, name };
}

export async function listProxies(pilot: Api): Promise<readonly ProxyStatus[]> {
  return ((await pilot.call('/v1/proxies')) as { readonly items: readonly ProxyStatus[] }).items;
}

/**
 * The proxy that `wanted` means: its node id, `workload.namespace`, or the workload alone when only one has it.
 * @throws FlotillaError NOT_FOUND, or MALFORMED_REQUEST when it could be several
 */
export function proxyMeant<P extends { readonly id: string }>(wanted: string, proxies: readonly P[]): P {
  const names = ({ id }: P): string[] => [id, partsOf(id).name, partsOf(id).name.split('.')[0] ?? ''];
  const matches = proxies.filter((proxy) => names(proxy).includes(wanted));
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return first;
  const list = (all: readonly P[]): string => all.map(({ id }) => partsOf(id).name).join(', ');
  if (first !== undefined) throw new FlotillaError('MALFORMED_REQUEST', `"${wanted}" could be any of ${list(matches)}.`);
  throw new FlotillaError('NOT_FOUND', proxies.length === 0 ? 'No proxy is connected.' : `No proxy "${wanted}" is connected; there are ${list(proxies)}.`);
}
