import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, createRegistry, toJson } from '@bufbuild/protobuf';
import { RouteAction_HashPolicySchema, RouteSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import { CorsPolicySchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import { HTTPFaultSchema } from '@flotilla/envoy-api/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import { PreviousHostsPredicateSchema } from '@flotilla/envoy-api/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js';
import { PreviousPrioritiesConfigSchema } from '@flotilla/envoy-api/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb.js';
import { readYaml, type VirtualService } from '@flotilla/resources';
import { expectGolden, goldenCases } from '@flotilla/testing';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaultRoute } from './default-route.ts';
import { httpRoutes } from './http-routes.ts';
import type { RouteContext } from './route-context.ts';

const testdata = join(import.meta.dirname, 'testdata');
const registry = createRegistry(CorsPolicySchema, HTTPFaultSchema, PreviousHostsPredicateSchema, PreviousPrioritiesConfigSchema);

/** A sidecar of productpage; the subset `sticky` of any service is hashed by user. */
const context: RouteContext = {
  namespace: 'default',
  gateways: new Set(['mesh']),
  port: 9080,
  sourceLabels: { app: 'productpage', version: 'v1' },
  sourceNamespace: 'default',
  defaultRetries: undefined,
  destinationCluster: ({ host, subset = '', port }) => `outbound|${port?.number ?? 9080}|${subset}|${host}.default.svc.cluster.local`,
  hashPolicies: ({ subset }) =>
    subset === 'sticky'
      ? [create(RouteAction_HashPolicySchema, { policySpecifier: { case: 'header', value: { headerName: 'end-user' } } })]
      : [],
};

describe('httpRoutes', () => {
  it.each(goldenCases(testdata))('$name', ({ name, input, output }) => {
    const { resources, failures } = readYaml(input, { file: `${name}.in.yaml`, defaultNamespace: 'default' });
    expect(failures).toEqual([]);
    const routes = resources.flatMap((resource) => httpRoutes((resource as VirtualService).spec.http ?? [], context));
    expectGolden(output, stringify(routes.map((route) => toJson(RouteSchema, create(RouteSchema, route), { registry }))));
  });

  it('finds a gateway that is named without its namespace in that of the VirtualService', () => {
    const http = [{ match: [{ gateways: ['ingress'] }], directResponse: { status: 200 } }];
    expect(httpRoutes(http, { ...context, gateways: new Set(['default/ingress']) })).toHaveLength(1);
    expect(httpRoutes(http, { ...context, gateways: new Set(['elsewhere/ingress']) })).toHaveLength(0);
  });

  it('does not spell out the port of a redirect that the scheme of the listener implies', () => {
    const http = [{ redirect: { derivePort: 'FROM_REQUEST_PORT' as const } }];
    const port = (over: Partial<RouteContext>) => {
      const action = httpRoutes(http, { ...context, ...over })[0]?.action;
      return action?.case === 'redirect' ? action.value.portRedirect : undefined;
    };
    expect(port({ port: 80 })).toBe(0);
    expect(port({ port: 443, tls: true })).toBe(0);
    expect(port({ port: 443 })).toBe(443);
  });

  it('answers 503 where no destination gets any requests', () => {
    const [route] = httpRoutes([{ route: [{ destination: { host: 'a' }, weight: 0 }, { destination: { host: 'b' } }] }], context);
    expect(route?.action).toMatchObject({ case: 'directResponse', value: { status: 503 } });
  });
});

it('defaultRoute sends everything to one cluster, with the default retries', () => {
  const json = toJson(RouteSchema, create(RouteSchema, defaultRoute('outbound|80||a.default.svc.cluster.local', undefined)), { registry });
  expectGolden(join(testdata, 'default-route.json'), `${JSON.stringify(json, undefined, 2)}\n`);
  expect(readFileSync(join(testdata, 'default-route.json'), 'utf8')).toContain('connect-failure');
});
