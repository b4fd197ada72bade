import type { ResponseFlags } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';

type Flag = Exclude<keyof ResponseFlags, `$${string}`>;

/** Envoy's short name for each flag (`%RESPONSE_FLAGS%` in its documentation of access logs). */
const shortNames: Readonly<Record<Flag, string>> = {
  failedLocalHealthcheck: 'LH',
  noHealthyUpstream: 'UH',
  upstreamRequestTimeout: 'UT',
  localReset: 'LR',
  upstreamRemoteReset: 'UR',
  upstreamConnectionFailure: 'UF',
  upstreamConnectionTermination: 'UC',
  upstreamOverflow: 'UO',
  noRouteFound: 'NR',
  delayInjected: 'DI',
  faultInjected: 'FI',
  rateLimited: 'RL',
  unauthorizedDetails: 'UAEX',
  rateLimitServiceError: 'RLSE',
  downstreamConnectionTermination: 'DC',
  upstreamRetryLimitExceeded: 'URX',
  streamIdleTimeout: 'SI',
  invalidEnvoyRequestHeaders: 'IH',
  downstreamProtocolError: 'DPE',
  upstreamMaxStreamDurationReached: 'UMSDR',
  responseFromCacheFilter: 'RFCF',
  noFilterConfigFound: 'NFCF',
  durationTimeout: 'DT',
  upstreamProtocolError: 'UPE',
  noClusterFound: 'NC',
  overloadManager: 'OM',
  dnsResolutionFailure: 'DF',
  downstreamRemoteReset: 'DR',
};
const flags = Object.entries(shortNames) as [Flag, string][];

/** The flags as Envoy's own logs write them, `UF,URX`; `-` for none. */
export function responseFlags(set: ResponseFlags | undefined): string {
  if (set === undefined) return '-';
  const names = flags.filter(([flag]) => set[flag] !== undefined && set[flag] !== false).map(([, name]) => name);
  return names.length === 0 ? '-' : names.join(',');
}
