import { defaultMeshConfig, type MeshConfig } from '@flotilla/mesh';

/** The mesh configuration that a document of Istio's form asks for; what it leaves out is as it always is. */
export function readMeshConfig(document: unknown): MeshConfig {
  const fields = (document ?? {}) as { trustDomain?: string; rootNamespace?: string; outboundTrafficPolicy?: { mode?: MeshConfig['outboundTrafficPolicy'] } };
  const policy = fields.outboundTrafficPolicy;
  return {
    ...defaultMeshConfig,
    trustDomain: fields.trustDomain ?? defaultMeshConfig.trustDomain,
    rootNamespace: fields.rootNamespace ?? defaultMeshConfig.rootNamespace,
    // A policy without a mode is Istio's first one.
    outboundTrafficPolicy: policy === undefined ? defaultMeshConfig.outboundTrafficPolicy : (policy.mode ?? 'REGISTRY_ONLY'),
  };
}
