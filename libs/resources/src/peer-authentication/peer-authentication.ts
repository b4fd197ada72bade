import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { oneOf } from '../schema/scalars.ts';
import { MatchLabelsSelector } from '../schema/workload-selector.ts';

/** Whether clients have to show a certificate of the mesh; UNSET leaves it to the next wider policy. */
export const MutualTLS = message({}, { mode: oneOf('UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT') });
export type MutualTLS = Static<typeof MutualTLS>;

/** What workloads demand of those who call them. https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export const PeerAuthenticationSpec = message(
  {},
  {
    selector: MatchLabelsSelector,
    mtls: MutualTLS,
    portLevelMtls: Type.Record(Type.String(), MutualTLS, { description: 'By port of the workload.' }),
  },
  'Whether selected workloads, those of a namespace or all of the mesh demand mutual TLS.',
);
export type PeerAuthenticationSpec = Static<typeof PeerAuthenticationSpec>;
