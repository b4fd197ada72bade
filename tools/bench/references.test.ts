import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { adsTypes, envoyReferences, serviceName, serviceYaml, type AdsReference } from '@flotilla/testing';
import { scopeOf, translateProxy, translateScope, type EnvoyResource, type ProxyDescription } from '@flotilla/translate';
import { expect, it } from 'vitest';
import { referencesOf, referring } from './references.ts';

const shape = { endpoints: 2, namespaces: 2 };
/** Services of all kinds: found by EDS, by DNS and by their addresses, with HTTP and without. */
const yaml = [
  serviceYaml(serviceName(0, shape), shape),
  serviceYaml(serviceName(1, shape), shape),
  `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: by-name, namespace: team-0 }
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{ number: 443, name: tls, protocol: TLS }, { number: 80, name: http, protocol: HTTP }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: database, namespace: team-0 }
spec:
  hosts: [database.team-0.svc.cluster.local]
  addresses: [240.1.0.1]
  resolution: STATIC
  ports: [{ number: 5432, name: tcp, protocol: TCP }]
  workloadSelector: { labels: { app: app } }
`,
].join('---\n');

/** One that the database runs beside, so that it has something inbound. */
const sidecar: ProxyDescription = { id: 'sidecar~10.1.0.1~app.team-0~x', type: 'sidecar', namespace: 'team-0', labels: { app: 'app' }, ipAddresses: ['10.1.0.1'], interception: 'REDIRECT', appEndpoints: {} };

function translated(proxy: ProxyDescription): EnvoyResource[] {
  const upserts = readYaml(yaml, { file: 'mesh', defaultNamespace: 'default' }).resources;
  const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts, removals: [] });
  return [...translateScope(snapshot, scopeOf(snapshot, proxy)).resources(), ...translateProxy(snapshot, proxy).resources];
}

const decoded = (resource: EnvoyResource): AdsReference[] => envoyReferences({ ...resource, version: '' }).filter(({ typeUrl, names }) => names.length > 0 || typeUrl === adsTypes.virtualHost);

function scanned({ typeUrl, name, bytes }: EnvoyResource, version: string): AdsReference[] {
  const references = referencesOf(typeUrl, { name, version, message: Buffer.from(bytes) });
  return references.map((reference) => ({ typeUrl: reference.typeUrl, names: reference.wanted === 'all' ? [] : reference.wanted.map((each) => each.name) }));
}

it.each([true, false])('finds in a translated mesh what decoding it finds; with virtual host discovery: %s', (discoversVirtualHosts) => {
  const resources = translated({ ...sidecar, discoversVirtualHosts }).filter(({ typeUrl }) => referring.has(typeUrl));
  for (const resource of resources) expect(scanned(resource, String(discoversVirtualHosts)), resource.name).toEqual(decoded(resource));
  // Of each type there are some that refer to others, and some that do not.
  const kinds = new Set(resources.map((resource) => `${resource.typeUrl.slice(resource.typeUrl.lastIndexOf('.') + 1)} ${decoded(resource).length > 0}`));
  expect([...kinds].sort()).toEqual(['Cluster false', 'Cluster true', 'Listener false', 'Listener true', `RouteConfiguration ${discoversVirtualHosts}`]);
});
