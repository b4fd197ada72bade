import { create, toBinary } from '@bufbuild/protobuf';
import { RouteConfigurationSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_pb.js';
import { allSteps } from '@flotilla/translate';
import { expect, it } from 'vitest';
import { chooseVirtualHost } from './choose-virtual-host.ts';
import { readRouteTable } from './route-table.ts';

const virtualHosts = ['*', '*.example.com', '*.a.example.com', 'a.*', 'a.b.*', 'b.a.example.com', 'shop:80'].map((domain) => ({ name: domain, domains: [domain] }));
const table = (ignorePortInHostMatching: boolean) => allSteps(readRouteTable(toBinary(RouteConfigurationSchema, create(RouteConfigurationSchema, { virtualHosts, ignorePortInHostMatching }))));
const chosen = (authority: string, ignorePortInHostMatching = false) => chooseVirtualHost(table(ignorePortInHostMatching), authority)?.name;

it.each([
  ['b.a.example.com', 'b.a.example.com'],
  ['B.A.Example.com', 'b.a.example.com'],
  ['c.a.example.com', '*.a.example.com'],
  ['a.example.com', '*.example.com'],
  ['a.b.org', 'a.b.*'],
  ['a.c.org', 'a.*'],
  ['.example.com', '*'],
  ['b.a.example.com:80', '*'],
  ['shop:80', 'shop:80'],
])('%s is taken by %s', (authority, name) => expect(chosen(authority)).toBe(name));

it('leaves the port out where it is told to', () => expect(chosen('b.a.example.com:80', true)).toBe('b.a.example.com'));
