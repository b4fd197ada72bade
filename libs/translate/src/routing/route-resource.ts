import { sameStream } from '../config-source.ts';
import type { EnvoyResource } from '../envoy-resource.ts';
import type { Scope } from '../scope.ts';
import { ignoresPorts } from './ignored-ports.ts';
import { routeConfiguration } from './route-configuration.ts';
import type { RouteTable } from './route-table.ts';
import { SharedResources } from './shared-resources.ts';

const shared = new SharedResources();

/**
 * A table's route configuration, the same object for all scopes that see the same: whole, or, where virtual hosts are
 * discovered, without them.
 */
export function routeResource({ type, virtualHosts }: Scope, name: string, table: RouteTable): EnvoyResource {
  // Nothing to discover would keep Envoy waiting for it.
  const discovered = virtualHosts === 'discovered' && (table.names.length > 0 || table.rest !== undefined);
  const parts = discovered ? [] : [...table.parts, ...(table.rest === undefined ? [] : [table.rest.bytes])];
  return shared.resource([type, discovered ? 'discovered' : 'inline', name].join(' '), parts, () =>
    routeConfiguration(name, parts, {
      ignorePortInHostMatching: ignoresPorts({ type }, name),
      ...(discovered ? { vhds: { configSource: sameStream } } : {}),
    }),
  );
}
