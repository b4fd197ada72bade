import { create, toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Cluster_DiscoveryType, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@flotilla/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import { DeltaDiscoveryResponseSchema } from '@flotilla/envoy-api/envoy/service/discovery/v3/discovery_pb.js';
import { adsTypes } from '@flotilla/testing';
import { expect, it } from 'vitest';
import type { FloorAnswer, FloorRequest } from './floor-messages.ts';
import { newFleet } from './measure.ts';
import { Worker } from './worker.ts';

/** A response with one resource, the type before it. */
function response<Desc extends DescMessage>(name: string, schema: Desc, message: MessageShape<Desc>): Buffer {
  const typeUrl = `type.googleapis.com/${schema.typeName}`;
  const resources = [{ name, version: '1', resource: anyPack(schema, message) }];
  return Buffer.concat([{ typeUrl }, { nonce: name, resources }].map((part) => toBinary(DeltaDiscoveryResponseSchema, create(DeltaDiscoveryResponseSchema, part))));
}

/** Clusters and listeners, which proxies ask for at once, and endpoints, which they ask for when they have read the cluster. */
const sentTo = (team: string): Buffer[] => [
  response(team, ClusterSchema, create(ClusterSchema, { name: team, clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS } })),
  response(team, ListenerSchema, create(ListenerSchema, { name: team })),
  response(team, ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, { clusterName: team })),
];

it('sends a fleet what was recorded of another', async () => {
  const recording = new Map(['team-0', 'team-1'].map((team) => [team, sentTo(team)]));
  const namespaces = ['team-0', 'team-1', 'team-0'];
  const fleet = newFleet();
  const floor = new Worker<FloorRequest, FloorAnswer>('floor.ts');
  try {
    const { port } = await floor.ask({ do: 'listen', recording }, 'listening');
    await fleet.ask({ do: 'watch', mark: Buffer.from('team-'), types: [adsTypes.endpoint], proxies: [...namespaces.keys()] }, 'watching');
    const seen = fleet.next('seen');
    await fleet.ask({ do: 'connect', addresses: [`127.0.0.1:${port}`], namespaces, record: true }, 'connecting');
    await seen;
    expect((await fleet.ask({ do: 'recorded' }, 'recorded')).recording).toEqual(recording);
  } finally {
    fleet.stop();
    floor.stop();
  }
});
