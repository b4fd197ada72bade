import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ClusterSchema, type Cluster } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { TrafficDirection } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { ListenerSchema, type Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import type { PatchContext } from '@flotilla/resources';
import { remember } from '@flotilla/mesh';
import { inboundPassthrough } from '../clusters/names.ts';
import { typeUrls, type EnvoyResource } from '../envoy-resource.ts';
import { sameBytes } from '../same-bytes.ts';
import type { EnvoyPatch } from './envoy-patch.ts';
import { patchCluster } from './patch-cluster.ts';
import type { PatchEffect } from './patch-effect.ts';
import { patchListener } from './patch-listener.ts';
import { patchRoutes } from './patch-routes.ts';
import type { PatchSet } from './patch-set.ts';

/** What the patches of a set made of a resource. */
export interface Patched {
  /** The resource itself where no patch was for it; nothing where one removed it. */
  readonly resource: EnvoyResource | undefined;
  /** The patches that did something. */
  readonly hits: readonly EnvoyPatch[];
}

const made = new WeakMap<PatchSet, WeakMap<EnvoyResource, Patched>>();

/** Applies the patches of a set to one resource; once for all scopes that share both. */
export function patchedResource(set: PatchSet, resource: EnvoyResource): Patched {
  if (!set.typeUrls.has(resource.typeUrl)) return { resource, hits: [] };
  const known = remember(made, set, () => new WeakMap<EnvoyResource, Patched>());
  return remember(known, resource, () => patched(set, resource));
}

function patched(set: PatchSet, resource: EnvoyResource): Patched {
  const { typeUrl, bytes } = resource;
  switch (typeUrl) {
    case typeUrls.cluster: {
      const cluster = fromBinary(ClusterSchema, bytes);
      const context = set.proxies === 'gateway' ? 'GATEWAY' : contextOfCluster(cluster);
      return applied(set, resource, context, (patch) => patchCluster(cluster, patch), () => toBinary(ClusterSchema, cluster));
    }
    case typeUrls.listener: {
      const listener = fromBinary(ListenerSchema, bytes);
      const context = set.proxies === 'gateway' ? 'GATEWAY' : contextOfListener(listener);
      return applied(set, resource, context, (patch) => patchListener(listener, patch), () => toBinary(ListenerSchema, listener));
    }
    default: {
      const routes = fromBinary(RouteConfigurationSchema, bytes);
      const context = set.proxies === 'gateway' ? 'GATEWAY' : 'SIDECAR_OUTBOUND';
      return applied(set, resource, context, (patch) => (patchRoutes(routes, patch) ? 'changed' : 'none'), () => toBinary(RouteConfigurationSchema, routes));
    }
  }
}

function contextOfCluster({ name }: Cluster): PatchContext {
  return name.startsWith('inbound|') || name === inboundPassthrough ? 'SIDECAR_INBOUND' : 'SIDECAR_OUTBOUND';
}

function contextOfListener({ trafficDirection }: Listener): PatchContext {
  return trafficDirection === TrafficDirection.INBOUND ? 'SIDECAR_INBOUND' : 'SIDECAR_OUTBOUND';
}

function applied(set: PatchSet, resource: EnvoyResource, context: PatchContext, apply: (patch: EnvoyPatch) => PatchEffect, encoded: () => Uint8Array): Patched {
  const hits: EnvoyPatch[] = [];
  for (const patch of set.patches) {
    const wanted = patch.match.context ?? 'ANY';
    if (wanted !== 'ANY' && wanted !== context) continue;
    const change = apply(patch);
    if (change !== 'none') hits.push(patch);
    if (change === 'removed') return { resource: undefined, hits };
  }
  if (hits.length === 0) return { resource, hits };
  const bytes = encoded();
  return { resource: sameBytes(bytes, resource.bytes) ? resource : { ...resource, bytes }, hits };
}
