import { create } from '@bufbuild/protobuf';
import { FilterChainSchema } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import { HttpConnectionManagerSchema } from '@flotilla/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { expect, it } from 'vitest';
import { decidingFilters } from './network-filter.ts';

it('names only filters that may refuse', () => {
  const chain = create(FilterChainSchema, { filters: [{ name: 'envoy.filters.network.rbac' }, { name: 'envoy.filters.network.http_connection_manager' }] });
  const names = ['ext_authz', 'cors', 'fault', 'dynamic_forward_proxy', 'router'].map((name) => ({ name: `envoy.filters.http.${name}` }));
  expect(decidingFilters(chain, create(HttpConnectionManagerSchema, { httpFilters: names }))).toEqual(['envoy.filters.network.rbac', 'envoy.filters.http.ext_authz']);
});
