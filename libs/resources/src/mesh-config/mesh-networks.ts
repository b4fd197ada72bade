import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { port, text } from '../schema/scalars.ts';

/** Which addresses are of a network: a block of them, or those that a registry tells of. */
const NetworkEndpoints = message({}, { fromCidr: text(), fromRegistry: text() });

/** A way into a network: a service that is known, or an address. */
const NetworkGateway = message({ port: port() }, { registryServiceName: text(), address: text(), locality: text() });

const MeshNetwork = message({}, { endpoints: Type.Array(NetworkEndpoints), gateways: Type.Array(NetworkGateway) });

/** Networks by name: Istio's MeshNetworks. https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshNetworks */
export const MeshNetworks = Type.Record(Type.String(), MeshNetwork);
export type MeshNetworks = Static<typeof MeshNetworks>;

/** The registry of the cluster that the mesh follows. */
export const clusterRegistry = 'Kubernetes';
