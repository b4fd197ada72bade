import type { EffectiveRule } from '@flotilla/mesh';
import type { Subset, TrafficPolicy } from '@flotilla/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policySources } from './policy-sources.ts';
import { portPolicy } from './policy.ts';

const blocks = {
  tls: fc.constantFrom({ mode: 'DISABLE' as const }, { mode: 'ISTIO_MUTUAL' as const }),
  loadBalancer: fc.constantFrom({ simple: 'RANDOM' as const }, { simple: 'ROUND_ROBIN' as const }),
  outlierDetection: fc.record({ consecutive5xxErrors: fc.nat() }),
};
const settings = fc.record({ port: fc.record({ number: fc.constantFrom(80, 443) }), ...blocks }, { requiredKeys: ['port'] });
const policy = fc.record({ ...blocks, proxyProtocol: fc.constant({ version: 'V2' as const }), portLevelSettings: fc.array(settings, { maxLength: 3 }) }, { requiredKeys: [] });

test('a policy is what stands where its blocks are said to be written', () => {
  fc.assert(
    fc.property(fc.option(policy, { nil: undefined }), fc.option(policy, { nil: undefined }), (ruled, own) => {
      const subset: Subset = { name: 'v1', ...(own === undefined ? {} : { trafficPolicy: own }) };
      const rule: EffectiveRule = { namespace: 'shop', host: 'reviews', exportTo: [], subsets: [subset], sources: [], ...(ruled === undefined ? {} : { trafficPolicy: ruled }) };
      const layers = { rule: { trafficPolicy: ruled }, subset: { trafficPolicy: own } };
      const written = Object.fromEntries(policySources(ruled, 80, subset).map(({ block, of, path }) => [block, valueAt(layers[of], path)]));
      expect(written).toEqual(portPolicy({ defaultPolicy: {} }, rule, 80, subset));
    }),
  );
});

/** What is at a path such as `trafficPolicy.portLevelSettings[0].tls`. */
function valueAt(layer: { readonly trafficPolicy: TrafficPolicy | undefined }, path: string): unknown {
  return path.split(/[.[\]]+/).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], layer);
}
