import { isIPv6 } from 'node:net';
import { clientLabelNames, egressOf, networkLabel, sidecarFor, topologyLabels, type Egress, type Snapshot, type SnapshotDelta } from '@flotilla/mesh';
import type { GatewayTopology } from '@flotilla/resources';
import type { ClusterPlace } from './clusters/outbound-cluster.ts';
import { networkKey, type NetworkView } from './endpoints/networks.ts';
import { typeUrls } from './envoy-resource.ts';
import { patchSetOf, type PatchSet } from './envoy-filters/patch-set.ts';
import { frontServiceIds } from './gateways/front-services.ts';
import type { ProxyDescription, ProxyType } from './proxy.ts';

/** Everything of a proxy that makes a difference to what it shares with others. */
export interface Scope {
  /** Proxies with an equal key share every byte of their scope's translation. */
  readonly key: string;
  readonly type: ProxyType;
  readonly namespace: string;
  /** For sidecars, only those labels that some rule asks callers for. */
  readonly labels: Readonly<Record<string, string>>;
  readonly interception: 'REDIRECT' | 'NONE';
  /** Whether intercepted connections may be for addresses of IPv6. */
  readonly ipv6: boolean;
  /** What a Sidecar lets the proxies reach; all that their namespace sees when absent. */
  readonly egress?: Egress;
  /** Whether clients are given automatic addresses for services that have no others. */
  readonly dnsCapture: boolean;
  /** Whether the proxies know their peers, so that Envoy can keep requests in their zone. */
  readonly knowsPeers: boolean;
  /** The address that a gateway's listeners bind; all when absent. */
  readonly bind?: string;
  readonly mixerCluster?: string;
  /** Where the proxies are among networks, if some of these have gateways. */
  readonly networks?: NetworkView;
  /** What stands before a gateway. */
  readonly topology?: GatewayTopology;
  /** What EnvoyFilters change of all that is made. */
  readonly patches?: PatchSet;
  /** The ids of the services that a gateway's clients reach it by. */
  readonly frontServices: readonly string[];
  /** Whether route configurations come whole, or their virtual hosts one by one (VHDS). */
  readonly virtualHosts: 'inline' | 'discovered';
}

/** Labels that replicas differ in without being different. */
const whereabouts: ReadonlySet<string> = new Set([...topologyLabels, networkLabel]);

/** The scope a proxy belongs to; to be asked again whenever {@link mayChangeScope} says so. */
export function scopeOf(snapshot: Snapshot, proxy: ProxyDescription): Scope {
  const { type, namespace, interception, bind, mixerCluster } = proxy;
  const gateway = type === 'gateway';
  const patches = patchSetOf(snapshot, proxy);
  // Patches of routes are for whole route configurations.
  const virtualHosts = proxy.discoversVirtualHosts === true && patches?.typeUrls.has(typeUrls.route) !== true ? 'discovered' : 'inline';
  // Any label may select a Gateway, and the replicas of one gateway have the same; sidecars differ more.
  const asked = new Set(clientLabelNames(snapshot));
  const names = gateway ? Object.keys(proxy.labels).filter((name) => asked.has(name) || !whereabouts.has(name)) : [...asked];
  const labels = Object.fromEntries(names.sort().flatMap((name) => (proxy.labels[name] === undefined ? [] : [[name, proxy.labels[name]]])));
  const sidecar = gateway ? undefined : sidecarFor(snapshot, namespace, proxy.labels);
  const egress = sidecar === undefined ? undefined : egressOf(sidecar, namespace);
  const dnsCapture = type === 'sidecar' && proxy.dnsCapture === true;
  const knowsPeers = proxy.knowsPeers === true;
  const { networkGateways } = snapshot;
  const networks = networkGateways.size === 0 ? undefined : { own: proxy.labels[networkLabel] ?? '', gateways: networkGateways };
  const topology = gateway ? (proxy.gatewayTopology ?? snapshot.mesh.proxies.gatewayTopology) : undefined;
  const fronts = gateway ? frontServiceIds(snapshot, proxy) : [];
  const ipv6 = type === 'sidecar' && interception === 'REDIRECT' && proxy.ipAddresses.some(isIPv6);
  return {
    key: JSON.stringify([type, namespace, interception, ipv6, gateway ? (bind ?? '') : '', mixerCluster ?? '', virtualHosts, labels, dnsCapture, knowsPeers, fronts, egress?.key ?? '', patches?.key ?? '', topology ?? '', networkKey(networks)]),
    type,
    namespace,
    labels,
    interception,
    ipv6,
    dnsCapture,
    knowsPeers,
    frontServices: fronts,
    virtualHosts,
    ...(egress === undefined ? {} : { egress }),
    ...(patches === undefined ? {} : { patches }),
    ...(gateway && bind !== undefined ? { bind } : {}),
    ...(mixerCluster === undefined ? {} : { mixerCluster }),
    ...(topology === undefined ? {} : { topology }),
    ...(networks === undefined ? {} : { networks }),
  };
}

/** Whether a proxy may belong to another scope after a change. */
export function mayChangeScope(proxy: ProxyDescription, delta: SnapshotDelta): boolean {
  if (delta.scopes) return true;
  return proxy.type === 'gateway' && (delta.services.size > 0 || proxy.ipAddresses.some((address) => delta.addresses.has(address)));
}

/** What of a scope its clusters depend on. */
export function clusterPlace({ type, interception, knowsPeers }: Scope): ClusterPlace {
  const sidecar = type === 'sidecar';
  return { intercepted: sidecar && interception === 'REDIRECT', bound: interception === 'NONE', forwards: sidecar && interception === 'NONE', knowsPeers };
}
