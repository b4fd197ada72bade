import { anyIs, anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import type { Filter } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { HttpConnectionManagerSchema, type HttpConnectionManager } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';

/**
 * Changes the HTTP connection manager that a network filter is, in place.
 *
 * @param change returns whether it changed anything
 * @returns the same; false for other filters
 */
export function changeConnectionManager({ configType }: Filter, change: (manager: HttpConnectionManager) => boolean): boolean {
  if (configType.case !== 'typedConfig' || !anyIs(configType.value, HttpConnectionManagerSchema)) return false;
  const manager = anyUnpack(configType.value, HttpConnectionManagerSchema);
  if (manager === undefined || !change(manager)) return false;
  configType.value = anyPack(HttpConnectionManagerSchema, manager);
  return true;
}
