import { describe, expect, it } from 'vitest';
import type { Problem } from '@flotilla/errors';
import { apiVersionsOf, kindNamed } from './kinds.ts';

/** What is found in a document of the kind: errors as their path, warnings with `(warning)` after it. */
function found(kind: string, spec: unknown, metadata: object = {}): string[] {
  const known = kindNamed(kind);
  if (known === undefined) throw new Error(`no kind ${kind}`);
  const document = { apiVersion: apiVersionsOf(known)[0], kind, metadata: { name: 'one', namespace: 'shop', ...metadata }, spec };
  const problems: Problem[] = known.validate(document);
  return problems.map(({ path, severity }) => (severity === 'warning' ? `${path} (warning)` : path));
}

const to = (host: string, more: object = {}) => [{ destination: { host, ...more } }];
const http = (...rules: object[]) => ({ hosts: ['reviews'], http: rules });
const rule = (more: object) => http({ route: to('reviews'), ...more });

describe('VirtualService', () => {
  it.each([
    ['two destinations that share by weight', http({ route: [{ destination: { host: 'a' }, weight: 3 }, { destination: { host: 'b' }, weight: 1 }] }), []],
    ['weights of nothing', http({ route: [{ destination: { host: 'a' }, weight: 0 }, { destination: { host: 'b' } }] }), ['spec.http[0].route']],
    ['a negative weight', http({ route: [{ destination: { host: 'a' }, weight: -1 }] }), ['spec.http[0].route[0].weight']],
    ['a route and a redirect', rule({ redirect: { uri: '/x' } }), ['spec.http[0]']],
    ['a redirect with a fault', http({ redirect: { uri: '/x' }, fault: { abort: { httpStatus: 500 } } }), ['spec.http[0].fault']],
    ['a rule that does nothing', http({ timeout: '1s' }), ['spec.http[0]']],
    ['two ways to match one string', rule({ match: [{ uri: { exact: '/a', prefix: '/b' } }] }), ['spec.http[0].match[0].uri']],
    ['a header that only has to be there', rule({ match: [{ headers: { cookie: {} } }] }), []],
    ['lookahead, which RE2 does not know', rule({ match: [{ uri: { regex: '/(?=a)' } }] }), ['spec.http[0].match[0].uri.regex']],
    ['a duration finer than milliseconds', rule({ timeout: '1.0005s' }), ['spec.http[0].timeout']],
    ['a share of more than all', rule({ fault: { delay: { fixedDelay: '1s', percentage: { value: 101 } } } }), ['spec.http[0].fault.delay.percentage.value']],
    ['an unknown gRPC status', rule({ fault: { abort: { grpcStatus: 'BROKEN' } } }), ['spec.http[0].fault.abort.grpcStatus']],
    ['a percent sign that means nothing', rule({ headers: { response: { set: { 'x-load': '50%' } } } }), ['spec.http[0].headers.response.set["x-load"]']],
    ["Envoy's own values in headers", rule({ headers: { request: { add: { 'x-at': '%START_TIME(%s.%3f)% %REQ(x-a?y):10%' } } } }), []],
    ['the host changed on the way back', rule({ headers: { response: { set: { Host: 'a' } } } }), ['spec.http[0].headers.response.set.Host']],
    ['an unknown method in CORS', rule({ corsPolicy: { allowMethods: ['FETCH'] } }), ['spec.http[0].corsPolicy.allowMethods[0]']],
    ['a body that is no base64', http({ directResponse: { status: 200, body: { bytes: 'a b' } } }), ['spec.http[0].directResponse.body.bytes']],
    ['hosts within each other', { hosts: ['*.example.com', 'www.example.com'], http: [{ route: to('a') }] }, ['spec.hosts[1]']],
    ['SNI of another host', { hosts: ['a.example.com'], tls: [{ match: [{ sniHosts: ['b.example.com'] }], route: to('a') }] }, ['spec.tls[0].match[0].sniHosts[0]']],
    ['SNI of a host within a wildcard', { hosts: ['*.example.com'], tls: [{ match: [{ sniHosts: ['b.example.com'] }], route: to('a') }] }, []],
    ['a subnet of too many bits', { hosts: ['a'], tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/33'] }], route: to('a') }] }, ['spec.tcp[0].match[0].destinationSubnets[0]']],
    ['a delegate for gateways of its own', { gateways: ['edge'], http: [{ route: to('a') }] }, ['spec.gateways']],
    ['a path that an earlier one takes', http({ match: [{ uri: { prefix: '/a' } }], route: to('a') }, { match: [{ uri: { exact: '/a/b' } }], route: to('b') }), ['spec.http[1].match[0] (warning)', 'spec.http[1] (warning)']],
    ['a path narrowed by what the earlier one asks too', http({ match: [{ uri: { prefix: '/a' }, method: { exact: 'GET' } }], route: to('a') }, { match: [{ uri: { prefix: '/a' } }], route: to('b') }), []],
  ])('%s', (_name, spec, paths) => expect(found('VirtualService', spec)).toEqual(paths));
});

describe('DestinationRule', () => {
  const policy = (trafficPolicy: object) => ({ host: 'reviews', trafficPolicy });
  const at = 'spec.trafficPolicy';
  it.each([
    ['an empty policy', policy({}), [at]],
    ['a port with nothing to say', policy({ portLevelSettings: [{ port: { number: 80 } }] }), [`${at}.portLevelSettings[0]`]],
    ['a Maglev table that is not prime', policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: 65536 } } } }), [`${at}.loadBalancer.consistentHash.maglev.tableSize`]],
    ['a Maglev table of no size', policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: {} } } }), [`${at}.loadBalancer.consistentHash.maglev.tableSize`]],
    ['a 64-bit number as text', policy({ loadBalancer: { consistentHash: { useSourceIp: true, maglev: { tableSize: '65537' } } } }), []],
    ['shares that are not a whole', policy({ loadBalancer: { localityLbSetting: { distribute: [{ from: 'eu/*', to: { 'eu/*': 60, 'us/*': 30 } }] } } }), [`${at}.loadBalancer.localityLbSetting.distribute[0].to`]],
    ['localities within each other', policy({ loadBalancer: { localityLbSetting: { distribute: [{ from: 'eu/a', to: { eu: 100 } }, { from: 'eu/*', to: { eu: 100 } }] } } }), [`${at}.loadBalancer.localityLbSetting.distribute[1].from`]],
    ['failover without a way to notice failures', policy({ loadBalancer: { localityLbSetting: { failover: [{ from: 'eu', to: 'us' }] } } }), [`${at}.loadBalancer.localityLbSetting (warning)`]],
    ['a zone that requests keep to', policy({ loadBalancer: { simple: 'RANDOM', zoneAwareLbSetting: { enabled: true } } }), []],
    ['a zone to keep to by hashes', policy({ loadBalancer: { consistentHash: { useSourceIp: true }, zoneAwareLbSetting: {} } }), [`${at}.loadBalancer.zoneAwareLbSetting (warning)`]],
    ['a zone as a priority beside that of zones', policy({ loadBalancer: { zoneAwareLbSetting: { failoverPriority: ['topology.kubernetes.io/zone'] } }, outlierDetection: {} }), [`${at}.loadBalancer.zoneAwareLbSetting.failoverPriority[0]`]],
    ['a secret and files', policy({ tls: { mode: 'MUTUAL', credentialName: 'a', privateKey: 'b' } }), [`${at}.tls.privateKey`]],
    ['mutual TLS without a certificate', policy({ tls: { mode: 'MUTUAL' } }), [`${at}.tls.clientCertificate`, `${at}.tls.privateKey`]],
    ['an idle timeout that is off', policy({ connectionPool: { tcp: { idleTimeout: '0s' } } }), []],
    ['the same subset twice', { host: 'reviews', subsets: [{ name: 'v1' }, { name: 'v1' }] }, ['spec.subsets[1].name (warning)']],
    ['a rule of workloads for another namespace', { host: 'a', workloadSelector: { matchLabels: { app: 'x' } }, exportTo: ['other'] }, ['spec.exportTo']],
  ])('%s', (_name, spec, paths) => expect(found('DestinationRule', spec)).toEqual(paths));
});

describe('Gateway', () => {
  const server = (more: object) => ({ servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['a.example.com'], ...more }] });
  it.each([
    ['a unix socket', { servers: [{ port: { name: 'http', protocol: 'HTTP' }, bind: 'unix:///run/a.sock', hosts: ['*'] }] }, []],
    ['an unknown protocol', { servers: [{ port: { number: 80, name: 'x', protocol: 'SMTP' }, hosts: ['*'] }] }, ['spec.servers[0].port.protocol']],
    ['HTTPS without certificates', server({}), ['spec.servers[0].tls']],
    ['HTTPS with a secret', server({ tls: { mode: 'SIMPLE', credentialName: 'cert' } }), []],
    ['mutual TLS with a bundle of its own', server({ tls: { mode: 'MUTUAL', serverCertificate: 'a', privateKey: 'b', caCertCredentialName: 'c' } }), []],
    ['the certificates of the mesh and others', server({ tls: { mode: 'ISTIO_MUTUAL', tlsCertificates: [{ serverCertificate: 'a', privateKey: 'b' }] } }), ['spec.servers[0].tls.tlsCertificates']],
    ['certificates where TLS is passed on', server({ tls: { mode: 'PASSTHROUGH', credentialName: 'cert' } }), ['spec.servers[0].tls.credentialName (warning)']],
    ['no server at all', { servers: [] }, ['spec.servers']],
    ['pins that are no digests', server({ tls: { mode: 'MUTUAL', credentialName: 'a', verifyCertificateHash: ['df:6f'], verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A='] } }), ['spec.servers[0].tls.verifyCertificateHash[0] (warning)']],
    ['a curve nobody knows', server({ tls: { mode: 'SIMPLE', credentialName: 'a', ecdhCurves: ['P-256', 'P-257'] } }), ['spec.servers[0].tls.ecdhCurves[1] (warning)']],
    ['a revocation list beside a secret', server({ tls: { mode: 'MUTUAL', credentialName: 'a', caCrl: '/a.crl' } }), ['spec.servers[0].tls.caCrl (warning)']],
  ])('%s', (_name, spec, paths) => expect(found('Gateway', spec)).toEqual(paths));

  it('has a name without dots', () => {
    const spec = { servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] };
    expect(found('Gateway', spec, { name: 'edge.one' })).toEqual(['metadata.name']);
  });
});

describe('ServiceEntry', () => {
  const ports = [{ number: 80, name: 'http', protocol: 'HTTP' }];
  it.each([
    ['selected workloads', { hosts: ['reviews'], ports, resolution: 'STATIC', location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'reviews' } } }, []],
    ['a name for a static address', { hosts: ['a.com'], ports, resolution: 'STATIC', endpoints: [{ address: 'b.com' }] }, ['spec.endpoints[0].address']],
    ['a unix socket for two ports', { hosts: ['a.com'], ports: [...ports, { number: 81, name: 'http-more' }], resolution: 'STATIC', endpoints: [{ address: 'unix:///a' }] }, ['spec.endpoints[0].address']],
    ['a port of which nobody says what it speaks', { hosts: ['a.com'], ports: [{ number: 81, name: 'more' }, { number: 82, name: 'grpc-more' }], resolution: 'DNS' }, ['spec.ports[0] (warning)']],
    ['datagrams', { hosts: ['a.com'], ports: [{ number: 53, name: 'dns', protocol: 'UDP' }], resolution: 'DNS' }, ['spec.ports[0].protocol (warning)']],
    ['a block of addresses to be looked up', { hosts: ['a.com'], addresses: ['10.0.0.0/8'], ports, resolution: 'DNS' }, ['spec.addresses[0]']],
    ['hosts that TCP cannot tell apart', { hosts: ['a.com', 'b.com'], ports: [{ number: 1, name: 'tcp', protocol: 'TCP' }], resolution: 'DNS' }, ['spec.ports[0].protocol']],
    ['names that are looked up as they are asked for', { hosts: ['*.a.com'], ports, resolution: 'DYNAMIC_DNS' }, []],
    ['an endpoint on a port that is not there', { hosts: ['a.com'], ports, resolution: 'DNS', endpoints: [{ address: 'b.com', ports: { https: 443 } }] }, ['spec.endpoints[0].ports.https']],
  ])('%s', (_name, spec, paths) => expect(found('ServiceEntry', spec)).toEqual(paths));
});

describe('WorkloadEntry', () => {
  it.each([
    ['an address of version 6', { address: '2001:db8::1', ports: { http: 80 } }, []],
    ['no address, but a network', { network: 'vpn' }, ['spec.address (warning)']],
    ['an address that is none', { address: '10.0.0.300' }, ['spec.address']],
    ['a label with a space', { address: '10.0.0.3', labels: { app: 'a b' } }, ['spec.labels.app']],
  ])('%s', (_name, spec, paths) => expect(found('WorkloadEntry', spec)).toEqual(paths));
});

describe('DenyList', () => {
  it.each([
    ['a path for a selected workload', { selector: { matchLabels: { app: 'a' } }, rules: [{ methods: ['POST'], paths: [{ prefix: '/admin' }] }] }, []],
    ['a rule that would refuse everything', { rules: [{}] }, ['spec.rules[0]']],
    ['a rule that could refuse nothing', { rules: [{ methods: [] }] }, ['spec.rules[0].methods']],
    ['another status than 403', { rules: [{ methods: ['GET'] }], status: 401 }, ['spec.status']],
    ['no rules', { rules: [] }, ['spec.rules']],
  ])('%s', (_name, spec, paths) => expect(found('DenyList', spec)).toEqual(paths));
});

describe('Sidecar', () => {
  const egress = (more: object) => ({ egress: [{ hosts: ['*/*'], ...more }] });
  const ingress = (more: object) => ({ ingress: [{ port: { number: 90, protocol: 'HTTP' }, ...more }] });
  it.each([
    ['everything but a namespace and a host', { egress: [{ hosts: ['*/*', '~shop/*', '~/www.example.com', '~./x.example.com'] }] }, []],
    ['nothing but what is no host', { egress: [{ hosts: ['*/*', '~sh_op/*', '~a/short'] }] }, ['spec.egress[0].hosts[1]', 'spec.egress[0].hosts[2]']],
    ['its own namespace and one other host', { egress: [{ hosts: ['./*', 'shared/www.example.com', '~/*'] }] }, []],
    ['nothing but a selector', { workloadSelector: { labels: { app: 'a' } } }, ['spec']],
    ['a host without a namespace', { egress: [{ hosts: ['www.example.com'] }] }, ['spec.egress[0].hosts[0]']],
    ['a short name', { egress: [{ hosts: ['./reviews'] }] }, ['spec.egress[0].hosts[0]']],
    ['an IP address for a host', { egress: [{ hosts: ['./10.0.0.1'] }] }, ['spec.egress[0].hosts[0]']],
    ['the same host by name and as own', { egress: [{ hosts: ['./a.com', 'shop/a.com'] }] }, ['spec.egress[0].hosts[1] (warning)']],
    ['all that is left, before another listener', { egress: [{ hosts: ['*/*'] }, { port: { number: 80 }, hosts: ['*/*'] }] }, ['spec.egress[0].port']],
    ['two listeners on one socket', { egress: [1, 2].map(() => ({ port: { protocol: 'HTTP' }, bind: 'unix:///a', hosts: ['*/*'] })) }, ['spec.egress[1].bind']],
    ['a port that is an HTTP proxy', egress({ port: { number: 3128, protocol: 'HTTP_PROXY' } }), []],
    ['no number and no socket', egress({ port: { protocol: 'HTTP' }, bind: '10.0.0.1' }), ['spec.egress[0].port.number']],
    ['an endpoint on another machine', ingress({ defaultEndpoint: '10.0.0.1:80' }), ['spec.ingress[0].defaultEndpoint']],
    ['an endpoint of port 0', ingress({ defaultEndpoint: ':0' }), ['spec.ingress[0].defaultEndpoint']],
    ['an endpoint at any address', ingress({ defaultEndpoint: '[::]:80' }), []],
    ['a target port, of which there is none', ingress({ port: { number: 90, targetPort: 91 } }), ['spec.ingress[0].port.targetPort (warning)']],
    ['the settings of gateways', ingress({ port: { number: 90, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', credentialName: 'a' } }), ['spec.ingress[0].tls.credentialName']],
    ['TLS of its own certificate', ingress({ port: { number: 90, protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', serverCertificate: 'a', privateKey: 'b' } }), []],
    ['limits of HTTP on a TCP port', ingress({ port: { number: 90, protocol: 'TCP' }, connectionPool: { http: { maxRetries: 1 } } }), ['spec.ingress[0].connectionPool.http']],
    ['a proxy for unknown hosts, of which there are none', { outboundTrafficPolicy: { egressProxy: { host: 'a.com', port: { number: 1 } } } }, ['spec.outboundTrafficPolicy.egressProxy']],
  ])('%s', (_name, spec, paths) => expect(found('Sidecar', spec)).toEqual(paths));
});

describe('PeerAuthentication', () => {
  const selector = { matchLabels: { app: 'a' } };
  it.each([
    ['the mode of the mesh', { mtls: { mode: 'STRICT' } }, []],
    ['ports of nobody in particular', { portLevelMtls: { 80: { mode: 'DISABLE' } } }, ['spec.portLevelMtls']],
    ['no ports', { selector, portLevelMtls: {} }, ['spec.portLevelMtls']],
    ['a port by name', { selector, portLevelMtls: { http: {}, '080': {} } }, ['spec.portLevelMtls.http', 'spec.portLevelMtls["080"]']],
    ['an unknown mode', { mtls: { mode: 'MAYBE' } }, ['spec.mtls.mode']],
  ])('%s', (_name, spec, paths) => expect(found('PeerAuthentication', spec)).toEqual(paths));
});

describe('EnvoyFilter', () => {
  const patched = (more: object) => ({ configPatches: [{ applyTo: 'HTTP_FILTER', patch: { operation: 'ADD', value: {} }, ...more }] });
  const filter = (name: string, subFilter: object) => ({ match: { listener: { filterChain: { filter: { name, subFilter } } } } });
  const at = 'spec.configPatches[0]';
  it.each([
    ['a filter in front of the router', patched(filter('envoy.filters.network.http_connection_manager', { name: 'envoy.filters.http.router' })), []],
    ['nothing to do', {}, ['spec.configPatches (warning)']],
    ['nothing to add', patched({ patch: { operation: 'ADD' } }), [`${at}.patch.value`]],
    ['a removal', patched({ patch: { operation: 'REMOVE' } }), []],
    ['a cluster replaced, which cannot be', patched({ applyTo: 'CLUSTER', patch: { operation: 'REPLACE', value: {} } }), [`${at}.patch.operation (warning)`]],
    ['a class of filters for a cluster', patched({ applyTo: 'CLUSTER', patch: { operation: 'ADD', value: {}, filterClass: 'AUTHZ' } }), [`${at}.patch.filterClass (warning)`]],
    ['a cluster matched as a listener', patched({ applyTo: 'CLUSTER', match: { listener: {} } }), [`${at}.match.listener`]],
    ['two matches', patched({ match: { listener: {}, cluster: {} } }), [`${at}.match`, `${at}.match.cluster`]],
    ['a version that is no expression', patched({ match: { proxy: { proxyVersion: '(' } } }), [`${at}.match.proxy.proxyVersion`]],
    ['HTTP filters of the TCP proxy', patched(filter('envoy.filters.network.tcp_proxy', { name: 'a' })), [`${at}.match.listener.filterChain.filter.name`]],
    ['a filter within a filter without a name', patched(filter('envoy.filters.network.http_connection_manager', {})), [`${at}.match.listener.filterChain.filter.subFilter.name`]],
    ['waypoints', patched({ match: { context: 'WAYPOINT', waypoint: { portNumber: 80 } } }), [`${at}.match.waypoint (warning)`]],
    ['a waypoint elsewhere', patched({ match: { waypoint: {} } }), [`${at}.match.waypoint`, `${at}.match.waypoint (warning)`]],
    ['a selector and a target', { ...patched({}), workloadSelector: { labels: { app: 'a' } }, targetRefs: [{ kind: 'Gateway', name: 'a' }] }, ['spec.targetRefs', 'spec.targetRefs (warning)']],
  ])('%s', (_name, spec, paths) => expect(found('EnvoyFilter', spec)).toEqual(paths));
});

describe('WorkloadGroup', () => {
  const probed = (probe: object) => ({ template: { serviceAccount: 'reviews' }, probe });
  it.each([
    ['a template and a probe', probed({ periodSeconds: 5, httpGet: { path: '/ready', port: 8080 } }), []],
    ['no template', {}, ['spec.template']],
    ['a probe that asks nothing', probed({}), ['spec.probe']],
    ['a probe that asks twice', probed({ tcpSocket: { port: 1 }, grpc: { port: 1 } }), ['spec.probe']],
    ['a command of nothing', probed({ exec: { command: [] } }), ['spec.probe.exec.command']],
    ['an address, which every workload has of its own', { template: { address: '10.0.0.1' } }, ['spec.template.address (warning)']],
    ['a port without a name', { template: { ports: { '': 80 } } }, ['spec.template.ports[""]']],
  ])('%s', (_name, spec, paths) => expect(found('WorkloadGroup', spec)).toEqual(paths));
});

describe('ProxyConfig', () => {
  it.each([
    ['threads and environment', { concurrency: 0, environmentVariables: { TEST: '' } }, []],
    ['a variable that is none', { environmentVariables: { 'A=B': 'c' } }, ['spec.environmentVariables["A=B"]']],
    ['an image, of which there is none', { image: { imageType: 'distroless' } }, ['spec.image (warning)']],
  ])('%s', (_name, spec, paths) => expect(found('ProxyConfig', spec)).toEqual(paths));
});

describe('MeshConfig', () => {
  const of = (spec: object, metadata: object = {}) => found('MeshConfig', spec, { name: 'default', namespace: 'istio-system', ...metadata });
  it.each([
    ['fields that take effect', { connectTimeout: '3s', enableAutoMtls: false, defaultServiceExportTo: ['.'], pathNormalization: { normalization: 'MERGE_SLASHES' } }, []],
    ['a field that does not', { proxyHttpPort: 3128 }, ['spec.proxyHttpPort (warning)']],
    ['visibility for some and for all', { defaultVirtualServiceExportTo: ['*', '.'] }, ['spec.defaultVirtualServiceExportTo']],
    ['retries that are off and not', { defaultHttpRetryPolicy: { attempts: 0, retryOn: '5xx' } }, ['spec.defaultHttpRetryPolicy.attempts']],
    ['a root namespace that is none', { rootNamespace: 'a.b' }, ['spec.rootNamespace']],
    ['a log of JSON', { accessLogFile: '/dev/stdout', accessLogEncoding: 'JSON', accessLogFormat: '{"code": "%RESPONSE_CODE%"}' }, []],
    ['a log that is no JSON', { accessLogFile: '/dev/stdout', accessLogEncoding: 'JSON', accessLogFormat: '[1]' }, ['spec.accessLogFormat']],
    ['networks', { networks: { vpn: { endpoints: [{ fromCidr: '10.0.0.0/8' }, { fromRegistry: 'Kubernetes' }], gateways: [{ address: '192.0.2.1', port: 15443 }, { registryServiceName: 'a.b.svc.cluster.local', port: 443 }] } } }, []],
    ['networks of nothing', { networks: { vpn: { endpoints: [{}, { fromCidr: '10.0.0.0/33' }, { fromCidr: '10.0.0.0/8', fromRegistry: 'Kubernetes' }], gateways: [{ port: 1 }, { address: '-', port: 1 }] } } }, ['spec.networks.vpn.endpoints[0]', 'spec.networks.vpn.endpoints[1].fromCidr', 'spec.networks.vpn.endpoints[2]', 'spec.networks.vpn.gateways[0]', 'spec.networks.vpn.gateways[1].address']],
    ['networks that are not found', { networks: { vpn: { endpoints: [{ fromRegistry: 'other' }], gateways: [{ address: 'vpn.example.com', port: 1, locality: 'eu' }] } } }, ['spec.networks.vpn.endpoints[0].fromRegistry (warning)', 'spec.networks.vpn.gateways[0].locality (warning)']],
    ['a format for no file', { accessLogFormat: '%DURATION%' }, ['spec.accessLogFile (warning)']],
  ])('%s', (_name, spec, paths) => expect(of(spec)).toEqual(paths));

  it('is one', () => {
    expect(of({}, { name: 'other' })).toEqual(['metadata.name']);
    expect(of({}, { namespace: 'shop' })).toEqual(['metadata.namespace']);
  });
});
