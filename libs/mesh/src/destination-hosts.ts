import type { VirtualService } from '@flotilla/resources';
import { fullHost } from './host-name.ts';

/** The full names of all hosts that a VirtualService may send traffic to, mirrors included. */
export function destinationHosts({ metadata, spec }: VirtualService, domainSuffix: string): Set<string> {
  const written = [
    ...(spec.http ?? []).flatMap((http) => [...(http.route ?? []), ...(http.mirrors ?? []), ...(http.mirror === undefined ? [] : [{ destination: http.mirror }])]),
    ...(spec.tls ?? []).flatMap((tls) => tls.route ?? []),
    ...(spec.tcp ?? []).flatMap((tcp) => tcp.route ?? []),
  ];
  return new Set(written.map(({ destination }) => fullHost(destination.host, metadata.namespace, domainSuffix)));
}

/** The full names of the hosts that a VirtualService speaks for. */
export function virtualServiceHosts({ metadata, spec }: VirtualService, domainSuffix: string): string[] {
  return (spec.hosts ?? []).map((host) => fullHost(host, metadata.namespace, domainSuffix));
}
