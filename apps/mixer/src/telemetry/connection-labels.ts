import type { Address } from '@flotilla/envoy-api/envoy/config/core/v3/address_pb.js';
import type { AccessLogCommon, TLSProperties_CertificateProperties } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';
import { spiffeId } from '@flotilla/mesh';
import type { Directory, ServiceName } from '../mesh/directory.ts';
import { namespaceOf } from '../mesh/principal.ts';
import type { Workload } from '../mesh/workload.ts';
import { unknown, type ConnectionLabels, type Party } from './labels.ts';
import type { Reporter } from './reporter.ts';
import { responseFlags } from './response-flags.ts';

/** What labels are made from besides the entry: who reports it, from which side, and who is who. */
export interface LogContext {
  readonly side: Party;
  readonly reporter: Reporter;
  readonly directory: Directory;
  readonly trustDomain: string;
}

/** One end of a connection, as far as it is known. */
interface End {
  readonly workload: Workload | undefined;
  readonly principal: string | undefined;
  readonly cluster: string | undefined;
}

/**
 * The labels that requests and connections share. Their values come from the directory, the reporter and
 * Envoy's own fixed sets alone: nothing that a caller chooses can make new series.
 *
 * @param authority the host that was asked for, where there is one
 */
export function connectionLabels(common: AccessLogCommon, authority: string, protocol: string, context: LogContext): ConnectionLabels {
  const { side } = context;
  const { source, destination } = side === 'source' ? seenBySource(common, context) : seenByDestination(common, context);
  const service = side === 'source' ? serviceOfCluster(common.upstreamCluster, context) : serviceOfPort(common, authority, context);
  return {
    reporter: side,
    ...endLabels('source', source),
    ...endLabels('destination', destination),
    destination_service: service.host,
    destination_service_name: service.name,
    destination_service_namespace: service.namespace,
    request_protocol: protocol,
    response_flags: responseFlags(common.responseFlags),
    // A client's log does not tell how it reached the server.
    connection_security_policy: side === 'source' ? unknown : source.principal === undefined ? 'none' : 'mutual_tls',
  };
}

/** The reporter calls; whom, its upstream address tells. */
function seenBySource(common: AccessLogCommon, { reporter, directory, trustDomain }: LogContext): Record<Party, End> {
  const callee = workloadAt(common.upstreamRemoteAddress, directory);
  const meshed = callee?.labels['security.istio.io/tlsMode'] === 'istio' && callee.serviceAccount !== undefined;
  return {
    source: { workload: reporter.workload, principal: reporter.principal, cluster: reporter.cluster },
    destination: {
      workload: callee,
      principal: meshed ? spiffeId(trustDomain, callee.namespace, callee.serviceAccount) : undefined,
      cluster: callee === undefined ? undefined : reporter.cluster,
    },
  };
}

/** The reporter is called; by whom, the address and the certificate of the connection tell. */
function seenByDestination(common: AccessLogCommon, { reporter, directory }: LogContext): Record<Party, End> {
  // The direct address: the other one may come from a header that the caller wrote.
  const caller = workloadAt(common.downstreamDirectRemoteAddress ?? common.downstreamRemoteAddress, directory);
  const { peerCertificateProperties: theirs, localCertificateProperties: own } = common.tlsProperties ?? {};
  return {
    source: { workload: caller, principal: spiffeIdIn(theirs), cluster: caller === undefined ? undefined : reporter.cluster },
    destination: { workload: reporter.workload, principal: spiffeIdIn(own), cluster: reporter.cluster },
  };
}

function endLabels<P extends Party>(party: P, { workload, principal, cluster }: End): { [Part in 'workload' | 'workload_namespace' | 'principal' | 'app' | 'version' | 'cluster' as `${P}_${Part}`]: string };
function endLabels(party: Party, { workload, principal, cluster }: End): Record<string, string> {
  return {
    [`${party}_workload`]: known(workload?.name),
    [`${party}_workload_namespace`]: known(workload?.namespace ?? (principal === undefined ? undefined : namespaceOf(principal))),
    [`${party}_principal`]: known(principal),
    [`${party}_app`]: known(workload?.labels['app']),
    [`${party}_version`]: known(workload?.labels['version']),
    [`${party}_cluster`]: known(cluster),
  };
}

function known(value: string | undefined): string {
  return value === undefined || value === '' ? unknown : value;
}

/** The service of an outbound cluster `outbound|9080|v1|reviews.default.svc.cluster.local`; others go by their own name. */
function serviceOfCluster(cluster: string, { reporter, directory }: LogContext): ServiceName {
  const [direction, , , host] = cluster.split('|');
  if (direction !== 'outbound' || host === undefined) return { host: unknown, name: known(cluster), namespace: unknown };
  return directory.serviceNamed(reporter.workload.namespace, host) ?? { host, name: host, namespace: unknown };
}

function serviceOfPort({ downstreamLocalAddress }: AccessLogCommon, authority: string, { reporter, directory }: LogContext): ServiceName {
  const local = socketOf(downstreamLocalAddress);
  const service = local === undefined ? undefined : directory.serviceAt(reporter.workload, local.address, local.port, authority);
  return service ?? { host: unknown, name: unknown, namespace: unknown };
}

function workloadAt(address: Address | undefined, directory: Directory): Workload | undefined {
  const socket = socketOf(address);
  return socket === undefined ? undefined : directory.workloadAt(socket.address);
}

function socketOf(address: Address | undefined): { readonly address: string; readonly port: number } | undefined {
  if (address?.address.case !== 'socketAddress') return undefined;
  const { address: ip, portSpecifier } = address.address.value;
  return { address: ip, port: portSpecifier.case === 'portValue' ? portSpecifier.value : 0 };
}

function spiffeIdIn(certificate: TLSProperties_CertificateProperties | undefined): string | undefined {
  for (const { san } of certificate?.subjectAltName ?? []) if (san.case === 'uri' && san.value.startsWith('spiffe://')) return san.value;
  return undefined;
}
