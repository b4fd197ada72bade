import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import type { MeshResource } from '@flotilla/resources';
import { validateWithEnvoy } from '@flotilla/testing';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { anyAccepted } from './testing/any-accepted.ts';
import { createCertificateFiles } from './testing/certificate-files.ts';
import { resourcesOf, somePod } from './testing/mesh-case.ts';
import { staticBootstrap } from './testing/static-bootstrap.ts';

const anyResource: fc.Arbitrary<MeshResource> = fc.oneof(
  anyAccepted('VirtualService', 'one', 'two', 'three'),
  anyAccepted('VirtualService', 'one', 'two', 'three'),
  anyAccepted('DestinationRule', 'one', 'two'),
  anyAccepted('ServiceEntry', 'one', 'two', 'three'),
  anyAccepted('ServiceEntry', 'one', 'two', 'three'),
  anyAccepted('Gateway', 'edge', 'second'),
  anyAccepted('WorkloadEntry', 'one', 'two'),
  anyAccepted('Sidecar', 'one'),
  anyAccepted('PeerAuthentication', 'one', 'two'),
  anyAccepted('MeshConfig', 'default'),
);

const proxies = [
  { ...somePod, namespace: 'a', labels: { app: 'reviews' }, ipAddresses: ['10.0.0.1', '2001:db8::1'], mixerCluster: 'flotilla-mixer', dnsCapture: true },
  { ...somePod, namespace: 'b', interception: 'NONE' as const, httpProxyPort: 15002, ipAddresses: ['10.0.0.2'], appEndpoints: { 80: '127.0.0.1:8080' } },
  { ...somePod, type: 'gateway' as const, namespace: 'a', labels: { app: 'edge' }, interception: 'NONE' as const, bind: '127.0.0.1' },
];

const files = createCertificateFiles();
afterAll(() => files.remove());

test.each(proxies)('whatever is accepted is translated, and Envoy takes it: $type, $interception', async (proxy) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyResource, { minLength: 8, maxLength: 24 }), async (upserts) => {
      const { snapshot } = advance(createSnapshot({ ...defaultMeshConfig, quicListeners: true }), { upserts, removals: [] });
      expect(await validateWithEnvoy(files.placed(staticBootstrap(resourcesOf({ snapshot, proxy }))))).toBeUndefined();
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);
