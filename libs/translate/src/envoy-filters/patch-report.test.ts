import { describe, expect, it, test } from 'vitest';
import { renderResource, retranslateScope, scopeOf, translateScope, typeUrls } from '../index.ts';
import { advance } from '@flotilla/mesh';
import { resourcesOf, snapshotOf, somePod } from '../testing/mesh-case.ts';
import { patchReport } from './patch-report.ts';

const service = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: reviews}
spec: {hosts: [reviews.example.com], resolution: STATIC, ports: [{number: 80, name: http}]}
---
`;

/** An EnvoyFilter as JSON, which is YAML too. */
function filter(name: string, configPatches: object[], more: object = {}, metadata: object = {}): string {
  return `${JSON.stringify({ apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name, ...metadata }, spec: { configPatches, ...more } })}\n---\n`;
}

const statName = (name: string) => ({ applyTo: 'CLUSTER', match: { context: 'SIDECAR_OUTBOUND', cluster: { service: 'reviews.example.com' } }, patch: { operation: 'MERGE', value: { alt_stat_name: name } } });

/** The stat name of the one cluster that the patches are for. */
function statNameAt(text: string, proxy = somePod): unknown {
  const cluster = resourcesOf({ snapshot: snapshotOf(service + text), proxy }).find(({ typeUrl, name }) => typeUrl === typeUrls.cluster && name.startsWith('outbound|'));
  const rendered = cluster && renderResource(cluster.typeUrl, cluster.bytes);
  return typeof rendered === 'object' && rendered !== null && 'alt_stat_name' in rendered ? rendered['alt_stat_name'] : undefined;
}

describe('patchReport', () => {
  it('says what each patch hit, and what is wrong with those that hit nothing', () => {
    const report = patchReport(
      snapshotOf(
        service +
          filter('one', [
            statName('a'),
            { applyTo: 'CLUSTER', match: { cluster: { service: 'nobody.example.com' } }, patch: { operation: 'REMOVE' } },
            { applyTo: 'CLUSTER', patch: { operation: 'ADD', value: { name: 1 } } },
            { applyTo: 'HTTP_FILTER', match: { context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'ADD', value: { name: 'x', typed_config: { '@type': 'type.googleapis.com/no.such.Type' } } } },
            { applyTo: 'CLUSTER', match: { context: 'SIDECAR_OUTBOUND', cluster: { name: 'outbound|80||reviews.example.com' } }, patch: { operation: 'MERGE', value: { alt_stat_name: 'b', no_such_field: 1 } } },
            { applyTo: 'BOOTSTRAP', patch: { operation: 'MERGE', value: {} } },
            { applyTo: 'CLUSTER', match: { context: 'GATEWAY' }, patch: { operation: 'REMOVE' } },
          ]),
      ),
      [somePod, { ...somePod, labels: { app: 'two' } }],
    );
    expect(report.map(({ index, proxies, hits, problems }) => [index, proxies, hits, problems.map(({ path, severity = 'error' }) => `${path} (${severity})`)])).toEqual([
      [0, 2, 2, []],
      [1, 2, 0, ['spec.configPatches[1] (warning)']],
      [2, 2, 0, ['spec.configPatches[2].patch.value (error)']],
      [3, 2, 0, ['spec.configPatches[3].patch.value (error)']],
      [4, 2, 2, ['spec.configPatches[4].patch.value (warning)']],
      [5, 2, 0, ['spec.configPatches[5].patch (warning)']],
      [6, 0, 0, ['spec.configPatches[6] (warning)']],
    ]);
  });

  it('says so of patches that are for none of the proxies', () => {
    const elsewhere = filter('one', [statName('a')], {}, { namespace: 'elsewhere' }) + filter('two', [statName('a')], { workloadSelector: { labels: { app: 'other' } } });
    const missed = { index: 0, proxies: 0, hits: 0, problems: [{ path: 'spec.configPatches[0]', message: 'is for none of the proxies', severity: 'warning' }] };
    expect(patchReport(snapshotOf(service + elsewhere), [somePod])).toEqual([
      { filter: 'EnvoyFilter/default/two', ...missed },
      { filter: 'EnvoyFilter/elsewhere/one', ...missed },
    ]);
  });
});

describe('the last of several patches wins, which is that', () => {
  const created = (day: number) => ({ creationTimestamp: `2026-01-0${day}T00:00:00Z` });
  const root = { namespace: 'istio-system' };
  test.each([
    ['of the own namespace, not of the root', filter('own', [statName('own')], {}, created(1)) + filter('root', [statName('root')], {}, { ...root, ...created(2) }), 'own'],
    ['of the higher priority, even of the root', filter('own', [statName('own')]) + filter('root', [statName('root')], { priority: 1 }, root), 'root'],
    ['of the younger', filter('a', [statName('young')], {}, created(2)) + filter('b', [statName('old')], {}, created(1)), 'young'],
    ['written last', filter('a', [statName('first'), statName('last')]), 'last'],
  ])('%s', (_name, text, expected) => expect(statNameAt(text)).toBe(expected));
});

test('a patch is for proxies of the version and the metadata that it names', () => {
  const matching = (proxy: object) => filter('a', [{ ...statName('a'), match: { ...statName('a').match, proxy } }]);
  const proxy = { ...somePod, version: '1.31.2', metadata: { CLUSTER_ID: 'one' } };
  expect(statNameAt(matching({ proxyVersion: '^1\\.31.*' }), proxy)).toBe('a');
  expect(statNameAt(matching({ proxyVersion: '^1\\.30.*' }), proxy)).toBeUndefined();
  expect(statNameAt(matching({ metadata: { CLUSTER_ID: 'one' } }), proxy)).toBe('a');
  expect(statNameAt(matching({ metadata: { CLUSTER_ID: 'two' } }), proxy)).toBeUndefined();
  expect(statNameAt(matching({ proxyVersion: '.*' }))).toBe('a');
});

test('lists are added to or replaced, and the value of a patch stays as it was written', () => {
  const headers = (operation: string, key: string) => ({ applyTo: 'VIRTUAL_HOST', match: { routeConfiguration: { vhost: { name: 'reviews.example.com:80' } } }, patch: { operation, value: { request_headers_to_remove: [key] } } });
  const removed = (...patches: object[]) => {
    const snapshot = snapshotOf(service + filter('a', patches));
    return [1, 2].map(() => {
      const table = resourcesOf({ snapshot, proxy: somePod }).find(({ typeUrl, name }) => typeUrl === typeUrls.route && name === '80');
      return /"request_headers_to_remove":(\[[^\]]*\])/.exec(JSON.stringify(table && renderResource(table.typeUrl, table.bytes)))?.[1];
    });
  };
  expect(removed(headers('MERGE', 'a'), headers('MERGE', 'b'))).toEqual(['["a","b"]', '["a","b"]']);
  expect(removed(headers('MERGE', 'a'), headers('MERGE_AND_REPLACE_LIST', 'b'))).toEqual(['["b"]', '["b"]']);
});

test('proxies that a filter selects have a scope of their own, and those that it does not share every object', () => {
  const snapshot = snapshotOf(service + filter('a', [statName('a')], { workloadSelector: { labels: { app: 'a' } } }));
  const selected = { ...somePod, labels: { app: 'a' } };
  expect(scopeOf(snapshot, selected).key).not.toBe(scopeOf(snapshot, somePod).key);
  const [before, after] = [snapshotOf(service), snapshot].map((at) => new Set(translateScope(at, scopeOf(at, somePod)).resources()));
  expect([...after!].filter(({ typeUrl }) => typeUrl === typeUrls.route)).toEqual([...before!].filter(({ typeUrl }) => typeUrl === typeUrls.route));
  const translation = translateScope(snapshot, scopeOf(snapshot, selected));
  const unpatched = new Set(translateScope(snapshot, scopeOf(snapshot, somePod)).resources());
  const differing = [...translation.resources()].filter((resource) => !unpatched.has(resource) && resource.typeUrl !== typeUrls.listener);
  expect(differing.map(({ name }) => name)).toEqual(['outbound|80||reviews.example.com']);
});

test('a change of endpoints goes past patches of clusters', () => {
  const snapshot = snapshotOf(service + filter('a', [statName('a')]));
  const translation = translateScope(snapshot, scopeOf(snapshot, somePod));
  const entry = {
    apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' as const, metadata: { name: 'reviews', namespace: 'default' },
    spec: { hosts: ['reviews.example.com'], resolution: 'STATIC' as const, ports: [{ number: 80, name: 'http' }], endpoints: [{ address: '10.0.0.9' }] },
  };
  const next = advance(snapshot, { upserts: [entry], removals: [] });
  expect(retranslateScope(translation, next.snapshot, next.delta).upserts.map(({ typeUrl }) => typeUrl)).toEqual([typeUrls.endpoint]);
});
