import type { Cluster_TransportSocketMatchSchema, ClusterSchema } from '@flotilla/envoy-api/envoy/config/cluster/v3/cluster_pb.js';
import type { MeshConfig, Service } from '@flotilla/mesh';
import { simpleTls, verifiesServer } from '../security/client-tls.ts';
import { clientMutualTls } from '../security/client-mutual-tls.ts';
import { announcingClient } from '../security/proxy-protocol.ts';
import { plainText, type TransportSocket } from '../security/transport-socket.ts';
import type { AutoTls } from './http-protocol.ts';
import type { PortPolicy } from './policy.ts';
import type { Fields } from '../message-fields.ts';

export interface UpstreamSecurity {
  readonly cluster: Fields<typeof ClusterSchema> & Transport;
  /** What the cluster's HTTP options must take from each request. */
  readonly autoTls?: AutoTls;
}

/**
 * How a cluster's connections are secured: as the DestinationRule says; else, in the mesh, by mTLS
 * to those endpoints that a sidecar stands before (auto mTLS) and in plain text to the others.
 *
 * @param meshed where endpoints are not told apart: whether a sidecar stands before all of them
 */
export function upstreamSecurity({ tls, proxyProtocol }: PortPolicy, service: Service, sni: string, http2: boolean, mesh: MeshConfig, meshed?: boolean): UpstreamSecurity {
  const security = transportSecurity(tls, service, sni, http2, mesh, meshed);
  if (proxyProtocol === undefined) return security;
  const { transportSocket, transportSocketMatches } = security.cluster;
  return {
    ...security,
    cluster:
      transportSocketMatches === undefined
        ? { transportSocket: announcingClient(transportSocket ?? plainText, proxyProtocol) }
        : { transportSocketMatches: transportSocketMatches.map((match) => ({ ...match, transportSocket: announcingClient(match.transportSocket, proxyProtocol) })) },
  };
}

interface Transport {
  readonly transportSocket?: TransportSocket;
  readonly transportSocketMatches?: SocketMatch[];
}

type SocketMatch = Fields<typeof Cluster_TransportSocketMatchSchema> & { readonly transportSocket: TransportSocket };

function transportSecurity(tls: PortPolicy['tls'], service: Service, sni: string, http2: boolean, mesh: MeshConfig, meshed: boolean | undefined): { readonly cluster: Transport; readonly autoTls?: AutoTls } {
  switch (tls?.mode) {
    case 'SIMPLE':
    case 'MUTUAL': {
      const sniGiven = tls.sni !== undefined && tls.sni !== '';
      const sansGiven = (tls.subjectAltNames ?? service.subjectAltNames).length > 0;
      return {
        cluster: { transportSocket: simpleTls(tls, service.subjectAltNames, http2, mesh) },
        ...(sniGiven ? {} : { autoTls: { sni: true, sanValidation: verifiesServer(tls) && !sansGiven } }),
      };
    }
    case 'ISTIO_MUTUAL':
      return { cluster: { transportSocket: clientMutualTls(tls.sni ?? sni, tls.subjectAltNames ?? acceptedIdentities(service), http2) } };
    case 'DISABLE':
      return { cluster: {} };
    default:
      if (service.external || mesh.mtlsMode === 'DISABLE' || !mesh.autoMtls || meshed === false) return { cluster: {} };
      return { cluster: meshed === true ? { transportSocket: clientMutualTls(sni, acceptedIdentities(service), http2) } : { transportSocketMatches: autoMutualTls(service, sni, http2) } };
  }
}

/** For endpoints that no sidecar stands before. */
const noTls: SocketMatch = { name: 'tlsMode-disabled', match: {}, transportSocket: plainText };

function autoMutualTls(service: Service, sni: string, http2: boolean): SocketMatch[] {
  return [{ name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transportSocket: clientMutualTls(sni, acceptedIdentities(service), http2) }, noTls];
}

/** The identities of which a server of the mesh must have one. */
export function acceptedIdentities(service: Service): readonly string[] {
  return service.subjectAltNames.length > 0 ? [...new Set([...service.identities, ...service.subjectAltNames])] : service.identities;
}
