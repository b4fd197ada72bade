import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resourceKey } from '@flotilla/resources';
import { ClusterCatalog } from './cluster-catalog.ts';
import { ingressResources } from './ingress.ts';
import { ingressOptions } from './ingress-options.ts';
import { inventory, keyOf } from './inventory.ts';
import { readObject, type KubernetesObject } from './object.ts';
import { servicesOf } from './services.ts';

const suffix = 'svc.cluster.local';
const options = { domainSuffix: suffix, ingressNamespace: 'edge' };
const object = (kind: string, name: string, fields: object, metadata: object = {}): KubernetesObject =>
  readObject({ apiVersion: 'v1', kind, metadata: { name, namespace: kind === 'Node' ? '' : 'shop', ...metadata }, ...fields }, '')!;

const name = fc.constantFrom('a', 'b', 'c');
const address = fc.constantFrom('10.0.0.97', '10.0.1.97', '10.0.0.98', 'fd00::1');
const service = fc.record({ name, external: fc.option(fc.constantFrom('a', 'b', 'd')), port: fc.constantFrom(80, 81), headless: fc.boolean(), families: fc.constantFrom(['IPv4'], ['IPv6', 'IPv4'], undefined) }).map(({ external, port, headless, families, ...rest }) =>
  object('Service', rest.name, {
    spec: external === null
      ? { clusterIP: headless ? 'None' : '10.1.0.1', ipFamilies: families, ports: [{ name: 'http', port }] }
      : { type: 'ExternalName', externalName: `${external}.shop.${suffix}` },
  }));
const slice = fc.record({ name, of: name, family: fc.constantFrom('IPv4', 'IPv6'), address, pod: fc.option(name), ready: fc.boolean(), serving: fc.boolean() }).map(({ of, family, address: at, pod, ready, serving, ...rest }) =>
  object('EndpointSlice', rest.name, {
    addressType: family,
    ports: [{ name: 'http', port: 9080 }],
    endpoints: [{ addresses: [at], conditions: { ready, serving, terminating: !ready }, ...(pod === null ? {} : { targetRef: { kind: 'Pod', name: pod } }) }],
  }, { labels: { 'kubernetes.io/service-name': of } }));
// Each pod has addresses of its own, of which it has one at a time.
const pod = fc.record({ name, net: fc.nat(1), node: fc.constantFrom('n1', 'n2'), version: fc.constantFrom('v1', 'v2') }).map(({ net, node, version, ...rest }) =>
  object('Pod', rest.name, { spec: { nodeName: node }, status: { podIP: `10.0.${net}.${rest.name.charCodeAt(0)}` } }, { labels: { version } }));
const node = fc.record({ name: fc.constantFrom('n1', 'n2'), zone: fc.constantFrom('x', 'y') }).map(({ zone, ...rest }) =>
  object('Node', rest.name, {}, { labels: { 'topology.kubernetes.io/region': 'r', 'topology.kubernetes.io/zone': zone } }));
const ingress = fc.record({ name, to: name, host: fc.constantFrom('x.com', 'y.com') }).map(({ to, host, ...rest }) =>
  object('Ingress', rest.name, { spec: { ingressClassName: 'istio', rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: to, port: { name: 'http' } } } }] } }] } }));
const change = fc.record({ object: fc.oneof(service, slice, slice, pod, node, ingress), gone: fc.boolean() });

it('what a cluster makes, kept up to date change by change, is what it makes anew', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ change, settle: fc.boolean() }), { maxLength: 40 }), (changes) => {
      const catalog = new ClusterCatalog(options);
      const there = new Map<string, KubernetesObject>();
      const followed = new Set<string>();
      const follow = (): void => {
        for (const key of catalog.settle()) {
          if (catalog.get(key) === undefined) followed.delete(key);
          else followed.add(key);
        }
      };
      for (const { change: { object: changed, gone }, settle } of changes) {
        const { kind, metadata } = changed;
        const key = keyOf(kind, metadata.namespace, metadata.name);
        there.delete(key);
        if (gone) catalog.remove(kind, metadata.namespace, metadata.name);
        else {
          there.set(key, changed);
          catalog.put(changed);
        }
        if (settle) follow();
      }
      follow();
      const objects = inventory([...there].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one));
      const anew = [...servicesOf(objects, suffix), ...ingressResources(objects, suffix, ingressOptions({}, objects, options.ingressNamespace))];
      const kept = Object.fromEntries([...catalog.keys()].map((key) => [key, catalog.get(key)]));
      expect(followed).toEqual(new Set(Object.keys(kept)));
      expect(kept).toEqual(Object.fromEntries(anew.map((resource) => [resourceKey(resource), resource])));
    }),
    { numRuns: 300 },
  );
});
