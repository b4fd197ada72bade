import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { customResourceDefinition } from '@flotilla/kubernetes';
import { KubernetesApi } from '@flotilla/kubernetes-api';
import { kindNamed, readResource, readYaml, type MeshResource } from '@flotilla/resources';
import { hasKubeApiserver, startKubeApiserver, type TestKubeApiserver } from '@flotilla/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installKinds } from '../testing/install-kinds.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const examples = globSync('examples/**/*.yaml', { cwd: root, exclude: ['**/node_modules/**'] }).sort();
const cases = new URL('../../../../../shared/cases/validation.json', import.meta.url);
const present = hasKubeApiserver();

/** A document each that breaks one rule: a CEL rule, a choice, a bound of the schema. */
const bad: Readonly<Record<string, readonly unknown[]>> = {
  VirtualService: [
    { hosts: ['a'] },
    { gateways: ['g'], http: [{ route: [{ destination: { host: 'a' } }] }] },
    { hosts: ['a'], http: [{ match: [{ uri: { exact: '/', prefix: '/' } }], route: [{ destination: { host: 'a' } }] }] },
    { hosts: ['a'], http: [{ timeout: 'soon', route: [{ destination: { host: 'a' } }] }] },
  ],
  DestinationRule: [
    { host: '' },
    { host: 'a', workloadSelector: { matchLabels: { app: 'a' } }, exportTo: ['a', 'b'] },
    { host: 'a', trafficPolicy: { loadBalancer: { simple: 'RANDOM', consistentHash: { useSourceIp: true } } } },
    { host: 'a', trafficPolicy: { loadBalancer: { simple: 'FASTEST' } } },
  ],
  Gateway: [{ servers: [] }, { servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['*'] }] }],
  ServiceEntry: [
    { hosts: [] },
    { hosts: ['a.com'], resolution: 'STATIC', workloadSelector: { labels: { app: 'a' } }, endpoints: [] },
    { hosts: ['a.com'], endpoints: [{ address: '1.1.1.1' }] },
    { hosts: ['a.com'], resolution: 'DNS_ROUND_ROBIN', endpoints: [{ address: 'b.com' }, { address: 'c.com' }] },
    { hosts: ['*.a.com'], resolution: 'DYNAMIC_DNS', addresses: ['1.1.1.1'] },
  ],
  WorkloadEntry: [{}, { address: 'unix:///run/a.sock', ports: { http: 80 } }],
  WorkloadGroup: [{ template: {}, probe: { periodSeconds: 1 } }],
  Sidecar: [{}, { outboundTrafficPolicy: { egressProxy: { host: 'a', port: { number: 80 } } } }, { outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'a' } } }],
  PeerAuthentication: [{ selector: { matchLabels: { app: 'a' } }, portLevelMtls: {} }, { portLevelMtls: { 80: { mode: 'STRICT' } } }],
  EnvoyFilter: [
    { workloadSelector: { labels: { app: 'a' } }, targetRefs: [{ kind: 'Gateway', name: 'a' }] },
    { configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE' } }] },
  ],
  MeshConfig: [{}],
  DenyList: [{ rules: [] }, { rules: [{}] }],
};

describe.skipIf(!present)(`a cluster${present ? '' : ' (skipped: no kube-apiserver on the PATH)'}`, () => {
  let server: TestKubeApiserver;
  let api: KubernetesApi;

  beforeAll(async () => {
    server = await startKubeApiserver();
    api = new KubernetesApi(server.access);
    await installKinds(api);
  });
  afterAll(async () => {
    api.close();
    await server.stop();
  });

  /** Tries to create a resource as `kubectl apply --dry-run=server` does; what the server has against it. */
  async function refusal({ apiVersion, kind, metadata, spec }: Pick<MeshResource, 'apiVersion' | 'kind' | 'metadata' | 'spec'>): Promise<string | undefined> {
    const plural = kindNamed(kind)!.plural;
    const path = `/apis/${apiVersion}/namespaces/default/${plural}`;
    const body = { apiVersion, kind, metadata: { ...metadata, namespace: 'default' }, spec };
    return api.request('POST', path, { query: { dryRun: 'All', fieldValidation: 'Strict' }, body }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
  }

  it.each(examples)('takes %s', async (file) => {
    const { resources } = readYaml(readFileSync(`${root}/${file}`, 'utf8'), { file, defaultNamespace: 'default' });
    for (const resource of resources) expect(await refusal(resource)).toBeUndefined();
  });

  it.each(Object.entries(bad))('refuses a bad %s by itself, as the validation does', async (kind, specs) => {
    const { group, versions } = kindNamed(kind)!;
    for (const spec of specs) {
      const resource = { apiVersion: `${group}/${versions[0]}`, kind, metadata: { name: 'bad', namespace: 'default' }, spec };
      expect('problems' in readResource(resource, { defaultNamespace: 'default' }), JSON.stringify(spec)).toBe(true);
      expect(await refusal(resource as MeshResource), JSON.stringify(spec)).toContain('is invalid: ');
    }
  });

  it('refuses a Gateway with dots in its name', async () => {
    const servers = [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }];
    expect(await refusal({ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'a.b', namespace: 'default' }, spec: { servers } })).toContain('cannot have dots');
  });

  it('has a case for each rule that its definitions claim', () => {
    for (const kind of Object.keys(bad)) {
      const claimed = JSON.stringify(customResourceDefinition(kindNamed(kind)!).spec.versions[0]).split('"rule":').length - 1;
      expect(bad[kind]!.length + Number(kind === 'Gateway'), kind).toBeGreaterThanOrEqual(claimed);
    }
  });

  it.skipIf(!existsSync(cases))('refuses nothing that the validation takes', async () => {
    const { cases: all } = JSON.parse(readFileSync(cases, 'utf8')) as { cases: { id: string; resource: unknown }[] };
    for (const { id, resource } of all) {
      const read = readResource(resource, { defaultNamespace: 'default' });
      // Kubernetes has its own mind of names with capital letters, which is a warning here.
      if (!('resource' in read) || read.resource.kind === 'MeshConfig' || read.resource.metadata.name !== read.resource.metadata.name.toLowerCase()) continue;
      expect(await refusal(read.resource), `${id} ${JSON.stringify(read.resource.spec)}`).toBeUndefined();
    }
  });
});
