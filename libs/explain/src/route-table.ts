import { BinaryReader } from '@bufbuild/protobuf/wire';
import { RouteConfigurationSchema, type RouteConfiguration } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { VirtualHosts } from './virtual-hosts.ts';

/** A route configuration, as far as it decides which virtual host takes a request. */
export interface RouteTable {
  readonly ignorePortInHostMatching: boolean;
  readonly hosts: VirtualHosts;
}

/** A route configuration that a listener has within. */
export function routeTableOf({ virtualHosts, ignorePortInHostMatching }: RouteConfiguration): RouteTable {
  const hosts = new VirtualHosts();
  for (const host of virtualHosts) hosts.add(host);
  return { ignorePortInHostMatching, hosts };
}

/** Reads an encoded route configuration, virtual host by virtual host. */
export function* readRouteTable(bytes: Uint8Array): Generator<undefined, RouteTable> {
  const { virtualHosts, ignorePortInHostMatching: ignorePort } = RouteConfigurationSchema.field;
  const reader = new BinaryReader(bytes);
  const hosts = new VirtualHosts();
  let ignorePortInHostMatching = false;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === virtualHosts.number) hosts.addEncoded(reader.bytes());
    else if (field === ignorePort.number) ignorePortInHostMatching = reader.bool();
    else reader.skip(wireType);
    yield;
  }
  return { ignorePortInHostMatching, hosts };
}
