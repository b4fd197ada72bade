import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/mesh.ts';
import { startMesh } from '../../src/start-mesh.ts';

/** A Lua filter that adds a header to what the selected workload answers. */
const tagging = (value: string): string => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: tag, namespace: default}
spec:
  workloadSelector: {labels: {app: tagged}}
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}}
    patch:
      operation: INSERT_BEFORE
      value:
        name: tag
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
          default_source_code: {inline_string: 'function envoy_on_response(handle) handle:headers():add("x-tag", "${value}") end'}`;

/** Answers without the workload, and names a cluster of its own, by the routes and clusters of callers. */
const shortcut = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: shortcut, namespace: istio-system}
spec:
  configPatches:
  - applyTo: HTTP_ROUTE
    match: {context: SIDECAR_OUTBOUND, routeConfiguration: {vhost: {name: 'tagged.default.svc.cluster.local:9080'}}}
    patch: {operation: INSERT_FIRST, value: {name: shortcut, match: {path: /shortcut}, direct_response: {status: 203, body: {inline_string: short}}}}
  - applyTo: CLUSTER
    match: {context: SIDECAR_OUTBOUND}
    patch: {operation: ADD, value: {name: added, type: STATIC, connect_timeout: 1s, load_assignment: {cluster_name: added}}}`;

describe('EnvoyFilters', () => {
  let mesh: Mesh;
  beforeAll(async () => {
    mesh = await startMesh();
  });
  afterAll(() => mesh.stop());

  it('change live Envoys when they come, change and go', async () => {
    const tagged = await mesh.attach({ app: 'tagged', version: 'v1' });
    await tagged.answer({ body: 'workload' });
    try {
      const call = (url = '/'): ReturnType<Mesh['callFrom']> => mesh.callFrom('productpage-v1', `http://tagged:9080${url}`);
      // What changes at the inbound side holds for new connections; those of callers are drained.
      const tag = async (): Promise<unknown> => (await call()).headers['x-tag'];
      expect(await tag()).toBeUndefined();
      for (const value of ['one', 'two']) {
        await mesh.apply(tagging(value));
        await expect.poll(tag, { timeout: 10_000 }).toBe(value);
      }
      await mesh.apply(shortcut);
      await expect.poll(() => call('/shortcut'), { timeout: 10_000 }).toMatchObject({ status: 203, body: 'short' });
      expect(await call('/other'), 'all else goes on').toMatchObject({ status: 200, body: 'workload', headers: { 'x-tag': 'two' } });

      await mesh.remove('EnvoyFilter/default/tag', 'EnvoyFilter/istio-system/shortcut');
      await expect.poll(() => call('/shortcut'), { timeout: 10_000 }).toMatchObject({ status: 200, body: 'workload' });
      await expect.poll(tag, { timeout: 10_000 }).toBeUndefined();
    } finally {
      await tagged.detach();
    }
  });
});
