import { create } from '@bufbuild/protobuf';
import { ApiConfigSource_ApiType, ApiVersion, ConfigSourceSchema } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import { SdsSecretConfigSchema, type SdsSecretConfig } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { millis } from '../duration.ts';

/** The bootstrap's cluster for the agent, which hands out secrets over its unix socket. */
const agentCluster = 'sds-grpc';

/** An agent that came back is asked again soon, not after the half minute that Envoy may wait by itself. */
const retryPolicy = { retryBackOff: { baseInterval: millis(250), maxInterval: millis(5_000) } };

const agent = {
  case: 'apiConfigSource' as const,
  value: {
    apiType: ApiConfigSource_ApiType.GRPC,
    transportApiVersion: ApiVersion.V3,
    setNodeOnFirstMessageOnly: true,
    grpcServices: [{ targetSpecifier: { case: 'envoyGrpc' as const, value: { clusterName: agentCluster, retryPolicy } } }],
  },
};

/** The workload's own certificate, and the roots it trusts. */
export const workloadCertificate = secret('default');
export const meshRoots = secret('ROOTCA');

/** A secret that the agent keeps up to date under this name. */
export function secret(name: string): SdsSecretConfig {
  return create(SdsSecretConfigSchema, {
    name,
    sdsConfig: create(ConfigSourceSchema, {
      resourceApiVersion: ApiVersion.V3,
      initialFetchTimeout: { seconds: 0n },
      configSourceSpecifier: agent,
    }),
  });
}
