import { describe, expect, it } from 'vitest';
import { asked, causesIn } from '../testing/asked.ts';

const ask = asked(`
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{ number: 80, name: http, targetPort: 8080 }]
  endpoints:
  - { address: 10.0.0.1, labels: { app: reviews, version: v1, security.istio.io/tlsMode: istio } }
  - { address: 10.0.0.2, labels: { app: reviews, version: v2, security.istio.io/tlsMode: istio } }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ratings, namespace: shop }
spec: { hosts: [ratings.shop.svc.cluster.local], location: MESH_INTERNAL, resolution: STATIC, ports: [{ number: 80, name: http }], endpoints: [{ address: 10.0.0.3 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    connectionPool: { http: { maxRequestsPerConnection: 1 } }
    portLevelSettings: [{ port: { number: 80 }, loadBalancer: { consistentHash: { httpHeaderName: x-user } } }]
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 }, trafficPolicy: { tls: { mode: DISABLE } } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
  - match: [{ uri: { prefix: /plain } }]
    route: [{ destination: { host: reviews } }]
  - match: [{ uri: { prefix: /new } }]
    redirect: { uri: /newer }
  - match: [{ uri: { exact: /none } }, { uri: { prefix: /all } }]
    timeout: 2s
    retries: { attempts: 3 }
    fault: { delay: { fixedDelay: 1s } }
    corsPolicy: { allowOrigins: [{ exact: https://shop.example.com }], maxAge: 1h }
    mirrors: [{ destination: { host: ratings } }]
    rewrite: { uri: /every, authority: other }
    headers: { request: { set: { x-a: a } } }
    route: [{ destination: { host: reviews, subset: v2 }, headers: { response: { remove: [x-b] } } }]
  - match: [{ uri: { prefix: /shared } }]
    timeout: 5s
    delegate: { name: shared }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shared, namespace: shop }
spec:
  http:
  - match: [{ uri: { prefix: /shared/special } }]
    retries: { attempts: 7 }
    route: [{ destination: { host: reviews } }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: PERMISSIVE } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { version: v1 } }, portLevelMtls: { 8080: { mode: DISABLE } } }
---
apiVersion: policy.flotilla.dev/v1alpha1
kind: DenyList
metadata: { name: closed, namespace: shop }
spec: { selector: { matchLabels: { version: v2 } }, rules: [{ methods: [DELETE] }, { paths: [{ prefix: /private }] }, { headers: { X-Test: { regex: a+ } }, sourceNamespaces: [other] }] }
---
apiVersion: mesh.istio.io/v1alpha1
kind: MeshConfig
metadata: { name: default, namespace: istio-system }
spec: { defaultHttpRetryPolicy: { attempts: 4 }, defaultTrafficPolicy: { outlierDetection: { consecutive5xxErrors: 3 }, connectionPool: { tcp: { maxConnections: 9 } } } }
`);
const client = { id: 'web.shop', configNamespace: 'shop', ipAddresses: ['10.0.0.9'] };
const policies = ['timeout', 'retries', 'faults', 'cors', 'mirrors', 'rewritePath', 'rewriteHost', 'requestHeaders', 'responseHeaders', 'consistentHash'];
const rule = 'VirtualService/shop/reviews spec.http[2]';

describe('what a rule says', () => {
  it('is named field by field', () => {
    const explanation = ask(client, { url: 'http://reviews/all' });
    expect(explanation.policies).toMatchObject({ cors: { origins: ['https://shop.example.com'], maxAge: '3600s' } });
    expect(causesIn(explanation, ...policies).sort()).toEqual([
      'consistentHash DestinationRule/shop/reviews spec.trafficPolicy.portLevelSettings[0].loadBalancer.consistentHash',
      `cors ${rule}.corsPolicy`,
      `faults ${rule}.fault`,
      `mirrors ${rule}.mirrors`,
      `requestHeaders ${rule}.headers.request`,
      `responseHeaders ${rule}.route[0].headers.response`,
      `retries ${rule}.retries`,
      `rewriteHost ${rule}.rewrite.authority`,
      `rewritePath ${rule}.rewrite.uri`,
      `timeout ${rule}.timeout`,
    ]);
    expect(causesIn(explanation, 'route')).toEqual([`route ${rule}.match[1]`]);
  });

  it('or who delegates to it', () => {
    expect(causesIn(ask(client, { url: 'http://reviews/shared/special/1' }), 'route', 'timeout', 'retries')).toEqual([
      'route VirtualService/shop/shared spec.http[0]',
      'timeout VirtualService/shop/reviews spec.http[3].timeout',
      'retries VirtualService/shop/shared spec.http[0].retries',
    ]);
  });

  it('leaves the rest to the mesh', () => {
    expect(causesIn(ask(client, { url: 'http://reviews/plain' }), 'timeout', 'retries')).toEqual(['retries MeshConfig/istio-system/default spec.defaultHttpRetryPolicy']);
    expect(causesIn(ask(client, { url: 'http://ratings/' }), 'timeout', 'retries')).toEqual(['retries MeshConfig/istio-system/default spec.defaultHttpRetryPolicy']);
  });

  it('leaves to the mesh what no DestinationRule says of a port', () => {
    const ofMesh = ['connectionPool', 'outlierDetection'].map((block) => `cluster MeshConfig/istio-system/default spec.defaultTrafficPolicy.${block}`);
    expect(causesIn(ask(client, { url: 'http://ratings/' }), 'cluster')).toEqual(['cluster ServiceEntry/shop/ratings spec', ...ofMesh]);
    expect(causesIn(ask(client, { url: 'http://reviews/plain' }), 'cluster')).toEqual([
      'cluster ServiceEntry/shop/reviews spec',
      'cluster DestinationRule/shop/reviews spec.trafficPolicy.portLevelSettings[0].loadBalancer',
      ...ofMesh,
    ]);
  });

  it('answers in place of the service', () => {
    expect(causesIn(ask(client, { url: 'http://reviews/new' }), 'answer')).toEqual(['answer VirtualService/shop/reviews spec.http[1].redirect']);
  });

  it('and which rules came before', () => {
    expect(ask(client, { url: 'http://reviews/all' }).nearMisses.filter(({ at }) => at === 'route').map(({ path }) => path)).toEqual(['spec.http[0].match[0]', 'spec.http[1].match[0]', 'spec.http[2].match[0]']);
  });
});

describe('mTLS', () => {
  it('is what servers demand, where no rule of the caller says otherwise', () => {
    const explanation = ask(client, { url: 'http://reviews/plain' });
    expect(explanation.endpoints.map(({ address, security }) => [address, security])).toEqual([['10.0.0.1:8080', 'plain text'], ['10.0.0.2:8080', 'mTLS']]);
    expect(causesIn(explanation, 'security')).toEqual(['security PeerAuthentication/shop/reviews spec.portLevelMtls[8080].mode', 'security PeerAuthentication/shop/default spec.mtls.mode']);
    expect(causesIn(ask(client, { url: 'http://reviews/all' }), 'security')).toEqual(['security DestinationRule/shop/reviews spec.subsets[v2].trafficPolicy.tls']);
  });

  it.each([
    ['v1', 8080, 'PeerAuthentication/shop/reviews spec.portLevelMtls[8080].mode'],
    ['v1', 9090, 'PeerAuthentication/shop/default spec.mtls.mode'],
    ['v2', 8080, 'PeerAuthentication/shop/default spec.mtls.mode'],
  ])('is asked of callers of %s on port %i by one PeerAuthentication', (version, port, source) => {
    const workload = { id: `reviews-${version}.shop`, configNamespace: 'shop', ipAddresses: [version === 'v1' ? '10.0.0.1' : '10.0.0.2'], labels: { app: 'reviews', version } };
    expect(causesIn(ask(workload, { callMode: 'inbound', port, protocol: 'http', tls: 'plaintext' }), 'tls')).toEqual([`tls ${source}`]);
  });
});

it('names the services that a port is of, and the rules by which Mixer may refuse a request', () => {
  const workload = { id: 'reviews-v2.shop', configNamespace: 'shop', ipAddresses: ['10.0.0.2'], labels: { app: 'reviews', version: 'v2' }, metadata: { FLOTILLA_MIXER_CLUSTER: 'flotilla-mixer' } };
  const request = { callMode: 'inbound', port: 8080, protocol: 'http', tls: 'plaintext' };
  const explanation = ask(workload, { ...request, path: '/x/../private/1', headers: { 'x-test': 'aa' } });
  expect(causesIn(explanation)).toEqual([
    'cluster ServiceEntry/shop/reviews spec',
    'protocol ServiceEntry/shop/reviews spec.ports[0].name',
    'tls PeerAuthentication/shop/default spec.mtls.mode',
    'decidedBy DenyList/shop/closed spec.rules[1]',
    'decidedBy DenyList/shop/closed spec.rules[2]',
  ]);
  expect(explanation.warnings).toEqual(['Mixer refuses it by DenyList/shop/closed spec.rules[1]', 'Mixer refuses it by DenyList/shop/closed spec.rules[2], if it comes from one of the callers there']);
  expect(ask(workload, request).warnings).toEqual([]);
});
