import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { oneOf, portOrZero, text, textMap } from '../schema/scalars.ts';

export const PatchContext = oneOf('ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY', 'WAYPOINT');
export type PatchContext = Static<typeof PatchContext>;

/** The proxies that a patch is for, by their version (an RE2 expression) and the metadata of their node. */
export const ProxyMatch = message({}, { proxyVersion: text(), metadata: textMap() });
export type ProxyMatch = Static<typeof ProxyMatch>;

const FilterMatch = message({}, { name: text(), subFilter: message({}, { name: text() }) });

export const FilterChainMatch = message(
  {},
  {
    name: text(),
    sni: text(),
    transportProtocol: text(),
    applicationProtocols: text({ description: 'Separated by commas.' }),
    filter: FilterMatch,
    destinationPort: portOrZero(),
    transportSocket: text(),
  },
);
export type FilterChainMatch = Static<typeof FilterChainMatch>;

export const ListenerMatch = message(
  {},
  { portNumber: portOrZero(), portName: text(), filterChain: FilterChainMatch, listenerFilter: text(), name: text() },
);
export type ListenerMatch = Static<typeof ListenerMatch>;

const RouteMatch = message({}, { name: text(), action: oneOf('ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE') });
export type RouteMatch = Static<typeof RouteMatch>;

export const VirtualHostMatch = message({}, { name: text(), domainName: text(), route: RouteMatch });
export type VirtualHostMatch = Static<typeof VirtualHostMatch>;

export const RouteConfigurationMatch = message(
  {},
  { portNumber: portOrZero(), portName: text(), gateway: text({ description: 'As namespace/name.' }), vhost: VirtualHostMatch, name: text() },
);
export type RouteConfigurationMatch = Static<typeof RouteConfigurationMatch>;

export const ClusterMatch = message({}, { portNumber: portOrZero(), service: text(), subset: text(), name: text() });
export type ClusterMatch = Static<typeof ClusterMatch>;

const WaypointMatch = message({}, { portNumber: portOrZero(), route: message({}, { name: text() }), filter: FilterMatch });

/** Where a patch goes. Without an object of its own it goes everywhere in its context. */
export const EnvoyConfigObjectMatch = message(
  {},
  {
    context: PatchContext,
    proxy: ProxyMatch,
    listener: ListenerMatch,
    routeConfiguration: RouteConfigurationMatch,
    cluster: ClusterMatch,
    waypoint: WaypointMatch,
  },
);
export type EnvoyConfigObjectMatch = Static<typeof EnvoyConfigObjectMatch>;
