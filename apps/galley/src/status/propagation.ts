import { bucketOfKind, type ReportedProxy } from '@flotilla/bus';
import { concerns, egressOf, type ConcernedProxy } from '@flotilla/mesh';
import { resourceKey, type Gateway, type MeshResource, type Sidecar } from '@flotilla/resources';
import type { ConnectedPilot } from './connected-pilot.ts';

/** A proxy that refuses a resource. */
export interface RefusingProxy {
  readonly id: string;
  /** What of Envoy's own it refuses, as `Cluster outbound|80||reviews.default.svc.cluster.local`. */
  readonly of: string;
  /** What Envoy said. */
  readonly reason: string;
}

/** How far the current version of a resource has come. */
export interface Propagation {
  /** Every Pilot has read it. */
  readonly read: boolean;
  /** How many proxies it concerns. */
  readonly total: number;
  /** The ids of those that have not answered yet. */
  readonly waiting: readonly string[];
  readonly refusing: readonly RefusingProxy[];
}

/** The resources that others depend on. */
export interface Lookup {
  get(key: string): MeshResource | undefined;
}

/** How far a resource has come at the proxies of some Pilots; undefined where there is no Pilot. */
export function propagationOf(resource: MeshResource, pilots: Iterable<ConnectedPilot>, state: Lookup): Propagation | undefined {
  const parts = [...pilots].flatMap((pilot) => partOf(resource, pilot, state));
  if (parts.length === 0) return undefined;
  return {
    read: parts.every(({ read }) => read),
    total: parts.reduce((sum, { total }) => sum + total, 0),
    waiting: parts.flatMap(({ waiting }) => waiting),
    refusing: parts.flatMap(({ refusing }) => refusing),
  };
}

function partOf(resource: MeshResource, { groups, revision, mesh, behind, refusals }: ConnectedPilot, state: Lookup): Propagation[] {
  if (mesh === undefined) return [];
  const bucket = bucketOfKind(resource.kind);
  const version = Number(resource.metadata.resourceVersion);
  const read = revision[bucket] >= version;
  const key = resourceKey(resource);
  const refused = new Map(refusals.filter((one) => one.resource === key && one.version === resource.metadata.resourceVersion).flatMap(({ proxies, of, reason }) => proxies.map((id) => [id, { id, of, reason }])));
  const late = [...behind].filter(([id, answered]) => answered[bucket] < version && !refused.has(id)).map(([id]) => id);
  const context = { mesh, gateway: (name: string) => state.get(`Gateway/${name}`) as Gateway | undefined };
  const concerned = [...groups].filter(({ proxy }) => concerns(resource, concernedProxy(proxy, state), context));
  const among = (id: string): boolean => concerned.some(({ ids }) => ids.has(id));
  return [
    {
      read,
      total: concerned.reduce((sum, { ids }) => sum + ids.size, 0),
      waiting: read ? late.filter(among) : concerned.flatMap(({ ids }) => [...ids]),
      refusing: [...refused.values()].filter(({ id }) => among(id)),
    },
  ];
}

function concernedProxy({ type, namespace, labels, sidecar }: Omit<ReportedProxy, 'id'>, state: Lookup): ConcernedProxy {
  const resource = sidecar === undefined ? undefined : (state.get(sidecar) as Sidecar | undefined);
  if (sidecar === undefined || resource === undefined) return { type, namespace, labels };
  return { type, namespace, labels, sidecar, egress: egressOf(resource, namespace) };
}
