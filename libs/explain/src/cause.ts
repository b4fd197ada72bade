import type { Metadata } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';

/** The resource that made something of Envoy's, where its metadata names it as Istio does. */
export function causesOf(...all: readonly (Metadata | undefined)[]): string[] {
  const named = all.flatMap((metadata) => {
    const config = metadata?.filterMetadata['istio']?.['config'];
    return typeof config === 'string' ? [config] : [];
  });
  return [...new Set(named)];
}
