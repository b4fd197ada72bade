import { resourceKey, type Sidecar } from '@flotilla/resources';
import { expect, it } from 'vitest';
import { concerns, defaultMeshConfig, egressOf, type ConcernedProxy } from './index.ts';
import { resourcesOf } from './testing/mesh-of.ts';

const [limits, edge] = resourcesOf(`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: limits, namespace: shop}
spec: {egress: [{hosts: [./*, 'bank/accounts.bank.svc.cluster.local']}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}`);

const proxies: Record<string, ConcernedProxy> = {
  web: { type: 'sidecar', namespace: 'shop', labels: { app: 'web' } },
  limited: { type: 'sidecar', namespace: 'shop', labels: { app: 'limited' }, sidecar: 'Sidecar/shop/limits', egress: egressOf(limits as Sidecar, 'shop') },
  bank: { type: 'sidecar', namespace: 'bank', labels: { app: 'accounts' } },
  edge: { type: 'gateway', namespace: 'shop', labels: { istio: 'edge' } },
};

function concerned(yaml: string, among = proxies): string[] {
  const [resource] = resourcesOf(yaml);
  if (resource === undefined) throw new Error('no resource');
  const gateway = (name: string) => (edge?.kind === 'Gateway' && name === 'shop/edge' ? edge : undefined);
  return Object.entries(among).flatMap(([name, proxy]) => (concerns(resource, proxy, { mesh: defaultMeshConfig, gateway }) ? [name] : []));
}

const document = (kind: string, group: string, namespace: string, spec: string): string => `{apiVersion: ${group}, kind: ${kind}, metadata: {name: it, namespace: ${namespace}}, spec: ${spec}}`;
const istio = (kind: string, namespace: string, spec: string): string => document(kind, 'networking.istio.io/v1', namespace, spec);

it.each([
  ['a route in the mesh, those who reach its host', istio('VirtualService', 'bank', '{hosts: [accounts], http: [{route: [{destination: {host: accounts}}]}]}'), ['web', 'limited', 'bank']],
  ['one that its namespace keeps, those there', istio('VirtualService', 'bank', "{hosts: [audit], exportTo: ['.'], http: [{route: [{destination: {host: audit}}]}]}"), ['bank']],
  ['one that a Sidecar leaves out, the others', istio('VirtualService', 'bank', '{hosts: [audit], http: [{route: [{destination: {host: audit}}]}]}'), ['web', 'bank']],
  ['a route of a gateway, its proxies', istio('VirtualService', 'shop', '{hosts: [shop.example.com], gateways: [edge], http: [{route: [{destination: {host: web}}]}]}'), ['edge']],
  ['a route of no gateway there is, nobody', istio('VirtualService', 'shop', '{hosts: [shop.example.com], gateways: [other], http: [{route: [{destination: {host: web}}]}]}'), []],
  ['rules to delegate to, those they are exported to', istio('VirtualService', 'bank', "{exportTo: [shop], http: [{route: [{destination: {host: web}}]}]}"), ['web', 'limited', 'edge']],
  ['a rule of a destination, those who reach it', istio('DestinationRule', 'bank', '{host: audit}'), ['web', 'bank', 'edge']],
  ['a rule for some clients, those', istio('DestinationRule', 'shop', '{host: audit.bank.svc.cluster.local, workloadSelector: {matchLabels: {app: web}}}'), ['web']],
  ['a service, those who reach it', istio('ServiceEntry', 'bank', '{hosts: [accounts.bank.svc.cluster.local]}'), ['web', 'limited', 'bank', 'edge']],
  ['an endpoint, those who reach its namespace', istio('WorkloadEntry', 'elsewhere', '{address: 10.0.0.1}'), ['web', 'bank', 'edge']],
  ['a Sidecar, those under it', istio('Sidecar', 'shop', '{egress: [{hosts: [./*]}]}').replace('name: it', 'name: limits'), ['limited']],
  ['a Gateway, those it selects', istio('Gateway', 'bank', "{selector: {istio: edge}, servers: [{port: {number: 81, name: http, protocol: HTTP}, hosts: ['*']}]}"), ['edge']],
  ['a mode of mutual TLS, those called and their callers', document('PeerAuthentication', 'security.istio.io/v1', 'bank', '{mtls: {mode: STRICT}}'), ['web', 'limited', 'bank', 'edge']],
  ['a filter of the root namespace, all it selects', document('EnvoyFilter', 'networking.istio.io/v1alpha3', 'istio-system', '{workloadSelector: {labels: {app: accounts}}, configPatches: []}'), ['bank']],
  ['a filter of a namespace, those there', document('EnvoyFilter', 'networking.istio.io/v1alpha3', 'shop', '{configPatches: []}'), ['web', 'limited', 'edge']],
  ['a list of what is denied, the sidecars it selects', document('DenyList', 'policy.flotilla.dev/v1alpha1', 'shop', '{selector: {matchLabels: {app: web}}, rules: [{methods: [GET]}]}'), ['web']],
  ['what holds for the mesh, all', document('MeshConfig', 'mesh.istio.io/v1alpha1', 'istio-system', '{}').replace('name: it', 'name: default'), ['web', 'limited', 'bank', 'edge']],
  ['a template of workloads, nobody', istio('WorkloadGroup', 'shop', '{template: {}}'), []],
])('%s', (_, yaml, expected) => expect(concerned(yaml)).toEqual(expected));

it('asks of clients without a proxy what it asks of sidecars, but nothing that is for Envoys', () => {
  const client: Record<string, ConcernedProxy> = { client: { type: 'proxyless', namespace: 'shop', labels: { app: 'web' } } };
  expect(concerned(istio('VirtualService', 'bank', '{hosts: [accounts], http: [{route: [{destination: {host: accounts}}]}]}'), client)).toEqual(['client']);
  expect(concerned(istio('VirtualService', 'shop', '{hosts: [shop.example.com], gateways: [edge], http: [{route: [{destination: {host: web}}]}]}'), client)).toEqual([]);
  expect(concerned(document('EnvoyFilter', 'networking.istio.io/v1alpha3', 'shop', '{configPatches: []}'), client)).toEqual([]);
  expect(concerned(document('DenyList', 'policy.flotilla.dev/v1alpha1', 'shop', '{rules: [{methods: [GET]}]}'), client)).toEqual([]);
});

it('knows a Sidecar by its key', () => expect(proxies['limited']?.sidecar).toBe(limits === undefined ? '' : resourceKey(limits)));
