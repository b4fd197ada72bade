import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { HTTPAccessLogEntrySchema } from '@flotilla/envoy-api/envoy/data/accesslog/v3/accesslog_pb.js';
import { describe, expect, it } from 'vitest';
import type { Directory } from '../mesh/directory.ts';
import type { Workload } from '../mesh/workload.ts';
import type { LogContext } from './connection-labels.ts';
import { requestLabels } from './request-labels.ts';

const workload = (name: string, account: string): Workload => ({
  name: `${name}-v1`,
  namespace: 'default',
  labels: { app: name, version: 'v1', 'security.istio.io/tlsMode': 'istio' },
  serviceAccount: account,
});
const productpage = workload('productpage', 'bookinfo-productpage');
const reviews = workload('reviews', 'bookinfo-reviews');
const reviewsService = { host: 'reviews.default.svc.cluster.local', name: 'reviews', namespace: 'default' };
const spiffe = (account: string): string => `spiffe://cluster.local/ns/default/sa/${account}`;

const directory: Directory = {
  workloadAt: (address) => ({ '10.0.0.1': productpage, '10.0.0.2': reviews })[address],
  serviceNamed: (_namespace, host) => (host === reviewsService.host ? reviewsService : undefined),
  serviceAt: (at, _address, port) => (at === reviews && port === 9080 ? reviewsService : undefined),
};
const outbound: LogContext = { side: 'source', reporter: { workload: productpage, principal: spiffe('bookinfo-productpage'), cluster: 'Kubernetes' }, directory, trustDomain: 'cluster.local' };
const inbound: LogContext = { ...outbound, side: 'destination', reporter: { workload: reviews, principal: spiffe('bookinfo-reviews'), cluster: 'Kubernetes' } };

const socket = (address: string, port: number) => ({ address: { case: 'socketAddress' as const, value: { address, portSpecifier: { case: 'portValue' as const, value: port } } } });
const certificate = (uri: string) => ({ subjectAltName: [{ san: { case: 'uri' as const, value: uri } }] });
const labelsOf = (entry: MessageInitShape<typeof HTTPAccessLogEntrySchema>, context: LogContext) => requestLabels(create(HTTPAccessLogEntrySchema, entry), context);

const common = {
  source_workload: 'productpage-v1',
  source_workload_namespace: 'default',
  source_principal: spiffe('bookinfo-productpage'),
  source_app: 'productpage',
  source_version: 'v1',
  source_cluster: 'Kubernetes',
  destination_workload: 'reviews-v1',
  destination_workload_namespace: 'default',
  destination_principal: spiffe('bookinfo-reviews'),
  destination_app: 'reviews',
  destination_version: 'v1',
  destination_cluster: 'Kubernetes',
  destination_service: 'reviews.default.svc.cluster.local',
  destination_service_name: 'reviews',
  destination_service_namespace: 'default',
  request_protocol: 'http',
  response_code: '200',
  response_flags: '-',
  grpc_response_status: '',
};

describe('reported by the source', () => {
  const entry = {
    commonProperties: { upstreamCluster: 'outbound|9080|v1|reviews.default.svc.cluster.local', upstreamRemoteAddress: socket('10.0.0.2', 9080) },
    response: { responseCode: 200 },
  };

  it('both sides are known', () => {
    expect(labelsOf(entry, outbound)).toEqual({ reporter: 'source', ...common, connection_security_policy: 'unknown' });
  });

  it('a destination outside the mesh has no more than the name of its service', () => {
    const labels = labelsOf({ ...entry, commonProperties: { upstreamCluster: 'outbound|443||api.example.com', upstreamRemoteAddress: socket('93.184.216.34', 443) } }, outbound);
    expect(labels).toMatchObject({ destination_workload: 'unknown', destination_principal: 'unknown', destination_cluster: 'unknown', destination_service: 'api.example.com', destination_service_name: 'api.example.com' });
  });

  it('a host that no service has does not make a label', () => {
    const labels = labelsOf({ commonProperties: { upstreamCluster: 'PassthroughCluster' }, request: { authority: 'whatever.example' }, response: { responseCode: 200 } }, outbound);
    expect(labels).toMatchObject({ destination_service: 'unknown', destination_service_name: 'PassthroughCluster' });
  });

  it('what never got anywhere is told by its flags', () => {
    const labels = labelsOf({ commonProperties: { responseFlags: { noRouteFound: true } }, response: { responseCode: 404 } }, outbound);
    expect(labels).toMatchObject({ response_code: '404', response_flags: 'NR', destination_service_name: 'unknown' });
    const gone = labelsOf({ commonProperties: { responseFlags: { upstreamConnectionFailure: true, upstreamRetryLimitExceeded: true, downstreamConnectionTermination: true } } }, outbound);
    expect(gone).toMatchObject({ response_code: '0', response_flags: 'UF,DC,URX' });
  });
});

describe('reported by the destination', () => {
  const entry = {
    commonProperties: {
      upstreamCluster: 'inbound|9080||',
      downstreamDirectRemoteAddress: socket('10.0.0.1', 40_000),
      downstreamRemoteAddress: socket('192.0.2.1', 1),
      downstreamLocalAddress: socket('10.0.0.2', 9080),
      tlsProperties: { peerCertificateProperties: certificate(spiffe('bookinfo-productpage')), localCertificateProperties: certificate(spiffe('bookinfo-reviews')) },
    },
    request: { authority: 'reviews:9080' },
    response: { responseCode: 200 },
  };

  it('both sides are known', () => {
    expect(labelsOf(entry, inbound)).toEqual({ reporter: 'destination', ...common, connection_security_policy: 'mutual_tls' });
  });

  it('a caller without a certificate and of unknown address is unknown', () => {
    const labels = labelsOf({ ...entry, commonProperties: { ...entry.commonProperties, downstreamDirectRemoteAddress: socket('192.0.2.1', 1), tlsProperties: {} } }, inbound);
    expect(labels).toMatchObject({ source_workload: 'unknown', source_principal: 'unknown', connection_security_policy: 'none' });
  });

  it('a caller of unknown address is still of the namespace that its certificate proves', () => {
    const labels = labelsOf({ ...entry, commonProperties: { ...entry.commonProperties, downstreamDirectRemoteAddress: socket('192.0.2.1', 1) } }, inbound);
    expect(labels).toMatchObject({ source_workload: 'unknown', source_workload_namespace: 'default' });
  });

  it.each([
    [{ requestHeaders: { 'content-type': 'application/grpc+proto' } }, { responseTrailers: { 'grpc-status': '14' } }, 'grpc', '14'],
    [{}, { responseHeaders: { 'grpc-status': '0' } }, 'grpc', '0'],
    [{}, { responseTrailers: { 'grpc-status': 'anything at all' } }, 'grpc', ''],
    [{ requestHeaders: { 'content-type': 'text/html' } }, {}, 'http', ''],
  ])('%j answered by %j is %s with status %s', (request, response, protocol, status) => {
    expect(labelsOf({ ...entry, request, response }, inbound)).toMatchObject({ request_protocol: protocol, grpc_response_status: status });
  });
});
