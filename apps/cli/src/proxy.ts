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
  readonly warming: readonly string[];
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
