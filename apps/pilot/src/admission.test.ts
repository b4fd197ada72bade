import { create } from '@bufbuild/protobuf';
import { NodeSchema, type Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { expect, it } from 'vitest';
import { admit } from './admission.ts';

const node = (serviceAccount: string): Node =>
  create(NodeSchema, { id: 'sidecar~10.1.0.9~shop-v1.default~default.svc.cluster.local', metadata: { NAMESPACE: 'default', SERVICE_ACCOUNT: serviceAccount } });

it('lets a proxy in as what its certificate proves', () => {
  expect(() => admit(node('shop'), 'spiffe://cluster.local/ns/default/sa/shop', 'cluster.local')).not.toThrow();
});

it.each([
  ['another service account', 'spiffe://cluster.local/ns/default/sa/other', 'FORBIDDEN'],
  ['another namespace', 'spiffe://cluster.local/ns/prod/sa/shop', 'FORBIDDEN'],
  ['another trust domain', 'spiffe://evil.local/ns/default/sa/shop', 'FORBIDDEN'],
  ['no identity', undefined, 'UNAUTHENTICATED'],
])('refuses %s', (_, peer, code) => {
  expect(() => admit(node('shop'), peer, 'cluster.local')).toThrow(expect.objectContaining({ code }) as Error);
});
