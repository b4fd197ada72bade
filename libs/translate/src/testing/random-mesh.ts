import { aliasesAnnotation, meshConfigName, resourceKey, type MeshResource } from '@flotilla/resources';
import fc from 'fast-check';

const namespaces = ['a', 'b'];
const hosts = ['reviews.a.svc.cluster.local', 'ratings.b.svc.cluster.local', 'reviews.a', 'x.example.com', 'y.example.com', '*.example.com'];
const labels = fc.record({ app: fc.constantFrom('reviews', 'ratings'), version: fc.constantFrom('v1', 'v2') }, { requiredKeys: [] });
const workloadLabels = fc.oneof(labels, labels.map((own) => ({ ...own, 'security.istio.io/tlsMode': 'istio' })));
const workload = fc.record({
  address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
  labels: workloadLabels,
  serviceAccount: fc.constantFrom('one', 'two'),
  locality: fc.constantFrom('', 'eu/eu-1', 'us/us-1'),
  network: fc.constantFrom('', '', 'vpn'),
});
const exportTo = fc.constantFrom(['*'], ['*'], ['.'], ['b']);
const someHosts = fc.uniqueArray(fc.constantFrom(...hosts), { minLength: 1, maxLength: 2 });
const ports = fc.uniqueArray(
  fc.constantFrom(
    { number: 80, name: 'http' },
    { number: 90, name: 'grpc' },
    { number: 91, name: 'http-91', targetPort: 9191 },
    { number: 443, name: 'tls' },
    { number: 80, name: 'tcp' },
    { number: 5432, name: 'tcp-db' },
    { number: 5432, name: 'db' },
    { number: 80, name: 'api' },
  ),
  { minLength: 1, maxLength: 3, selector: ({ number }) => number },
);

function named(kind: MeshResource['kind'], names: string[], spec: fc.Arbitrary<unknown>): fc.Arbitrary<MeshResource> {
  const resource = fc.record({
    apiVersion: fc.constant('networking.istio.io/v1'),
    kind: fc.constant(kind),
    metadata: fc.record({
      name: fc.constantFrom(...names),
      namespace: fc.constantFrom(...namespaces),
      creationTimestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    }),
    spec,
  });
  // As it comes from a store: plain JSON.
  return resource.map((value) => JSON.parse(JSON.stringify(value)) as MeshResource);
}

const service = { hosts: fc.oneof(someHosts, fc.constantFrom(['X.example.com', 'x.example.com.'])), exportTo, ports, addresses: fc.constantFrom([], ['240.0.0.1'], ['240.0.0.2'], ['10.1.0.0/16'], ['240.0.0.1', '10.1.0.0/16']), location: fc.constantFrom('MESH_INTERNAL', 'MESH_EXTERNAL') };
const ownEntry = named(
  'ServiceEntry',
  ['one', 'two', 'three'],
  fc.oneof(
    fc.record({ ...service, resolution: fc.constant('STATIC'), workloadSelector: fc.record({ labels }) }),
    fc.record({ ...service, resolution: fc.constantFrom('STATIC', 'DNS', 'NONE'), endpoints: fc.array(workload, { maxLength: 3 }) }),
    // As those of a cluster are.
    fc.record({ ...service, resolution: fc.constantFrom('STATIC', 'NONE'), endpoints: fc.array(workload, { maxLength: 2 }), workloadSelector: fc.record({ labels }) }),
    fc.record({ ...service, hosts: fc.constant(['*.example.com']), addresses: fc.constant([]), resolution: fc.constant('DYNAMIC_DNS') }),
  ),
);
/** Some are the way into a network. */
const anyEntry = fc.tuple(ownEntry, fc.constantFrom(undefined, undefined, { 'topology.istio.io/network': 'vpn', 'networking.istio.io/gatewayPort': '80' })).map(
  ([entry, wayLabels]): MeshResource => (wayLabels === undefined ? entry : { ...entry, metadata: { ...entry.metadata, labels: wayLabels } }),
);
/** Some are called by other names too, of which some are hosts, or stand for several. */
const serviceEntry = fc.tuple(anyEntry, fc.constantFrom('', '', 'y.example.com', 'reviews.b.svc.cluster.local', 'x.example.com, reviews.b.svc.cluster.local', '*.reviews.b.svc.cluster.local')).map(
  ([entry, aliases]): MeshResource => (aliases === '' ? entry : { ...entry, metadata: { ...entry.metadata, annotations: { [aliasesAnnotation]: aliases } } }),
);

const destination = fc.record(
  { host: fc.constantFrom(...hosts.slice(0, -1), 'reviews', 'nobody.example.com'), subset: fc.constantFrom('v1', 'v2'), port: fc.constantFrom({ number: 80 }, { number: 90 }) },
  { requiredKeys: ['host'] },
);
const match = fc.record(
  { sourceLabels: labels, sourceNamespace: fc.constantFrom('a', 'b'), uri: fc.constantFrom({ prefix: '/' }, { exact: '/x' }), gateways: fc.constantFrom(['mesh'], ['edge']), port: fc.constantFrom(80, 90) },
  { requiredKeys: [] },
);
const virtualService = named(
  'VirtualService',
  ['one', 'two', 'three'],
  fc.record({
    hosts: fc.oneof(someHosts, fc.constantFrom(['*'], ['reviews'], ['reviews.b'], ['Y.example.com', '*.Example.com.'], ['240.0.0.1'])),
    exportTo,
    gateways: fc.constantFrom(['mesh'], ['mesh'], ['edge'], ['mesh', 'a/edge'], ['a/edge', 'b/second']),
    http: fc.array(fc.record({ match: fc.array(match, { maxLength: 2 }), route: fc.array(fc.record({ destination, weight: fc.constant(1) }), { minLength: 1, maxLength: 2 }) }), { maxLength: 2 }),
    tcp: fc.array(fc.record({ match: fc.constantFrom([], [{ port: 5432, sourceLabels: { app: 'reviews' } }], [{ destinationSubnets: ['10.0.0.0/8', '10.1.0.0/16'] }]), route: fc.array(fc.record({ destination }), { minLength: 1, maxLength: 1 }) }), { maxLength: 2 }),
    tls: fc.array(fc.record({ match: fc.constantFrom([{ sniHosts: ['x.example.com'] }], [{ sniHosts: ['*.example.com', 'y.example.com'], destinationSubnets: ['10.1.0.0/16'] }]), route: fc.array(fc.record({ destination }), { minLength: 1, maxLength: 1 }) }), { maxLength: 2 }),
  }),
);

const delegating = named(
  'VirtualService',
  ['four', 'five'],
  fc.oneof(
    fc.record({ hosts: someHosts, http: fc.constantFrom([{ delegate: { name: 'six' } }], [{ match: [{ uri: { prefix: '/x' } }], delegate: { name: 'six', namespace: 'b' } }]) }),
    fc.record({ hosts: someHosts, http: fc.constant([{ directResponse: { status: 200 } }]) }),
  ),
);
const delegate = named(
  'VirtualService',
  ['six'],
  fc.oneof(
    fc.record({ exportTo, http: fc.array(fc.record({ match: fc.array(match, { maxLength: 2 }), route: fc.array(fc.record({ destination }), { minLength: 1, maxLength: 1 }) }), { minLength: 1, maxLength: 2 }) }),
    fc.record({ hosts: someHosts, http: fc.constant([{ directResponse: { status: 404 } }]) }),
  ),
);

const trafficPolicy = fc.constantFrom(
  {},
  { loadBalancer: { consistentHash: { httpHeaderName: 'x-user' } } },
  { loadBalancer: { simple: 'PASSTHROUGH' } },
  { outlierDetection: { consecutive5xxErrors: 3 } },
  { loadBalancer: { localityLbSetting: { distribute: [{ from: 'eu', to: { 'eu/*': 80, us: 20 } }] } } },
  { loadBalancer: { zoneAwareLbSetting: { failoverPriority: ['version'], minClusterSize: 1 } } },
  { loadBalancer: { backendUtilization: {}, localityLbSetting: { distribute: [{ from: 'eu', to: { us: 100 } }] } } },
  { loadBalancer: { localityLbSetting: { failoverPriority: ['version', 'app'] } }, outlierDetection: { consecutive5xxErrors: 3 } },
  { portLevelSettings: [{ port: { number: 80 }, loadBalancer: { consistentHash: { useSourceIp: true } } }] },
);
const destinationRule = named(
  'DestinationRule',
  ['one', 'two'],
  fc.record(
    {
      host: fc.constantFrom(...hosts, 'reviews'),
      exportTo,
      trafficPolicy,
      subsets: fc.uniqueArray(fc.constantFrom({ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }), { maxLength: 2 }),
      workloadSelector: fc.constant({ matchLabels: { app: 'reviews' } }),
    },
    { requiredKeys: ['host', 'exportTo', 'trafficPolicy', 'subsets'] },
  ),
);

const secure = fc.constantFrom(
  { mode: 'SIMPLE', credentialName: 'one' },
  { mode: 'MUTUAL', credentialName: 'two' },
  { mode: 'OPTIONAL_MUTUAL', serverCertificate: '/c', privateKey: '/k', caCertificates: '/r' },
  { mode: 'PASSTHROUGH' },
  { mode: 'AUTO_PASSTHROUGH' },
  { mode: 'ISTIO_MUTUAL' },
);
const serverHosts = fc.constantFrom(['*'], ['*.example.com'], ['./x.example.com', 'y.example.com'], ['b/y.example.com']);
const bind = fc.constantFrom(undefined, undefined, '127.0.0.2');
const server = fc.oneof(
  fc.record({
    port: fc.constantFrom({ number: 80, name: 'http', protocol: 'HTTP' }, { number: 8080, name: 'http', protocol: 'GRPC-WEB' }, { number: 443, name: 'tcp', protocol: 'TCP' }, { number: 5432, name: 'tcp', protocol: 'MONGO' }),
    hosts: serverHosts,
    tls: fc.constantFrom(undefined, undefined, { httpsRedirect: true }),
    bind,
  }),
  fc.record({ port: fc.constantFrom({ number: 443, name: 'https', protocol: 'HTTPS' }, { number: 443, name: 'tls', protocol: 'TLS' }, { number: 80, name: 'tls', protocol: 'TLS' }), hosts: serverHosts, tls: secure, bind }),
);
const gatewaySpec = { selector: labels, servers: fc.array(server, { minLength: 1, maxLength: 3 }) };
const gateway = named('Gateway', ['edge', 'second'], fc.record(gatewaySpec, { requiredKeys: ['servers'] }));
const workloadEntry = named('WorkloadEntry', ['w1', 'w2', 'w3'], workload);
const denyList = named('DenyList', ['deny'], fc.record({ selector: fc.record({ matchLabels: labels }), rules: fc.constant([{ methods: ['DELETE'] }]) }));

const importedHosts = fc.uniqueArray(
  fc.constantFrom('./*', 'a/*', '*/*', 'b/reviews.a.svc.cluster.local', './ratings.b.svc.cluster.local', '*/*.example.com', 'a/x.example.com', '*/Y.example.com', 'b/*.example.com', '~/*', '~b/*', '~./x.example.com', '~/reviews.a.svc.cluster.local'),
  { minLength: 1, maxLength: 3 },
);
const sidecar = named(
  'Sidecar',
  ['one', 'two'],
  fc.record(
    {
      workloadSelector: fc.record({ labels }),
      egress: fc
        .tuple(
          fc.uniqueArray(fc.record(
            {
              port: fc.constantFrom({ number: 80, name: 'http', protocol: 'HTTP' }, { number: 5432, name: 'db', protocol: 'TCP' }, { number: 91, name: 'proxy', protocol: 'HTTP_PROXY' }),
              hosts: importedHosts,
              bind: fc.constantFrom('127.0.0.9', '240.0.0.1'),
              captureMode: fc.constantFrom('NONE', 'IPTABLES'),
            },
            { requiredKeys: ['port', 'hosts'] },
          ), {
            maxLength: 2,
            selector: ({ port }) => port.number,
          }),
          fc.array(fc.record({ port: fc.constantFrom({ name: 'http', protocol: 'HTTP' }, { name: 'tls', protocol: 'TLS' }, { name: 'tcp', protocol: 'TCP' }), bind: fc.constant('unix:///run/out.sock'), hosts: importedHosts }), { maxLength: 1 }),
          fc.array(fc.record({ hosts: importedHosts }), { maxLength: 1 }),
        )
        .map((listeners) => listeners.flat()),
      ingress: fc.uniqueArray(
        fc.record(
          { port: fc.constantFrom({ number: 80, name: 'http', protocol: 'HTTP' }, { number: 81, name: 'http-b', protocol: 'HTTP' }), defaultEndpoint: fc.constantFrom('127.0.0.1:8080', '0.0.0.0:80'), bind: fc.constant('127.0.0.9') },
          { requiredKeys: ['port'] },
        ),
        { maxLength: 2, selector: ({ port }) => port.number },
      ),
      inboundConnectionPool: fc.constant({ tcp: { maxConnections: 7 } }),
      outboundTrafficPolicy: fc.constantFrom({ mode: 'REGISTRY_ONLY' }, { mode: 'ALLOW_ANY', egressProxy: { host: 'ratings.b.svc.cluster.local', port: { number: 80 } } }),
    },
    { requiredKeys: ['egress'] },
  ),
);

const spoken = { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, connectTimeout: '3s', enableAutoMtls: false, defaultHttpRetryPolicy: { attempts: 7 }, rootNamespace: 'a', defaultServiceExportTo: ['.'] };
const networks = { vpn: { endpoints: [{ fromCidr: '10.0.0.2/31' }], gateways: [{ address: '192.0.2.1', port: 15443 }, { address: 'vpn.example.com', port: 15443 }, { registryServiceName: 'reviews.a.svc.cluster.local', port: 80 }] } };
const defaultTrafficPolicy = { connectionPool: { tcp: { maxConnections: 7, idleTimeout: '10s' }, http: { h2UpgradePolicy: 'UPGRADE' } }, outlierDetection: { consecutive5xxErrors: 3 } };
const meshConfig = fc
  .constantFrom<object[]>({}, { networks }, { defaultTrafficPolicy }, spoken, { ...spoken, pathNormalization: { normalization: 'NONE' } }, { defaultVirtualServiceExportTo: ['.'], h2UpgradePolicy: 'UPGRADE' })
  .map((spec): MeshResource => ({ apiVersion: 'mesh.istio.io/v1alpha1', kind: 'MeshConfig', metadata: { ...meshConfigName }, spec }));

const mtls = fc.record({ mode: fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET') });
const peerAuthentication = named(
  'PeerAuthentication',
  ['one', 'two'],
  fc.record({ selector: fc.record({ matchLabels: labels }), mtls, portLevelMtls: fc.dictionary(fc.constantFrom('80', '9191', '7'), mtls, { maxKeys: 2 }) }, { requiredKeys: ['mtls'] }),
);

const patch = fc.constantFrom(
  { applyTo: 'CLUSTER', match: { cluster: { service: 'reviews.a.svc.cluster.local' } }, patch: { operation: 'MERGE', value: { alt_stat_name: 'patched' } } },
  { applyTo: 'CLUSTER', match: { context: 'SIDECAR_OUTBOUND', cluster: { portNumber: 90 } }, patch: { operation: 'REMOVE' } },
  { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: { name: 'outbound|80||x.example.com', type: 'STATIC', connect_timeout: '1s' } } },
  { applyTo: 'LISTENER', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'MERGE', value: { stat_prefix: 'patched' } } },
  { applyTo: 'HTTP_FILTER', patch: { operation: 'INSERT_FIRST', value: { name: 'web', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.grpc_web.v3.GrpcWeb' } } } },
  { applyTo: 'VIRTUAL_HOST', match: { routeConfiguration: { portNumber: 80 } }, patch: { operation: 'MERGE', value: { request_headers_to_remove: ['x-patched'] } } },
  { applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { name: 5 } } },
);
const envoyFilter = named(
  'EnvoyFilter',
  ['one', 'two'],
  fc.record({ workloadSelector: fc.record({ labels }), priority: fc.constantFrom(0, 1), configPatches: fc.array(patch, { minLength: 1, maxLength: 3 }) }, { requiredKeys: ['configPatches'] }),
);

const workloadGroup = named('WorkloadGroup', ['one'], fc.record({ template: fc.record({ serviceAccount: fc.constantFrom('one', 'two'), labels, ports: fc.constant({ http: 8080 }) }) }));
const proxyConfig = named('ProxyConfig', ['one', 'two'], fc.record({ selector: fc.record({ matchLabels: labels }), concurrency: fc.constantFrom(0, 2), environmentVariables: fc.constant({ ISTIO_META_X: 'y' }) }, { requiredKeys: ['concurrency'] }));

/** Any resource of a small mesh, in which names meet often. */
export const anyResource: fc.Arbitrary<MeshResource> = fc.oneof(
  serviceEntry, serviceEntry, workloadEntry, virtualService, virtualService, delegating, delegate, destinationRule, gateway, denyList, sidecar, peerAuthentication, meshConfig, envoyFilter, workloadGroup, proxyConfig,
);

/** What a writer may do at once, and what becomes known of gateways' names. */
export const anyChange = fc.record(
  {
    upserts: fc.array(anyResource, { maxLength: 4 }),
    removals: fc.array(anyResource.map(resourceKey), { maxLength: 2 }),
    names: fc.constantFrom(new Map(), new Map([['vpn.example.com', ['192.0.2.7']]]), new Map([['vpn.example.com', ['192.0.2.8', '192.0.2.7']]])),
  },
  { requiredKeys: ['upserts', 'removals'] },
);
