import { join } from 'node:path';
import { expectGolden, goldenCases, validateWithEnvoy } from '@flotilla/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderResource, typeUrls } from './index.ts';
import { createCertificateFiles } from './testing/certificate-files.ts';
import { meshCase, resourcesOf } from './testing/mesh-case.ts';
import { toldToAgents } from './testing/told-to-agents.ts';
import { staticBootstrap } from './testing/static-bootstrap.ts';

/** What of a translation each feature's golden files show. */
const features: Readonly<Record<string, readonly (keyof typeof typeUrls)[]>> = {
  clusters: ['cluster'],
  endpoints: ['endpoint'],
  'envoy-filters': ['cluster', 'listener', 'route'],
  gateways: ['listener', 'route'],
  listeners: ['listener'],
  policy: ['listener'],
  proxyless: ['cluster', 'endpoint', 'listener', 'route'],
  routing: ['route'],
  telemetry: ['listener'],
};

const files = createCertificateFiles();
afterAll(() => files.remove());

describe.each(Object.entries(features))('%s', (feature, types) => {
  for (const { name, input, output } of goldenCases(join(import.meta.dirname, feature, 'testdata'))) {
    test(name, async () => {
      const resources = resourcesOf(meshCase(input));
      const shown = types.map((type) => {
        const url = typeUrls[type];
        return [`${type}s`, resources.filter(({ typeUrl }) => typeUrl === url).map(({ bytes }) => renderResource(url, bytes))];
      });
      expectGolden(output, stringify(Object.fromEntries(shown), { lineWidth: 0, aliasDuplicateObjects: false }));
      // What is for clients without an Envoy is loaded by such a client, in apps/e2e.
      if (feature !== 'proxyless') expect(await validateWithEnvoy(files.placed(staticBootstrap(resources)))).toBeUndefined();
    });
  }
});

/** The http part alone has golden files of its own; what it makes of them in a mesh must be fit for Envoy too. */
describe('routing/http', () => {
  test.each(goldenCases(join(import.meta.dirname, 'routing/http/testdata')))('Envoy takes $name', async ({ input }) => {
    expect(await validateWithEnvoy(staticBootstrap(resourcesOf(meshCase(input))))).toBeUndefined();
  });
});

describe('agents', () => {
  test.each(goldenCases(join(import.meta.dirname, 'agents/testdata')))('$name', ({ input, output }) => {
    expectGolden(output, stringify(toldToAgents(meshCase(input)), { lineWidth: 0 }));
  });
});
