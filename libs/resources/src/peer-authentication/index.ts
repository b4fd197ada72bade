import { defineKind } from '../kind.ts';
import { PeerAuthenticationSpec } from './peer-authentication.ts';
import { peerAuthenticationRules } from './rules.ts';

export const peerAuthenticationKind = defineKind({
  kind: 'PeerAuthentication',
  group: 'security.istio.io',
  versions: ['v1', 'v1beta1'],
  plural: 'peerauthentications',
  shortNames: ['pa'],
  columns: [{ name: 'Mode', type: 'string', jsonPath: '.spec.mtls.mode' }],
  spec: PeerAuthenticationSpec,
  rules: peerAuthenticationRules,
});
