import { describe, expect, it } from 'vitest';
import { checkCluster } from './checks.ts';
import type { ClusterView } from './cluster-view.ts';

const object = (name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}) => ({ metadata: { name, labels, annotations } });
const node = (operatingSystem: string, architecture: string) => ({ ...object('node'), status: { nodeInfo: { operatingSystem, architecture } } });
const definition = (version: string, labels: Record<string, string> = {}) => ({
  ...object('virtualservices.networking.istio.io', labels),
  spec: { group: 'networking.istio.io', names: { plural: 'virtualservices' }, versions: [{ name: version, served: true }] },
});
const injector = (labels: Record<string, string> = {}, resources = ['pods']) => ({
  ...object('istio-sidecar-injector', labels),
  webhooks: [{ name: 'a', rules: [{ resources }], namespaceSelector: { matchExpressions: [{ key: 'istio-injection', operator: 'In', values: ['enabled'] }] } }],
});
const flotilla = { 'app.kubernetes.io/part-of': 'flotilla' };
const good: ClusterView = {
  version: 'v1.34.4',
  namespaces: [object('default', { 'istio-injection': 'enabled' })],
  nodes: [node('windows', 'amd64'), node('linux', 'arm64')],
  definitions: [definition('v1', flotilla)],
  injectors: [injector(flotilla), injector({}, ['deployments'])],
  storageClasses: [object('standard', {}, { 'storageclass.kubernetes.io/is-default-class': 'true' })],
  denied: [],
};

describe('the look at a cluster before an installation', () => {
  it('finds nothing where nothing is in the way', () => {
    expect(checkCluster(good)).toEqual([]);
    expect(checkCluster({ ...good, version: 'v1.29.0-gke.100' })).toEqual([]);
  });

  it.each<[string, Partial<ClusterView>, 'error' | 'warning', RegExp]>([
    ['a cluster that is too old', { version: 'v1.28.9' }, 'error', /version v1.28.9/],
    ['what may not be made', { denied: [{ group: '', resource: 'namespaces' }, { group: 'apps', resource: 'deployments' }] }, 'error', /namespaces, deployments.apps/],
    ['what may not be seen', { nodes: undefined, injectors: undefined }, 'warning', /nodes, injectors/],
    ['nodes of other kinds', { nodes: [node('linux', 's390x'), node('windows', 'amd64')] }, 'error', /no node/],
    ["somebody else's definitions", { definitions: [definition('v1')] }, 'warning', /virtualservices.networking.istio.io/],
    ["somebody else's injector", { injectors: [injector()] }, 'error', /istio-sidecar-injector/],
    ['a namespace that forbids interception', { namespaces: [object('shop', { 'istio.io/rev': 'canary', 'pod-security.kubernetes.io/enforce': 'baseline' })] }, 'error', /shop.*NET_ADMIN/],
    ['an installation that is going', { namespaces: [{ ...object('flotilla-system'), status: { phase: 'Terminating' } }] }, 'error', /flotilla-system is still going/],
    ['no disks', { storageClasses: [object('slow')] }, 'warning', /StorageClass/],
  ])('finds %s', (_what, change, level, found) => {
    expect(checkCluster({ ...good, ...change })).toEqual([{ level, found: expect.stringMatching(found) as string, remedy: expect.any(String) as string }]);
  });

  it('tells first what stops it', () => {
    expect(checkCluster({ ...good, storageClasses: [], definitions: [definition('v1alpha3')] }).map(({ level }) => level)).toEqual(['error', 'warning', 'warning']);
  });
});
