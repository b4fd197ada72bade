import { create } from '@bufbuild/protobuf';
import { ApiConfigSource_ApiType, ApiVersion, ConfigSourceSchema } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import { SdsSecretConfigSchema, type SdsSecretConfig } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { millis } from '../duration.ts';

/** The bootstrap's clusters for the agent, which hands out secrets over its unix socket, and for Citadel, which keeps credentials. */
const agentCluster = 'sds-grpc';
const citadelCluster = 'flotilla-citadel';

/** One that came back is asked again soon, not after the half minute that Envoy may wait by itself. */
const retryPolicy = { retryBackOff: { baseInterval: millis(250), maxInterval: millis(5_000) } };

function streamFrom(clusterName: string) {
  return {
    case: 'apiConfigSource' as const,
    value: {
      apiType: ApiConfigSource_ApiType.GRPC,
      transportApiVersion: ApiVersion.V3,
      setNodeOnFirstMessageOnly: true,
      grpcServices: [{ targetSpecifier: { case: 'envoyGrpc' as const, value: { clusterName, retryPolicy } } }],
    },
  };
}

/** The workload's own certificate, and the roots it trusts. */
export const workloadCertificate = secret('default', agentCluster);
export const meshRoots = secret('ROOTCA', agentCluster);

/** A credential that Citadel keeps under a name, its `<name>-cacert` being its authorities alone. */
export function credential(name: string): SdsSecretConfig {
  const full = name.includes('://') ? name : `kubernetes://${name}`;
  return secret(full, citadelCluster, patience);
}

/** A certificate and its key in files beside the proxy, read again when they are replaced. */
export function fileCertificate(certificate: string, key: string): SdsSecretConfig {
  return secret(`file-cert:${certificate}~${key}`, agentCluster, patience);
}

/** Authorities, and the list of what they revoked if there is one, in files beside the proxy. */
export function fileRoots(authorities: string, revoked: string): SdsSecretConfig {
  return secret(`file-root:${[authorities, ...(revoked === '' ? [] : [revoked])].join('~')}`, agentCluster, patience);
}

/** How long a listener waits for a secret that may not be there; the others on its port are not kept waiting for ever. */
const patience = 5n;

/** @param waitSeconds 0 for as long as it takes */
function secret(name: string, from: string, waitSeconds = 0n): SdsSecretConfig {
  return create(SdsSecretConfigSchema, {
    name,
    sdsConfig: create(ConfigSourceSchema, {
      resourceApiVersion: ApiVersion.V3,
      initialFetchTimeout: { seconds: waitSeconds },
      configSourceSpecifier: streamFrom(from),
    }),
  });
}
