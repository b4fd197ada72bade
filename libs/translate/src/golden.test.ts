import { join } from 'node:path';
import { expectGolden, goldenCases, validateWithEnvoy } from '@flotilla/testing';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { renderResource, typeUrls } from './index.ts';
import { meshCase, resourcesOf } from './testing/mesh-case.ts';
import { staticBootstrap } from './testing/static-bootstrap.ts';

/** What of a translation each feature's golden files show. */
const features: Readonly<Record<string, readonly (keyof typeof typeUrls)[]>> = {
  clusters: ['cluster'],
  endpoints: ['endpoint'],
  gateways: ['listener', 'route'],
  listeners: ['listener'],
  policy: ['listener'],
  routing: ['route'],
  telemetry: ['listener'],
};

describe.each(Object.entries(features))('%s', (feature, types) => {
  for (const { name, input, output } of goldenCases(join(import.meta.dirname, feature, 'testdata'))) {
    test(name, async () => {
      const resources = resourcesOf(meshCase(input));
      const shown = types.map((type) => {
        const url = typeUrls[type];
        return [`${type}s`, resources.filter(({ typeUrl }) => typeUrl === url).map(({ bytes }) => renderResource(url, bytes))];
      });
      expectGolden(output, stringify(Object.fromEntries(shown), { lineWidth: 0, aliasDuplicateObjects: false }));
      expect(await validateWithEnvoy(staticBootstrap(resources))).toBeUndefined();
    });
  }
});
